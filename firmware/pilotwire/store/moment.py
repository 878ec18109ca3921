"""When the flash is used while a car charges: right after a look at the pilot. Then an erase (45 ms) is all that lies
between two looks; else up to 20 ms have gone by already. Lent.
"""

from time import sleep_ms

from micropython import const

_PERIOD_MS = const(25)  # of the looks while a contactor is closed, and a bit


def wait(paths):
    """Returns right after a look of each that has its contactor closed. paths: of safety.py. A timer that is silent is
    not waited for: its own gap opens the contactor."""
    for path in paths:
        seen_ms = path.last_ms
        for _ in range(_PERIOD_MS if path.contactor.commanded else 0):
            if path.last_ms != seen_ms:
                break
            sleep_ms(1)
