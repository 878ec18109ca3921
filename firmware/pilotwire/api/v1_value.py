"""Values of the older key API: made of today's, and made today's (at_v1.py). Pure. Source: facts goe-api 1.7."""

_ERRORS = {0: 0, 1: 1, 2: 1, 3: 3, 8: 8}
_OTHER = 10


def read(how, value):
    """The value of a key of that API. how: as v1.txt has it; value: today's."""
    return _HOW[how](value)


def written(key, text):
    """The value for today's key, percent-encoded, of what was written under that key."""
    number = int(text) if text.isdigit() else None
    if key == "stp":  # 2 leaves the limit as it is: an empty value is refused
        return "null" if number == 0 else ""
    if key == "dwo":
        return str(number * 100) if number else "null"
    if number is not None:
        if key == "alw":
            return "0" if number else "1"  # of frc
        if key == "tof":
            return str((number - 100) * 60)
        if key in ("cid", "cch", "cfi"):
            return "%%23%06X" % number
    return text.replace("%", "%25").replace("&", "%26").replace("+", "%2B")


def _text(value):
    return value if isinstance(value, str) else str(int(value or 0))


def _tenths(wh):
    """Tenths of a kWh."""
    return str((wh or 0) // 100)


def _error(code):
    return str(_ERRORS.get(code, _OTHER))


def _bits(phases):
    return str(sum([1 << n for n, on in enumerate(phases) if on]))


def _nrg(figures):
    """A as tenths, W of a phase as tenths of a kW, of all as hundredths."""
    u, i, p, rest = figures[:4], figures[4:7], figures[7:11], figures[12:]
    return u + [int(a * 10 + 0.5) for a in i] + [w // 100 for w in p] + [figures[11] // 10] + rest


def _time(loc):
    """ddmmyyhhmm; ten zeros while it is unknown."""
    return loc[8:10] + loc[5:7] + loc[2:4] + loc[11:13] + loc[14:16] if loc else "0" * 10


_HOW = {
    "s": _text,
    "tma": lambda degrees: [int(c) for c in degrees if c is not None],
    "h": _tenths,
    "err": _error,
    "bits": _bits,
    "nrg": _nrg,
    "tme": _time,
    "c": lambda colour: str(int(colour[1:], 16)),
    "stp": lambda wh: "0" if wh is None else "2",
    "tmp": lambda degrees: str(int(degrees[0] or 0)) if degrees else "0",
    "dws": lambda wh: str(wh * 360),  # 10 Ws
    "tof": lambda minutes: str(minutes // 60 + 100),  # hours
}
