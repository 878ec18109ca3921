"""UnlockConnector (OCPP 1.6, 5.18): a running transaction ends, then the plug is let go. The answer waits for that."""

import asyncio

from micropython import const

from pilotwire.ocpp import fields

_STEP_MS = const(200)
_PATIENT = const(47)  # steps: the answer comes within 10 s (U05)


async def unlock(call, payload):
    """Unlocked: it is open; UnlockFailed: the lock jams, or the contactor is not proven open; NotSupported: no such
    connector, or its cable is fixed, and a transaction goes on."""
    number = fields.whole(payload, "connectorId")
    lock = None
    for outlet in call.box.outlets:
        if outlet.number == number and outlet.parts.get("lock"):
            lock = outlet.parts["lock"]
            outlet.end("UnlockCommand")
            lock.let_go()
    await call.status(await _opened(lock) if lock else "NotSupported")


async def _opened(lock):
    for _ in range(_PATIENT):
        await asyncio.sleep_ms(_STEP_MS)
        if lock.opened:
            return "Unlocked"
        if lock.welded:
            break
    return "UnlockFailed"


HANDLERS = {"UnlockConnector": unlock}
