"""StartTransaction (OCPP 1.6, 4.8): its time, and what its answer decides. Lent."""

import json

from pilotwire import loader
from pilotwire.core import ticks


def call(box, number, start):
    """The CALL; None while the clock is unknown. start: as the journal has it, see core/transaction.py."""
    if type(start[3]) is int:
        start = _dated(box, number, start)
    return start and ("StartTransaction", dict(zip(("connectorId", "idTag", "meterStart", "timestamp"), start)))


def answered(box, number, payload):
    """The transaction has an id and a verdict. Raises KeyError, TypeError, ValueError: the answer makes no sense."""
    info = payload["idTagInfo"]
    uid, status, parent = int(payload["transactionId"]), info["status"], info.get("parentIdTag")
    billing = loader.lend("billing")  # before anything is done: memory may be short
    box.journal.answered(number, json.dumps([uid, status, parent]).encode())
    t = _running(box, number)
    if t:
        t.id, t.parent = uid, parent or t.parent
        billing.answered(box.outlets[t.connector_id - 1], t, status)
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
    ours = start[4] == box.boots
    when = loader.lend("ocpp.times").text(clock, ticks.add(clock.ms(), (start[3] if ours else 0) - clock.up_ms()))
    if not ours:
        box.log.warn("transaction %d began while the clock was unknown: taken as %s" % (number, when))
    start = start[:3] + [when] + ([] if ours else [0])
    box.journal.restart(number, json.dumps(start).encode())
    t = _running(box, number)
    if t:
        t.start = start
    return start
