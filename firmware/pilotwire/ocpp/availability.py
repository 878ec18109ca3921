"""ChangeAvailability (OCPP 1.6, 5.2). What is wanted is a setting, so it outlives power (V06, V07); whether an outlet
is out of service already follows from it and from its transaction (core/access.py).
"""

from pilotwire import loader
from pilotwire.ocpp import fields


async def change(call, payload):
    """Accepted: it is so; Scheduled: when the transaction has ended; Rejected: no such connector (V09), or it cannot be
    made durable now."""
    number = fields.whole(payload, "connectorId")
    kind = fields.word(payload, "type", ("Operative", "Inoperative"))
    await call.status(_change(call.box, number, kind == "Inoperative"))


def _change(box, number, out):
    outlets = [outlet for outlet in box.outlets if number in (0, outlet.number)]
    if not outlets:
        return "Rejected"
    try:
        wanted, changes = _wanted(box, number, out), loader.lend("store.changes")
        changes.durably(box.settings, "ocppiv", wanted, "the central system", box.clock.ms())
    except (OSError, ValueError) as e:
        box.log.warn("ocpp: ChangeAvailability rejected: %s" % e)
        return "Rejected"
    return "Scheduled" if out and any(outlet.transaction for outlet in outlets) else "Accepted"


def _wanted(box, number, out):
    """The bits. Of a box that was out of service as a whole, the others stay so when one connector comes back."""
    bits, each = box.settings.get("ocppiv"), (1 << len(box.outlets) + 1) - 2
    if number == 0:
        return 1 | each if out else 0
    if out:
        return bits | 1 << number
    return bits & ~(1 | 1 << number)


HANDLERS = {"ChangeAvailability": change}
