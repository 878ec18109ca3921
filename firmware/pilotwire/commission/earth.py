"""The monitor of the protective earth."""

from time import sleep_ms, ticks_diff, ticks_ms

import board

from pilotwire import commission

_LOOK_MS = 20  # as the safety path
_STEADY_MS = 1000


def run(wanted, wait_ms):
    """-> ms until earth was there (wanted is False: was missing) for a second without a break, None: it was not within
    wait_ms."""
    monitor = commission.driver(1, "EARTH")
    board.EARTH.pop("driver", None)  # about.py tells the board as data
    began_ms = ticks_ms()
    since_ms, ms = None, 0
    while ms < wait_ms or since_ms is not None:
        if monitor.there() is not wanted:
            since_ms = None
        elif since_ms is None:
            since_ms = ms
        elif ms - since_ms >= _STEADY_MS:
            return since_ms
        commission.alive()
        sleep_ms(_LOOK_MS)
        ms = ticks_diff(ticks_ms(), began_ms)
    return None
