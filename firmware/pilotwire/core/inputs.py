"""Digital inputs, debounced. Pure; what each use does stands in parts/inputs.py.

What is remembered are attributes of any object, `contacts`, which outlives this code: .opened[i] is 1 when contact i
counts as open, .since_ms[i] ticks since when it reads other than that, or None.
"""

from micropython import const

from pilotwire.core import ticks

_STEADY_MS = const(50)


def begin(contacts, count):
    """All of them open at first, which is the safe side of every use, until they were seen closed."""
    contacts.opened = bytearray([1] * count)
    contacts.since_ms = [None] * count


def feed(contacts, i, is_open, now_ms):
    """One look at contact i; a level that held for 50 ms counts. -> does it count as open?"""
    since_ms = contacts.since_ms[i]  # read once: the safety path may come in between and say open
    if is_open == contacts.opened[i]:
        contacts.since_ms[i] = None
    elif since_ms is None:
        contacts.since_ms[i] = now_ms
    elif ticks.diff(now_ms, since_ms) >= _STEADY_MS:
        contacts.opened[i] = is_open
        contacts.since_ms[i] = None
    return bool(contacts.opened[i])


def is_open(contacts, lines, use):
    """Is any contact of this use open?"""
    return any([at["use"] == use and opened for at, opened in zip(lines, contacts.opened)])


def limit(contacts, lines, unit):
    """What the open ones of the "limit" contacts leave, in "ma" or "w"; None: they are closed, or there is none."""
    return min([at[unit] for at, opened in zip(lines, contacts.opened) if opened and unit in at], default=None)
