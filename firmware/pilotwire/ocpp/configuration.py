"""GetConfiguration and ChangeConfiguration (OCPP 1.6, 5.8 and 5.3): the settings that have an OCPP name, and what is
fixed.
"""

import asyncio
import json
from collections import OrderedDict

from micropython import const

from pilotwire import loader
from pilotwire.api import table
from pilotwire.core import ticks
from pilotwire.ocpp import fields
from pilotwire.proto.ocppj_call import CallError

_KEY_MOST = const(50)
_VALUE_MOST = const(500)
_PIECE = const(480)  # characters of a piece of the answer: a torn heap has no large ones
_TURN_MS = const(5)  # others shall have their turn after so long


async def get(call, payload):
    """Without keys: all of them. The answer is the longest we give, so it is made and sent in pieces (T21)."""
    parts, size, ms = [], 0, call.box.clock.ms
    began_ms = ms()
    for part in _answer(call, _asked(payload)):
        if not part:
            began_ms = await _let_others(ms, began_ms)
            continue
        size += len(part)
        if size > _PIECE:
            await call.say("".join(parts), True)
            size = len(part)
            parts.clear()
        parts.append(part)
    await call.say("".join(parts))


async def _let_others(ms, began_ms):
    """Lets others have their turn, when ours has lasted long. -> when it began, ms."""
    if ticks.diff(ms(), began_ms) >= _TURN_MS:
        await asyncio.sleep_ms(0)
        began_ms = ms()
    return began_ms


async def change(call, payload):
    """{"status": ...}: Accepted (in force at once, and durable), Rejected (the log says why), NotSupported."""
    name = fields.text(payload, "key", _KEY_MOST)
    text = fields.text(payload, "value", _VALUE_MOST)
    await loader.bring(("api.rules", "api.values"))
    status = await _change(call.box, name, text)
    await call.status(status)
    if status == "Accepted" and name.lower() == "authorizationkey":
        loader.lend("net.ocpp_key").closed()


async def _change(box, name, text):
    began_ms = box.clock.ms()
    for twin in table.twins((name.lower(),)):
        if not twin:
            began_ms = await _let_others(box.clock.ms, began_ms)
            continue
        row = table.row(twin[1])
        if _of_no_lock(box, twin[1]):
            return "Rejected"
        try:
            _set(box, row, _parsed(box, row, text))
            return "Accepted"
        except (OSError, ValueError) as e:
            box.log.warn("ocpp: ChangeConfiguration %s rejected: %s" % (row.ocpp, e))
            return "Rejected"
    return "NotSupported"


def _parsed(box, row, text):
    if row.key == "ocppak":
        return loader.lend("net.ocpp_key").parse(box, text)
    if row.key == "ocppsp":
        return loader.lend("net.ocpp_key").profile(box, text)
    value = loader.lend("api.values").parse_ocpp(row, text)
    if row.key != "lbr":
        return value
    if value > 100:
        raise ValueError("want 0 to 100 percent")
    return (value * 255 + 50) // 100


def _set(box, row, value):
    """Raises ValueError, OSError: also when it cannot be made durable now, because the flash rests (C14)."""
    loader.lend("store.changes").durably(box.settings, row.key, value, "the central system", box.clock.ms())
    if row.key == "mmc":
        box.commanded()


def _of_no_lock(box, key):
    """UnlockConnectorOnEVSideDisconnect of a fixed cable is false for ever (OCPP 1.6 errata, 3.83)."""
    return key == "ocppue" and not getattr(box.board, "LOCK", None)


def _asked(payload):
    """{name in lower case: as asked}; None for all."""
    names = payload.get("key") or ()
    if type(names) not in (list, tuple):
        raise CallError("TypeConstraintViolation", "key: want a list")
    return OrderedDict((fields.checked_text("key", name, _KEY_MOST).lower(), name) for name in names) or None


def _answer(call, asked):
    """The text of the answer in small parts; None where others may have a turn."""
    mark = '[3,%s,{"configurationKey":[' % json.dumps(call.uid)
    for twin in table.twins(asked):
        if twin and twin[1] != "ocppak":  # nobody reads it (C04)
            name, key, writable, default = twin
            fixed = not writable or _of_no_lock(call.box, key)
            value = _value(call.box, name, key, default)
            yield '%s{"key":"%s","readonly":%s,"value":%s}' % (mark, name, "true" if fixed else "false", value)
            mark = ","
            if asked is not None:
                asked.pop(name.lower())
                if not asked:
                    break
        else:
            yield None
    yield ("]" if mark == "," else mark + "]")
    mark = ',"unknownKey":['
    for name in (asked or {}).values():
        yield mark + json.dumps(name)
        mark = ","
    yield "]}]" if mark == "," else "}]"


def _value(box, name, key, default):
    """As OCPP spells it, as JSON. default: JSON in bytes, which is most often all that is to be said."""
    values, count = box.settings.values, len(box.outlets)
    if key == "lbr":  # a byte; OCPP has percent
        text = str((values.get(key, int(default)) * 100 + 127) // 255)
    elif key in values and not _of_no_lock(box, key):
        value = values[key]
        text = str(value).lower() if type(value) is bool else str(value)
    elif _of_no_lock(box, key):
        text = "false"
    elif name == "NumberOfConnectors":
        text = str(count)
    elif name == "ConnectorPhaseRotationMaxLength":
        text = str(count + 1)
    elif name == "ConnectorPhaseRotation":
        text = "0.Unknown" + _rotations(box.settings.peek("phase_rotation").split(";"), count)
    else:
        text = str(default, "utf-8")
        if text[:1] == '"':
            return text
    return json.dumps(text)


def _rotations(told, count):
    """Of each connector; where nobody has said, as drawn."""
    told += [""] * count
    return "".join([",%d.%s" % (n + 1, told[n] or "RST") for n in range(count)])


HANDLERS = {"GetConfiguration": get, "ChangeConfiguration": change}
