"""What happens once a session: a card is held, a transaction begins, it ends. Lent by the outlet while something of
this is under way.
"""

import json

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks
from pilotwire.core.transaction import Transaction

_SHOWN_MS = const(30_000)  # a refused card
_PATIENT_MS = const(15_000)  # for a contactor that is not proven open
_READING_MS = const(3_000)  # for a reading after that
_RETRY_MS = const(5_000)  # for a record that could not be written
_OVER = {"EVDisconnected": "left", "DeAuthorized": "refused"}


def turn(outlet, now_ms):
    """Five times a second. -> True while there is something to wait for."""
    t = outlet.transaction
    if t and t.phase == "resuming":
        loader.lend("resume").turn(outlet, t, now_ms)
    elif outlet.ending:
        _finish(outlet, t, now_ms)
    elif t and t.phase == "waiting":
        if not _patience(outlet, outlet.since_ms, now_ms):
            t.phase = "running"  # no answer in time is as good as offline (A20)
    elif t and t.left:
        if outlet.register_wh() >= t.left:
            _refused(outlet, t)
    elif outlet.id_tag and not t:
        _await_car(outlet, now_ms)
    if outlet.asking:
        _await_authorisation(outlet, now_ms)
    if outlet.denied and ticks.diff(now_ms, outlet.denied[2]) > _SHOWN_MS:
        outlet.denied = None
    t = outlet.transaction
    waits = t.left or t.phase in ("waiting", "resuming") if t else outlet.id_tag
    waits = bool(waits or outlet.ending or outlet.asking or outlet.denied)
    if not waits:
        loader.release("billing")
    return waits


def tap(outlet, id_tag):
    """As Outlet.tap(): the card of the running transaction ends it (A22), that of the awaited car takes itself back
    (S23); another one is asked about, while a transaction runs only when that has a group (A23, A24) and `orsch` does
    not keep it to the card itself."""
    t, known = None if outlet.ending else outlet.transaction, loader.lend("ocpp.known")
    if t and (_same(t.id_tag, id_tag) or known.master(outlet, id_tag)):
        outlet.end("Local", id_tag)
    elif t and t.parent and not outlet.settings.peek("orsch"):
        outlet.ask(id_tag, "stop")
    elif t:
        deny(outlet, "other_card", id_tag)
    elif outlet.id_tag and _same(outlet.id_tag, id_tag):
        outlet.box.log.info("outlet %d: the card was taken back" % outlet.number)
        outlet.id_tag = None
    elif outlet.trx:
        known.end_unbilled(outlet, id_tag)
    elif known.master(outlet, id_tag):
        deny(outlet, "master_card", id_tag)
    elif outlet.reason == "unavailable":
        outlet.box.log.info("outlet %d: out of service, card %s does not count" % (outlet.number, id_tag))
    else:
        outlet.ask(id_tag, "tap")


def command(outlet, value):
    """The key `trx` while OCPP is on: withdraws, and cannot authorise. Raises ValueError."""
    if value is not None:
        raise ValueError("trx: with OCPP on, a card or the central system starts")
    outlet.id_tag = outlet.trx = None
    outlet.end("Local")


def deny(outlet, name, id_tag):
    """Shows for a while why this id is not taken. name: of the sentence."""
    outlet.box.log.info("outlet %d: %s %s" % (outlet.number, name, id_tag))
    outlet.asking = None
    outlet.denied = name, id_tag, outlet.box.clock.ms()
    outlet.busy = True


def answered(outlet, t, status):
    """The central system's word on the transaction's id (status of its idTagInfo)."""
    if status == "Accepted":
        if t.phase == "waiting":
            t.phase = "running"
        return
    outlet.box.ocpp.failed("the central system refused to let %s charge: %s" % (t.id_tag, status))
    most_wh = outlet.settings.peek("ocppme")  # MaxEnergyOnInvalidId (A30)
    if most_wh:
        t.phase, t.left, outlet.busy = "running", (outlet.register_wh() or t.meter_start_wh) + most_wh, True
    else:
        _refused(outlet, t)


def _refused(outlet, t):
    t.left = None
    if outlet.settings.get("ocppsi"):  # StopTransactionOnInvalidId
        outlet.end("DeAuthorized")
    else:
        t.phase = "suspended"


def _same(one, other):
    return one.lower() == other.lower()  # A04


def _patience(outlet, since_ms, now_ms):
    return outlet.box.ocpp.accepted and ticks.diff(now_ms, since_ms) <= outlet.settings.get("ocppmt") * 1000


def _await_authorisation(outlet, now_ms):
    if not _patience(outlet, outlet.asking[2], now_ms):
        loader.lend("ocpp.known").offline(outlet)


def _await_car(outlet, now_ms):
    """The plug, for ConnectionTimeOut (X36); then a fresh register: without one there is nothing to bill."""
    box, get = outlet.box, outlet.settings.get
    if outlet.reason == "unavailable":
        outlet.id_tag = None
        return
    if outlet.plugged and get("ocppe"):
        fresh = outlet.register_wh() is not None and outlet.meter.fresh(now_ms)
        loose = "locking" in outlet.holds or "cable" in outlet.holds  # the plug is not locked, or none is seen (S17)
        if fresh and not loose and not outlet.faults.any and not box.restarting and outlet.reason != "energy":
            _begin(outlet, now_ms)
        return
    limit_ms = get("txt") * 1000
    if not get("ocppe") or limit_ms and ticks.diff(now_ms, outlet.since_ms) >= limit_ms:
        box.log.info("outlet %d: no car came for %s" % (outlet.number, outlet.id_tag))
        outlet.id_tag = None


def _begin(outlet, now_ms):
    """The start is on flash before the contactor may close. Short of memory it is all tried again, or all is done."""
    box, get, id_tag = outlet.box, outlet.settings.get, outlet.id_tag
    up_ms, wh = box.clock.up_ms(), outlet.register_wh()
    when = box.clock.utc(now_ms) or (None, up_ms, box.boots)
    start = [outlet.number, id_tag, wh] + list(when)
    t = Transaction(None, start, up_ms)
    t.parent = outlet.parent
    t.sampled_ms = t.kept_ms = t.due_ms = now_ms
    free = get("acs") == 0 and id_tag == get("ocppd")  # only the answer to the start can accept that one
    t.phase = "waiting" if free and box.ocpp.accepted else "running"
    loader.lend("sampling").keep(box)
    box.journal.peer = t.peer = loader.lend("store.journal_read").peer(get("ocppu"))
    try:
        t.number = box.journal.begin(json.dumps(start).encode())
        if outlet.settings.peek("ocppst"):
            loader.lend("ocpp.stop_data").begin(box, t.number)
        outlet.transaction = t
        outlet.over = outlet.id_tag = None
        outlet.trx = 0
        box.log.info("outlet %d: transaction %d of %s begins at %d Wh" % (outlet.number, t.number, id_tag, wh))
    except OSError as e:
        outlet.over, outlet.id_tag = "no_room", None
        box.ocpp.failed("the charge of %s could not be written down: %s" % (id_tag, e))


def _finish(outlet, t, now_ms):
    """Books the stop once the contactor is proven open and the meter was read after that (X05). A silent meter is not
    waited for: then its last reading counts."""
    if t.phase == "stopping" and ticks.diff(now_ms, t.kept_ms) < _RETRY_MS:
        return
    reason, id_tag, since_ms = outlet.ending
    waited_ms = ticks.diff(now_ms, since_ms)
    if waited_ms < _PATIENT_MS and not _read(outlet, now_ms, since_ms):
        return
    keep = getattr(outlet.meter, "keep", None)
    if keep:
        keep()
    age_ms = outlet.box.clock.up_ms() - waited_ms - t.born_ms
    if stop(outlet, t, age_ms, max(outlet.register_wh() or 0, t.meter_start_wh), reason, id_tag):
        over = _OVER.get(reason, "ended")
        outlet.over = over if outlet.plugged != (over == "left") else None


def _read(outlet, now_ms, since_ms):
    """Is the contactor open, and was the meter read after that, or had its time?"""
    if not outlet.connector.is_open:
        return False
    opened_ms = outlet.connector.opened_ms
    if opened_ms is None or not 0 < ticks.diff(opened_ms, since_ms) < _PATIENT_MS:
        opened_ms = since_ms  # it was open before
    return outlet.read_since(opened_ms) or ticks.diff(now_ms, opened_ms) >= _READING_MS


def stop(outlet, t, age_ms, wh, reason, id_tag=None):
    """The transaction is over; what waits in RAM is written down before its stop. -> False: the flash failed, soon
    again. age_ms: since its start."""
    box = outlet.box
    loader.lend("sampling").keep(box)
    journal, peer = box.journal, box.journal.peer
    try:
        journal.peer = t.peer
        journal.stop(t.number, json.dumps([age_ms, wh, reason, id_tag]).encode())
    except OSError as e:
        box.ocpp.failed("the end of a charge could not be written down: %s" % e)
        t.phase, t.kept_ms = "stopping", box.clock.ms()
        return False
    finally:
        journal.peer = peer
    outlet.transaction = outlet.ending = outlet.trx = None
    outlet.ended_ms, outlet.busy = box.clock.up_ms(), True
    box.log.info("outlet %d: transaction %d ended at %d Wh: %s" % (outlet.number, t.number, wh, reason))
    return True
