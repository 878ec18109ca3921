"""Samples of the meter while a transaction runs, and what of them is on flash: one record a minute and outlet, either
the samples that the central system has not taken yet or, when it has them all, the register. Lent when one is due.

A sample is 24 bytes, so that four fit into a record: tenths of seconds since the transaction's start with the context
in the two highest bits, register in Wh, power in W, then in tenths three currents, three voltages, the current offered.
"""

import json
from struct import pack

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

# contexts (ocpp/meter_values.py names them): 1 is Other, 3 is Trigger
_PERIODIC = const(0)
_CLOCK = const(2)
_MOST = const(4)
_MINUTE_MS = const(60_000)


def turn(outlet, t, now_ms):
    """Takes and keeps what is due, and says in t.due_ms when to come again."""
    get = outlet.settings.get
    if t.phase == "resuming":
        t.due_ms = ticks.add(now_ms, 1000)
        return
    since_ms = ticks.diff(now_ms, t.kept_ms)
    if since_ms >= _MINUTE_MS:  # before new samples, which may be answered within their minute
        t.kept_ms, since_ms = now_ms, 0
        loader.lend("store.moment").wait(outlet.box.paths)
        if not _keep_samples(outlet.box, t):
            _keep_register(outlet, t)
    waits_ms = _periodic(outlet, t, now_ms, get("ocppi") * 1000)
    waits_ms = min(waits_ms, _aligned(outlet, t, get("ocppai")))
    t.due_ms = ticks.add(now_ms, min(waits_ms, _MINUTE_MS - since_ms))


def take(outlet, t, context=_PERIODIC):
    """One more sample, if the meter speaks: no zeros are invented (M24). When four wait, every second one goes."""
    now_ms = outlet.box.clock.ms()
    if outlet.meter and outlet.meter.fresh(now_ms) and outlet.meter.energy_wh is not None:
        if len(t.samples) >= _MOST:
            del t.samples[1], t.samples[2]
        t.samples.append(sample(outlet, age_ms(outlet.box, t) // 100, context))
        if outlet.settings.get("ocppsa" if context == _CLOCK else "ocppst"):
            loader.lend("ocpp.stop_data").add(outlet.box, t.number, t.samples[-1])


def sample(outlet, age, context):
    """The meter's reading of now; it must be there. age: in tenths of a second."""
    m = outlet.meter
    tenths = [_tenths(milli) for values in (m.currents_ma, m.voltages_mv, (outlet.offered_ma,)) for milli in values]
    return pack("<II8h", age | context << 30, m.energy_wh, max(-32768, min(32767, m.power_w)), *tenths)


def keep(box):
    """Writes down the samples of all outlets: what comes behind them in the journal is younger (X26)."""
    for outlet in box.outlets:
        if outlet.transaction:
            _keep_samples(box, outlet.transaction)


def age_ms(box, t):
    """How long the transaction has been running."""
    return box.clock.up_ms() - t.born_ms


def _periodic(outlet, t, now_ms, interval_ms):
    """Every "ocppi" seconds from the start on, as long as it runs (M01); 0: never (M02). -> ms until the next."""
    if not interval_ms:
        return _MINUTE_MS
    since_ms = ticks.diff(now_ms, t.sampled_ms)
    if since_ms >= interval_ms:
        t.sampled_ms = ticks.add(t.sampled_ms, since_ms - since_ms % interval_ms)
        since_ms %= interval_ms
        take(outlet, t)
    return interval_ms - since_ms


def _aligned(outlet, t, interval_s):
    """At multiples of "ocppai" seconds since midnight UTC (M05). -> ms until the next."""
    s = outlet.box.clock.utc_s() if interval_s else None
    if s is None:
        return _MINUTE_MS
    slot = s // interval_s
    if slot != t.slot:
        if t.slot is not None:
            take(outlet, t, _CLOCK)
        t.slot = slot
    return (interval_s - s % interval_s) * 1000


def _keep_samples(box, t):
    """-> whether there were any."""
    if not t.samples:
        return False
    journal, peer = box.journal, box.journal.peer
    try:
        journal.peer = t.peer
        journal.samples(t.number, b"".join(t.samples))
        t.samples.clear()
    except OSError as e:
        box.log.warn("samples of transaction %d could not be kept: %s" % (t.number, e))
    finally:
        journal.peer = peer
    return True


def _keep_register(outlet, t):
    wh = outlet.register_wh()
    if wh is not None:
        try:
            outlet.box.journal.register(t.number, json.dumps([age_ms(outlet.box, t), wh]).encode())
        except OSError as e:
            outlet.box.log.warn("the register of transaction %d could not be kept: %s" % (t.number, e))


def _tenths(milli):
    """Thousandths in tenths, rounded; -40 is 0."""
    t = (abs(milli) + 50) // 100
    return -t if milli < 0 else t
