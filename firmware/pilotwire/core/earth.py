"""When the protective earth is lost, and when it is back.

It is lost when a look of the safety path, one with every burst of the pilot, does not see it. It is back when every
look of 5 s has seen it. Nobody charges before it was seen for the first time.

What is remembered are attributes of any object, `earth`, which outlives this code (parts/__init__.py). The driver sets
.seen and .lost_ms while it looks (hal/earth.py).
"""

from micropython import const

from pilotwire.core import ticks

_STEADY_MS = const(5_000)
_TOO_OFTEN_MS = const(60_000)  # the fault stays for today: the day may end
_NEVER_MS = const(86_400_000)  # the driver wakes us


def begin(earth, now_ms):
    earth.seen = False  # since the start
    earth.lost_ms = now_ms  # ticks of the last one of these


def step(earth, now_ms, faults):
    """A turn: the fault goes when it is time. -> ms until the next one at the latest."""
    if not faults.present("earth"):
        return _NEVER_MS
    left_ms = _STEADY_MS - ticks.diff(now_ms, earth.lost_ms)
    if left_ms > 0:
        return left_ms
    faults.clear("earth")
    return _TOO_OFTEN_MS
