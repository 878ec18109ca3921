"""Millisecond ticks that wrap at 2^30 (12.4 days), as on the ESP32.

A difference is right while the two moments are less than 2^29 ms (6.2 days) apart; who may wait
longer counts elapsed time up to a bound instead of keeping a moment (connector.py does).

No step leaves the 31-bit small integers of a 32-bit port, so nothing here allocates.
"""

from micropython import const

_MASK = const(0x3FFFFFFF)  # 2^30 - 1, also the largest small integer of a 32-bit port
_HALF = const(0x20000000)


def diff(a, b):
    """Milliseconds from tick b to tick a, negative when a is the earlier: -2^29..2^29 - 1."""
    ms = (a - b) & _MASK
    return ms if ms < _HALF else ms - _MASK - 1


def add(a, ms):
    """The tick ms after tick a (before it when ms is negative); |ms| < 2^29."""
    if ms > _MASK - a:
        return a - (_MASK - ms) - 1
    return (a + ms) & _MASK
