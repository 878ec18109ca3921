"""UnlockConnector (OCPP 1.6, 5.18): a running transaction ends, then the plug is let go. The answer waits for that."""

import asyncio

from micropython import const

from pilotwire import loader
from pilotwire.ocpp import fields

_STEP_MS = const(200)
_PATIENT = const(47)  # steps: the answer comes within 10 s (U05)


async def unlock(call, payload):
    """Unlocked: it is open; UnlockFailed: the lock jams, or the contactor is not proven open; NotSupported: no such
    connector, or its cable is fixed, and a transaction goes on."""
    number = fields.whole(payload, "connectorId")
    for outlet in call.box.outlets:
        lock = outlet.parts.get("lock")
        if outlet.number == number and lock:
            outlet.end("UnlockCommand")
            loader.lend("parts.lock").let_go(lock)
            await call.status(await _opened(outlet, lock))
            return
    await call.status("NotSupported")


async def _opened(outlet, lock):
    for _ in range(_PATIENT):
        await asyncio.sleep_ms(_STEP_MS)
        if lock.locked is False and lock.wanted is False:
            return "Unlocked"
        if outlet.faults.present("weld"):
            break  # the plug may be live
    return "UnlockFailed"


HANDLERS = {"UnlockConnector": unlock}
