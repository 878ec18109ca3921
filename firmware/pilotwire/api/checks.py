"""What a value must be beyond its type and range: one function per key, found by its name. Each gives what is wrong, or
None. Brought in when such a value is read from flash or changed.
"""

from pilotwire import loader

_MEASURANDS = (  # what meter_values.py can tell
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Voltage",
    "Current.Offered",
)


def ocppu(address):
    """ws:// or wss://, a host, and the box's name as the last part of the path; or nothing."""
    if not address:
        return None
    try:
        scheme, _, _, _, _, path = loader.lend("proto.url").split(address)
    except ValueError as e:
        return str(e)
    if scheme not in ("ws", "wss"):
        return "want ws:// or wss://"
    if path.partition("?")[0].endswith("/"):
        return "want the name of this wallbox as the last part"
    return None


def ocppai(interval_s):
    return "want 0 or 5 and more" if 0 < interval_s < 5 else None


def ocppsd(names):
    """Known measurands, each once, parted by commas; blanks around them do no harm (OCPP 1.6, 9.1.17)."""
    seen = []
    for name in names.split(",") if names else ():
        name = name.strip()
        if name not in _MEASURANDS:
            return "unknown measurand " + name[:40]
        if name in seen:
            return name + " stands there twice"
        seen.append(name)
    return None


def ocpppl(what):
    return None if what in ("resume", "restart", "stop") else "want resume, restart or stop"
