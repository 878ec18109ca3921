"""Reset (OCPP 1.6, 5.14): every transaction is stopped and told, then the box restarts. With StopTxOnReset false they
go on after it, like after a power cut (RS10).
"""

import asyncio

from micropython import const

from pilotwire.ocpp import fields

_STEP_MS = const(250)
_BOOKED_S = const(30)  # to open the contactor, read the meter and write the stop down
_SENT_MS = const(1000)  # for the answer to leave the radio
_DONE_MS = const(60_000)  # then it should have happened: a contactor may be welded
_INSTALLS = "receiving", "checking", "installing"  # of update/work.py


async def reset(call, payload):
    kind = fields.word(payload, "type", ("Hard", "Soft"))
    update = call.box.update
    if update and update[0] in _INSTALLS:
        call.box.log.warn("ocpp: Reset rejected: an update is under way")
        await call.status("Rejected")  # RS07
        return
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
    for _ in range(1 + box.settings.peek("ocpprr")):  # ResetRetries (RS08)
        box.restart("the central system asked for a %s reset" % kind.lower())
        await asyncio.sleep_ms(_DONE_MS)
    box.restarting = None
    box.ocpp.failed("the reset that the central system asked for did not happen")
    box.point.triggers.append(("ResetFailure", 0))


def _open(box, kind):
    """Whether something has to be finished first."""
    busy = bool(box.settings.waiting) or (kind == "Soft" and box.ocpp.accepted and box.journal.pending > 0)
    for outlet in box.outlets:
        if outlet.transaction and box.settings.peek("ocppsx"):
            outlet.end(kind + "Reset")
            busy = True
    return busy


HANDLERS = {"Reset": reset}
