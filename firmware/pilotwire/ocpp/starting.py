"""StartTransaction (OCPP 1.6, 4.8): its time, and what its answer decides. Lent."""

import json

from micropython import const

from pilotwire import loader

_DIGITS = const(20)  # of a transactionId: it is kept on flash


def call(speaker, box, number, start):
    """The CALL; None while the clock is unknown. start: as the journal has it, see core/transaction.py."""
    if start[3] is None:
        start = _dated(box, number, start)
        if not start:
            return None
    speaker.again, speaker.heard = number <= speaker.heard, max(number, speaker.heard)
    payload = dict(zip(("connectorId", "idTag", "meterStart"), start))
    payload["timestamp"] = loader.lend("core.calendar").text(start[3], start[4]) + "Z"
    return "StartTransaction", payload


def answered(speaker, box, number, payload):
    """The transaction has an id and a verdict. Raises KeyError, TypeError, ValueError: the answer makes no sense.

    A start said again may be refused because of itself: who looks at the card first finds it charging.
    """
    billing, known = loader.lend("billing"), loader.lend("ocpp.known")  # before anything is done: memory may be short
    info, uid = payload["idTagInfo"], int(payload["transactionId"])
    status, parent = known.verdict(info)
    if len(str(uid)) > _DIGITS:
        raise ValueError("transactionId")
    if status == "ConcurrentTx" and speaker.again:
        status = "Accepted"
    box.journal.answered(number, json.dumps([uid, status, parent]).encode())
    t = _running(box, number)
    if t:
        t.id, t.parent = uid, parent or t.parent
        billing.answered(box.outlets[t.connector_id - 1], t, status)
    start = box.journal.start(number)
    if start:
        known.told(box, json.loads(start)[1], info)
    loader.release("ocpp.starting")


def _running(box, number):
    """The transaction of that number, None when it is over."""
    for outlet in box.outlets:
        if outlet.transaction and outlet.transaction.number == number:
            return outlet.transaction
    return None


def _dated(box, number, start):
    """The start as it is said once and for all, in the journal; None while the clock is unknown. From an earlier boot,
    nobody knows better than that it was before this one: then its other times are the same (B15)."""
    clock = box.clock
    if not clock.source:
        return None
    ours = start[5] == box.boots
    s, ms = clock.utc()
    ms += (start[4] if ours else 0) - clock.up_ms()
    if not ours:
        box.log.warn("transaction %d began while the clock was unknown: taken as the time of this start" % number)
    start = start[:3] + [s + ms // 1000, ms % 1000] + ([] if ours else [0])
    box.journal.restart(number, json.dumps(start).encode())
    t = _running(box, number)
    if t:
        t.start = start
    return start
