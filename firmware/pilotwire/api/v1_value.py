"""Values of the older key API: made of today's, and made today's (at_v1.py). Pure. Source: facts goe-api 1.7.

What is made how is a number here, as it stands in older_keys.txt: a word would stay in memory for good.
"""

_ERRORS = {0: 0, 1: 1, 2: 1, 3: 3, 8: 8}
_OTHER = 10


def read(how, value):
    """The value of a key of that API, of today's."""
    return _READ[int(how)](value)


def written(how, text):
    """The value for today's key, of what was written under one of that API; both percent-encoded. What is no number is
    left to who takes it.
    """
    return _WRITTEN[int(how)](int(text)) if text.isdigit() else text


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


def _celsius(degrees):
    return [int(c) for c in degrees if c is not None]


def _one_celsius(degrees):
    return str(sum(_celsius(degrees[:1])))


_READ = (
    _text,
    _tenths,
    _error,
    _bits,
    _nrg,
    _time,
    _celsius,
    _one_celsius,
    lambda x: str(int(x[1:], 16)),  # a colour
    lambda x: str(0 if x is None else 2),  # stp
    lambda x: str(x * 360),  # dws, in 10 Ws
    lambda x: str(x // 60 + 100),  # tof, in hours
)
_WRITTEN = (
    str,
    lambda x: str(0 if x else 1),  # alw, as frc
    lambda x: str(x * 100) if x else "null",  # dwo
    lambda x: "" if x else "null",  # stp; 2 leaves the limit as it is: an empty value is refused
    lambda x: str((x - 100) * 60),  # tof
    lambda x: ("%%23%06X is a colour" % x)[:9],
)
