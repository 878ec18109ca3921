"""TriggerMessage (OCPP 1.6, 5.17): the answer first, then the message."""

from pilotwire.ocpp import fields

_ANYWHERE = ("Heartbeat", "DiagnosticsStatusNotification", "FirmwareStatusNotification")
_KNOWN = ("BootNotification", "MeterValues", "StatusNotification")


async def trigger(call, payload):
    action = fields.text(payload, "requestedMessage", 50)
    number = fields.maybe_whole(payload, "connectorId")
    status = _status(call, action, number)
    await call.status(status)
    if status == "Accepted":
        call.point.trigger(action, 0 if action in _ANYWHERE else number)


def _status(call, action, number):
    if action in _ANYWHERE:
        return "Accepted"  # no connector matters there (TG05)
    if action not in _KNOWN:
        return "NotImplemented"  # TG07
    if action == "BootNotification":
        return "Rejected" if call.point.booted_here else "Accepted"  # B13
    if number == 0 and action == "StatusNotification":
        return "Accepted"
    now_ms = call.box.clock.ms()
    for outlet in call.box.outlets:
        if number is None or outlet.number == number:
            if action == "StatusNotification" or (outlet.meter and outlet.meter.fresh(now_ms)):
                return "Accepted"
    return "Rejected"  # no such connector, or no meter that can be read


HANDLERS = {"TriggerMessage": trigger}
