"""How long the way into the chip and out again is, on this PC and this interpreter: a call in C on a real chip.

For power.py, once, before the firmware runs: what is measured here, the clock takes off each call's busy time.
"""

import clock
from micropython import const
from utime import ticks_diff, ticks_us

_CALLS, _TRIES = const(200), const(5)  # the least of the tries counts: the host may take the core away


def measure():
    """-> ns for each call."""
    best_us = _CALLS
    for _ in range(_TRIES):
        began, inside = ticks_us(), 0
        for _ in range(_CALLS):
            inside += _pass()
        best_us = min(best_us, ticks_diff(ticks_us(), began) - inside)
    return max(0, best_us) * 1000 // _CALLS


def _pass():
    """A call that does nothing, one frame deep like those of machine and time. -> real us inside the chip."""
    clock.enter()
    began = clock.mark
    clock.leave()
    return ticks_diff(clock.mark, began)
