"""DataTransfer (OCPP 1.6, 4.3): what other people's central systems and ours say to each other beside the standard.
What we say ourselves that way is in triggered.py.

A vendor is a row: its messages, each a function of (box, data) -> (status, data of the answer or None). The data is
text, and what it means is the vendor's.
"""

from micropython import const

from pilotwire.ocpp import fields
from pilotwire.proto.ocppj_call import result

_NAME_MOST = const(255)  # characters
_MESSAGE_MOST = const(50)
_DATA_MOST = const(65_536)  # no more than a message may have


async def transfer(call, payload):
    vendor = fields.text(payload, "vendorId", _NAME_MOST)
    message, data = _maybe(payload, "messageId", _MESSAGE_MOST), _maybe(payload, "data", _DATA_MOST)
    answer = dict(zip(("status", "data"), _answer(call.box, vendor, message, data)))
    if answer["data"] is None:
        del answer["data"]
    await call.say(result(call.uid, answer))


def _answer(box, vendor, message, data):
    messages = VENDORS.get(vendor)
    if messages is None:
        return "UnknownVendorId", None
    handler = messages.get(message)
    return handler(box, data) if handler else ("UnknownMessageId", None)


def _maybe(payload, name, most):
    """A text, None when it is absent."""
    value = payload.get(name)
    return None if value is None else fields.checked_text(name, value, most)


def _why(box, data):
    """The sentence a driver reads. data: the connector's number, 1 without one."""
    for outlet in box.outlets:
        if str(outlet.number) == (data or "1"):
            return "Accepted", outlet.why()[1]
    return "Rejected", None


def _echo(box, data):
    """What was sent, unchanged: is the line good, and for how long a text? (DT03)"""
    return "Accepted", data


VENDORS = {"Pilotwire": {"Why": _why, "Echo": _echo}}
HANDLERS = {"DataTransfer": transfer}
