"""After a power cut or a restart: transactions that were left open (X31, X32). The same plug-in goes on with the same
transaction, or ends with what flash and meter know. Lent until that is decided.
"""

import json
from struct import unpack

import machine
from micropython import const

from pilotwire import loader
from pilotwire.core.transaction import Transaction

_METER_MS = const(15_000)  # after the start: a meter that is silent so long is not waited for
_LATE_MS = const(60_000)  # after the start: the car has shown itself by then, or it is gone
_SLACK_WH = const(100)
_OTHER = const(1)  # the context of the first sample after the cut
_SAMPLE = const(29)  # bytes of a sample


def restore(box):
    """At boot: gives the open transactions back to their outlets, which decide when they see more. Never raises."""
    found, box.open_transactions = box.open_transactions, None
    for row in found:
        try:
            _restore(box, *row)
        except (LookupError, TypeError, ValueError) as e:  # of another firmware: no reason not to start
            box.settings.notice("transaction %d was left open and cannot be read: %s" % (row[0], e))


def _restore(box, number, start, answer, register, samples):
    start = json.loads(start)
    age_ms, wh = json.loads(register) if register else (0, start[2])
    if samples:
        age_ms, wh = _last_sample(box.journal, number, age_ms, wh)
    if start[3] is None:  # its clock never came: from now on this boot's up_ms count
        start[4:] = [-age_ms, box.boots]
        _rewrite(box, number, start)
    outlet = box.outlets[min(start[0], len(box.outlets)) - 1]
    at_least = getattr(outlet.meter, "at_least", None)
    if at_least:
        at_least(wh)
    if outlet.transaction:  # one at a time: an older one was left by a failing flash
        _stop(outlet, outlet.transaction)
    t = outlet.transaction = Transaction(number, start, -age_ms)
    t.peer = box.journal.peer if box.journal.start(number) else ""  # it may be another one's
    t.phase = "resuming"
    t.left = age_ms, wh, answer
    outlet.busy = True


def turn(outlet, t, now_ms):
    """Several times a second, while the transaction's phase is "resuming"."""
    box, up_ms = outlet.box, outlet.box.clock.up_ms()
    reason = outlet.ending and outlet.ending[0]
    if reason and reason != "EVDisconnected":
        _date(box.clock, t, up_ms)
        t.phase = "running"  # somebody ends it: as any other
        return
    if outlet.register_wh() is None and up_ms < _METER_MS:
        return
    how = outlet.settings.get("ocpppl")
    gone = reason or outlet.connector.seen_b and not outlet.connector.plugged
    known = gone or outlet.plugged and (box.clock.source or how == "stop")
    if not known and up_ms < _LATE_MS:
        return
    cut_ms = _date(box.clock, t, up_ms)
    loader.release("resume")
    same = outlet.plugged and not gone and cut_ms <= outlet.settings.get("ocpprm") * 60_000
    if same and how == "resume" and _plausible(outlet, t, cut_ms):
        _resume(outlet, t, now_ms)
    elif _stop(outlet, t) and same and how == "restart":
        outlet.authorise(t.id_tag)


def _date(clock, t, up_ms):
    """How long the cut was in ms: now the age of the transaction is known, if start and clock are."""
    age_ms, s, ms = t.left[0], t.start[3], t.start[4]
    if s is not None and clock.source:
        now_s, now_ms = clock.utc()
        t.born_ms = up_ms - max(age_ms, (now_s - s) * 1000 + now_ms - ms)
    return up_ms - t.born_ms - age_ms


def _plausible(outlet, t, cut_ms):
    """Is it the same meter? Its register never falls, and rises no faster than the board can carry."""
    risen_wh = (outlet.register_wh() or 0) - t.left[1]
    most_w = outlet.box.board.LIMITS["ma"] * 3 * 250 // 1000
    return 0 <= risen_wh <= most_w * (cut_ms // 1000 + 60) // 3600 + _SLACK_WH


def _resume(outlet, t, now_ms):
    answer, t.left = t.left[2], None
    t.sampled_ms = t.kept_ms = t.due_ms = outlet.since_ms = now_ms
    t.phase = "running"
    outlet.trx = 0
    if answer:
        t.id, status, t.parent = json.loads(answer)
        loader.lend("billing").answered(outlet, t, status)
    elif answer is not None:
        t.id = -1
    elif outlet.settings.get("acs") == 0 and t.id_tag == outlet.settings.get("ocppd"):
        t.phase = "waiting"
    loader.lend("sampling").take(outlet, t, _OTHER)
    outlet.box.log.info("outlet %d: transaction %d goes on" % (outlet.number, t.number))


def _rewrite(box, number, start):
    try:
        box.journal.restart(number, json.dumps(start).encode())
    except OSError as e:
        box.log.warn("the start of transaction %d keeps its time of another boot: %s" % (number, e))


def _stop(outlet, t):
    """With the meter's register if that is plausible: nothing flows through an open contactor. -> as billing.stop()."""
    age_ms, wh = t.left[:2]
    if _plausible(outlet, t, outlet.box.clock.up_ms() - t.born_ms - age_ms):
        wh = outlet.register_wh()
    lost = machine.reset_cause() == machine.PWRON_RESET
    reason = "PowerLoss" if lost else "Reboot"
    done = loader.lend("billing").stop(outlet, t, age_ms, wh, reason)
    if not done:
        outlet.ending = reason, None, outlet.box.clock.ms()
    elif outlet.plugged:
        outlet.over = "ended"
    return done


def _last_sample(journal, number, age_ms, wh):
    """(age, register) of the newest of a transaction's records."""
    reading = loader.lend("store.journal_read")
    number, newest = "%06x" % number, None
    for name, mark, of in reading.entries(journal):
        if mark == "m" and of == number:
            newest = name
    payload = newest and loader.lend("store.journal_record").read(journal, newest)
    if not payload:
        return age_ms, wh
    age, sampled_wh = unpack("<II", payload[-_SAMPLE:])
    return max(age_ms, (age & 0x3FFFFFFF) * 100), max(wh, sampled_wh)
