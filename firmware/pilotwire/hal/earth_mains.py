"""The protective earth, by the mains voltage between it and L1: an optocoupler there gives a square wave of the mains'
frequency at an interrupt pin, as long as there is an earth.

Both edges are counted: 25 in 250 ms at 50 Hz, and more than 10 of them are enough (facts 2.2, WARP), as a busy chip may
lose some. So it is missed after 250 to 400 ms. Without mains there is no earth either, and nothing to charge with.
"""

from time import ticks_diff, ticks_ms

from machine import Pin
from micropython import const

from pilotwire.hal.earth import Earth

_WINDOW_MS = const(250)
_LATE_MS = const(400)  # a window that nobody looked at for so long has lost edges: too few of them say nothing
_EDGES = const(10)  # in that time: more than these


class MainsEarth(Earth):
    """contract.Earth."""

    def __init__(self, pin):
        self._edges = 0
        self._there = None  # in the last window that is over; None: the first one is not
        self._since_ms = ticks_ms()
        Pin(pin, Pin.IN, Pin.PULL_UP).irq(handler=self._edge, trigger=Pin.IRQ_RISING | Pin.IRQ_FALLING)

    def there(self):
        now_ms = ticks_ms()
        ms = ticks_diff(now_ms, self._since_ms)
        if ms >= _WINDOW_MS:
            if self._edges > _EDGES:
                self._there = True
            elif ms < _LATE_MS:
                self._there = False
            self._edges = 0
            self._since_ms = now_ms
        return self._there

    def _edge(self, _pin):
        self._edges += 1


def make(spec, board):
    """Two outlets have one earth; a pin has one interrupt."""
    if "driver" not in spec:
        spec["driver"] = MainsEarth(spec["pin"])
    return spec["driver"]
