"""UnlockConnector (OCPP 1.6, 5.18): no board has a lock yet, its cable is fixed; a transaction goes on."""

from pilotwire.ocpp import fields


async def unlock(call, payload):
    fields.whole(payload, "connectorId")
    await call.status("NotSupported")


HANDLERS = {"UnlockConnector": unlock}
