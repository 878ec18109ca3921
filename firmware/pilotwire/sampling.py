"""Samples of the meter while a transaction runs, and what of them is on flash: one record a minute and outlet, either
the samples that the central system has not taken yet or, when it has them all, the register. Lent when one is due.
Where values are wanted at round times, something stands for the transaction between two (between.py).

A sample is 29 bytes, so that four fit into a record: tenths of seconds since the transaction's start with the context
in the two highest bits, register in Wh, power in W, then in tenths three currents, three voltages, the current offered
with the number of phases in its four highest bits; frequency in hundredths, temperature of the box, Wh since the last
sample of its kind. What the meter does not say is the least of its values, of the last one the highest.
"""

import json
from struct import pack

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks
from pilotwire.outlet import switched

# contexts (ocpp/meter_values.py names them): 1 is Other, 3 is Trigger
_PERIODIC = const(0)
_CLOCK = const(2)
_MOST = const(4)
_MINUTE_MS = const(60_000)
_DAY_S = const(86_400)
_LATE_MS = const(2000)  # later than this it was not at the round time
_UNKNOWN = const(-32768)
_NO_TEMPERATURE = const(-128)
_NO_INTERVAL = const(0xFFFF)


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
        if not _keep_samples(outlet.box, t) and t is outlet.transaction:
            _keep_register(outlet, t)
    if t is not outlet.transaction:
        t = loader.lend("between").current(outlet, t, get)
        if not t:
            return
    waits_ms = _aligned(outlet, t, get("ocppai"))
    if t is outlet.transaction:
        waits_ms = min(waits_ms, _periodic(outlet, t, now_ms, get))
    t.due_ms = ticks.add(now_ms, min(waits_ms, _MINUTE_MS - since_ms))


def take(outlet, t, context=_PERIODIC, age=None):
    """One more sample, if the meter speaks: no zeros are invented (M24). When four wait, every second one goes. age: in
    tenths of a second, that of now when it is left out."""
    now_ms = outlet.box.clock.ms()
    if outlet.meter and outlet.meter.fresh(now_ms) and outlet.meter.energy_wh is not None:
        if len(t.samples) >= _MOST:
            del t.samples[1], t.samples[2]
        age = age_ms(outlet.box, t) // 100 if age is None else age
        t.samples.append(sample(outlet, age, context, _since_wh(outlet, t, context)))
        if t is outlet.transaction and outlet.settings.get("ocppsa" if context == _CLOCK else "ocppst"):
            loader.lend("ocpp.stop_data").add(outlet.box, t.number, t.samples[-1])


def _since_wh(outlet, t, context):
    """What flowed since the last sample of this kind, or since the start; None when nobody knows."""
    wh = outlet.meter.energy_wh
    if not t.last_wh:
        known = t.born_ms >= 0
        t.last_wh = [t.meter_start_wh if known else wh] * 2
        if not known:
            return None
    since_wh = wh - t.last_wh[context >> 1]
    t.last_wh[context >> 1] = wh
    return since_wh


def sample(outlet, age, context, since_wh=None):
    """The meter's reading of now; it must be there. age: in tenths of a second."""
    m = outlet.meter
    fields = [max(_UNKNOWN + 1, min(32767, m.power_w))]
    fields += _each_phase(outlet, m.currents_ma) + _each_phase(outlet, m.voltages_mv)
    fields.append(_tenths(outlet.offered_ma) | switched(outlet.box.board, outlet) << 12)
    fields.append((m.frequency_mhz + 5) // 10 if m.frequency_mhz else _UNKNOWN)
    fields.append(_temperature(outlet.parts.get("temperature")))
    fields.append(_NO_INTERVAL if since_wh is None else min(since_wh, _NO_INTERVAL - 1))
    return pack("<II9hbH", age | context << 30, m.energy_wh, *fields)


def _each_phase(outlet, values):
    """In tenths. A meter without voltages tells no currents either, one that estimates neither."""
    m = outlet.meter
    told = outlet.box.board.LIMITS["phases"] if any(m.voltages_mv) and not getattr(m, "estimated", False) else 0
    return [_tenths(milli) if n < told else _UNKNOWN for n, milli in enumerate(values)]


def _temperature(part):
    c = part and part.tenths_c
    return _NO_TEMPERATURE if c is None else (c + 5) // 10


def keep(box, registers=False):
    """Writes down the samples of all outlets: what comes behind them in the journal is younger (X26). registers: those
    of the transactions, too, because the power is going."""
    for outlet in box.outlets:
        t = outlet.transaction
        for one in (outlet.between, t):
            if one:
                _keep_samples(box, one)
        if registers and t and t.phase != "resuming":
            _keep_register(outlet, t)


def age_ms(box, t):
    """How long the transaction has been running."""
    return box.clock.up_ms() - t.born_ms


def _periodic(outlet, t, now_ms, get):
    """Every "ocppi" seconds from the start on, as long as it runs (M01), with "ocppcm" while the contactor is closed;
    0: never (M02). -> ms until the next.
    """
    interval_ms = get("ocppi") * 1000
    if not interval_ms:
        return _MINUTE_MS
    since_ms = ticks.diff(now_ms, t.sampled_ms)
    if since_ms >= interval_ms:
        t.sampled_ms = ticks.add(t.sampled_ms, since_ms - since_ms % interval_ms)
        since_ms %= interval_ms
        if outlet.connector.close or not get("ocppcm"):
            take(outlet, t)
    return interval_ms - since_ms


def _aligned(outlet, t, interval_s):
    """At multiples of "ocppai" seconds since midnight UTC (M05). -> ms until the next."""
    utc = outlet.box.clock.utc() if interval_s else None
    if not utc:
        return _MINUTE_MS
    day_s = utc[0] % _DAY_S
    late_s = day_s % interval_s
    late_ms, slot = late_s * 1000 + utc[1], utc[0] - late_s
    since_s = interval_s if outlet.slot is None else slot - outlet.slot
    if since_s != -interval_s:  # else the clock was set back a little, over a round time that has been told
        if outlet.slot is not None and 0 < since_s <= interval_s:
            take(outlet, t, _CLOCK, _age_then(t.start, slot, age_ms(outlet.box, t), late_ms) // 100)
        outlet.slot = slot
    return min(interval_s - late_s, _DAY_S - day_s) * 1000 - utc[1]


def _age_then(start, slot, age, late_ms):
    """How long it had been running in ms at a round time, which was late_ms ago; the clock may be corrected a little
    since its start, and counts."""
    if len(start) == 5 and start[3] is not None:
        late_ms = age - ((slot - start[3]) * 1000 - start[4])
    return max(0, age - late_ms) if 0 <= late_ms <= _LATE_MS else age


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
