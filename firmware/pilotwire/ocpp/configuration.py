"""GetConfiguration and ChangeConfiguration (OCPP 1.6, 5.3 and 5.8): the settings that have an OCPP name, and what is
fixed.

Loaded when one of the two arrives, released a minute after.
"""

from pilotwire.api import table
from pilotwire.ocpp import charge_point
from pilotwire.proto.ocppj_call import CallError

_KEY_MOST, _VALUE_MOST = 50, 500
_FIXED = (  # name, value; read only
    ("GetConfigurationMaxKeys", "50"),
    ("MessageTimeout", str(charge_point.ANSWER_S)),
    (
        "MeterValuesSampledData",
        "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,Current.Offered",
    ),
    ("NumberOfConnectors", None),
    ("SupportedFeatureProfiles", "Core"),
    ("WebSocketPingInterval", str(charge_point.PING_S)),
)


def get(box, payload):
    """Without keys: all of them. Names match in any case; an unknown one is given back as it was asked (C02, C03)."""
    names = payload.get("key") or ()
    if type(names) not in (list, tuple):
        raise CallError("TypeConstraintViolation", "key: want a list")
    if not names:
        return {"configurationKey": list(_all(box))}
    known, unknown = [], []
    for name in names:
        _check("key", name, _KEY_MOST)
        found = _one(box, name)
        (known if found else unknown).append(found or name)
    answer = {}
    if known:
        answer["configurationKey"] = known
    if unknown:
        answer["unknownKey"] = unknown
    return answer


def change(box, payload):
    """{"status": ...}: Accepted (in force at once), Rejected (the log says why), NotSupported."""
    if "key" not in payload or "value" not in payload:
        raise CallError("FormationViolation", "want key and value")
    name, text = payload["key"], payload["value"]
    _check("key", name, _KEY_MOST)
    _check("value", text, _VALUE_MOST)
    return {"status": _change(box, name, text)}


def _change(box, name, text):
    row = table.by_ocpp(name)
    if not row:
        return "Rejected" if _one(box, name) else "NotSupported"
    from pilotwire import loader

    try:
        value = loader.use("api.values").parse_ocpp(row, text)
        if box.settings.resting and value != box.settings.get(row.key):
            raise OSError("%s: the flash rests while a car charges; again in a minute" % row.key)
        box.settings.set(row.key, value, "the central system")
    except (OSError, ValueError) as e:
        box.log.warn("ocpp: ChangeConfiguration %s rejected: %s" % (name, e))
        return "Rejected"
    return "Accepted"


def _check(what, text, most):
    if type(text) is not str:
        raise CallError("TypeConstraintViolation", what + ": want a string")
    if len(text) > most:
        raise CallError("PropertyConstraintViolation", "%s: longer than %d characters" % (what, most))


def _all(box):
    for name, value in _FIXED:
        yield _entry(name, True, _fixed(box, value))
    for row in table.rows():
        if row.ocpp:
            yield _setting(box, row)


def _one(box, name):
    row = table.by_ocpp(name)
    if row:
        return _setting(box, row)
    for known, value in _FIXED:
        if known.lower() == name.lower():
            return _entry(known, True, _fixed(box, value))
    return None


def _setting(box, row):
    value = box.settings.get(row.key)
    return _entry(
        row.ocpp, "w" not in row.access, ("true" if value else "false") if type(value) is bool else str(value)
    )


def _fixed(box, value):
    return str(len(box.outlets)) if value is None else value


def _entry(name, readonly, value):
    return {"key": name, "readonly": readonly, "value": value}


HANDLERS = {"GetConfiguration": get, "ChangeConfiguration": change}
