"""What a value must be beyond its type and range: one function per key, found by its name. Each gives what is wrong, or
None. Brought in when such a value is read from flash or changed.
"""

from pilotwire import loader

# as meter_values.py has them: one value for all phases, one of each
_WHOLE = (
    "Energy.Active.Import.Register Energy.Active.Import.Interval Power.Active.Import Power.Offered Power.Factor "
    "Current.Offered Frequency Temperature"
)
_PHASED = "Current.Import Voltage"
_MOST = 10  # MeterValuesSampledDataMaxLength, and of the aligned ones


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


def mcu(address):
    """mqtt:// or mqtts:// and a host, or nothing."""
    if not address:
        return None
    try:
        scheme = loader.lend("proto.url").split(address)[0]
    except ValueError as e:
        return str(e)
    return None if scheme in ("mqtt", "mqtts") else "want mqtt:// or mqtts://"


def mtp(prefix):
    """No wildcards, no empty level but the first."""
    return "want no + # or //" if "+" in prefix or "#" in prefix or "//" in prefix or prefix == "/" else None


mht = mtp


def al1(a):
    return "want 0, or 6 and more" if 0 < a < 6 else None


al2 = al3 = al4 = al5 = al1


def upu(address):
    """http:// and a host, or nothing. No TLS: the signature of what comes says whether it is good."""
    if not address:
        return None
    try:
        return None if loader.lend("proto.url").split(address)[0] == "http" else "want http://"
    except ValueError as e:
        return str(e)


def ocppai(interval_s):
    return "want 0 or 5 and more" if 0 < interval_s < 5 else None


def ocppsd(names):
    """Known measurands, each once, parted by commas; one that each phase has may end in ".L1" to ".L3". Blanks around
    them do no harm (OCPP 1.6, 9.1.17).
    """
    seen = []
    for name in names.split(",") if names else ():
        name = name.strip()
        phased = name[:-3] if name[-3:] in (".L1", ".L2", ".L3") else name
        if phased not in _PHASED.split() and name not in _WHOLE.split():
            return "unknown measurand " + name[:40]
        if name in seen or len(seen) == _MOST:
            return "more than %d measurands, or one twice" % _MOST
        seen.append(name)
    return None


ocppad = ocppsd


def ocppst(name):
    register = _WHOLE.split()[0]
    return None if name in ("", register) else "want nothing, or " + register


ocppsa = ocppst


def ocpppl(what):
    return None if what in ("resume", "restart", "stop") else "want resume, restart or stop"


def phase_rotation(text):
    """A value of ConnectorPhaseRotation (OCPP 1.6, 9.1.6) or nothing, of each outlet."""
    for rotation in text.split(";"):
        phases = len(rotation) == 3 and not [p for p in "RST" if p not in rotation]
        if rotation and not phases and rotation not in ("NotApplicable", "Unknown"):
            return "want RST, RTS, SRT, STR, TRS, TSR, NotApplicable or Unknown"
    return None


def cid(colour):
    """#RRGGBB in hex."""
    digits = colour[1:].lower().strip("0123456789abcdef")
    return "want #RRGGBB" if len(colour) != 7 or colour[0] != "#" or digits else None


cwc = cch = cfi = cid
