"""Reset (OCPP 1.6, 5.14): every transaction is stopped and told, then the box restarts."""

import asyncio

from micropython import const

from pilotwire.ocpp import fields

_STEP_MS = const(250)
_BOOKED_S = const(30)  # to open the contactor, read the meter and write the stop down
_SENT_MS = const(1000)  # for the answer to leave the radio


async def reset(call, payload):
    kind = fields.word(payload, "type", ("Hard", "Soft"))
    await call.status("Accepted")
    call.box.tasks.start("reset", _restart, call.box, kind)


async def _restart(box, kind):
    """Once the stops are on flash nothing can be lost; a soft reset also waits for them to be answered, but not longer
    than MessageTimeout (RS06). A transaction that begins meanwhile ends like the others."""
    left_ms = (_BOOKED_S + box.settings.get("ocppmt")) * 1000
    await asyncio.sleep_ms(_SENT_MS)
    while left_ms > 0 and _open(box, kind):
        await asyncio.sleep_ms(_STEP_MS)
        left_ms -= _STEP_MS
    box.restart("the central system asked for a %s reset" % kind.lower())


def _open(box, kind):
    """Whether something has to be finished first."""
    busy = bool(box.settings.waiting) or (kind == "Soft" and box.ocpp.accepted and box.journal.pending > 0)
    for outlet in box.outlets:
        if outlet.transaction:
            outlet.end(kind + "Reset")
            busy = True
    return busy


HANDLERS = {"Reset": reset}
