"""GetConfiguration and ChangeConfiguration (OCPP 1.6, 5.8 and 5.3): the settings that have an OCPP name, and what is
fixed.
"""

import asyncio
import json
from collections import OrderedDict

from micropython import const

from pilotwire import loader
from pilotwire.api import table
from pilotwire.ocpp import fields
from pilotwire.proto.ocppj_call import CallError

_KEY_MOST, _VALUE_MOST = const(50), const(500)
_PIECE = const(160)  # characters after which a piece of the answer goes out


async def get(call, payload):
    """Without keys: all of them. The answer is the longest we give, so it is made and sent in pieces (T21)."""
    piece = ""
    for part in _answer(call, _asked(payload)):
        piece += part
        if len(piece) > _PIECE:
            await call.say(piece, True)
            piece = ""
        await asyncio.sleep_ms(0)
    await call.say(piece)


async def change(call, payload):
    """{"status": ...}: Accepted (in force at once, and durable), Rejected (the log says why), NotSupported."""
    name = fields.text(payload, "key", _KEY_MOST)
    text = fields.text(payload, "value", _VALUE_MOST)
    await loader.bring(("api.rules", "api.values"))
    await call.status(await _change(call.box, name, text))


async def _change(box, name, text):
    for row in table.twins():
        if row.ocpp.lower() == name.lower():
            try:
                _set(box, row, loader.lend("api.values").parse_ocpp(row, text))
                return "Accepted"
            except (OSError, ValueError) as e:
                box.log.warn("ocpp: ChangeConfiguration %s rejected: %s" % (row.ocpp, e))
                return "Rejected"
        await asyncio.sleep_ms(0)
    return "NotSupported"


def _set(box, row, value):
    """Raises ValueError, OSError: also when it cannot be made durable now, because the flash rests (C14)."""
    settings, was = box.settings, box.settings.get(row.key)
    settings.set(row.key, value, "the central system")
    if row.key in settings.waiting:
        settings.flush(box.clock.ms(), True)
        if row.key in settings.waiting:
            settings.set(row.key, was, "the central system, because it could not be kept")
            raise OSError(row.key + ": the flash rests while a car charges; again in a minute")


def _asked(payload):
    """{name in lower case: as asked}; None for all."""
    names = payload.get("key") or ()
    if type(names) not in (list, tuple):
        raise CallError("TypeConstraintViolation", "key: want a list")
    return OrderedDict((fields.checked_text("key", name, _KEY_MOST).lower(), name) for name in names) or None


def _answer(call, asked):
    """The text of the answer in small parts, some of them empty."""
    mark = '[3,%s,{"configurationKey":[' % json.dumps(call.uid)
    for row in table.twins():
        wanted = asked is None or asked.pop(row.ocpp.lower(), None)
        if wanted:
            mark += json.dumps({"key": row.ocpp, "readonly": "w" not in row.access, "value": _value(call.box, row)})
        yield mark if wanted else ""
        if wanted:
            mark = ","
    yield ("]" if mark == "," else mark + "]")
    mark = ',"unknownKey":['
    for name in (asked or {}).values():
        yield mark + json.dumps(name)
        mark = ","
    yield "]}]" if mark == "," else "}]"


def _value(box, row):
    """As OCPP spells it."""
    count = len(box.outlets)
    if row.kind != "fixed":
        value = box.settings.get(row.key)
    elif row.key == "NumberOfConnectors":
        value = count
    elif row.key == "ConnectorPhaseRotationMaxLength":
        value = count + 1
    elif row.key == "ConnectorPhaseRotation":
        value = "0.Unknown" + "".join(",%d.RST" % (n + 1) for n in range(count))
    else:
        value = row.default
    return str(value).lower() if type(value) is bool else str(value)


HANDLERS = {"GetConfiguration": get, "ChangeConfiguration": change}
