"""machine.Counter of the simulated chip. Imported only where a board counts pulses.

Pulses come as the bytes of a UART do (`R`), a pin being number 200 and more there: each byte is so many of them. A test
that plays the world itself says link.feed(200 + pin, b"\\x01").
"""

import clock
import costs
import link
from micropython import const

_WIRE = const(200)


class Counter:
    """A PCNT unit: counts whether Python runs or not, from 0 after a reset of the chip."""

    RISING, FALLING = 1, 2
    UP, DOWN = 1, 2

    def __init__(self, id, src, *, edge=1, direction=1, filter_ns=0):
        if not 0 <= id <= 7:
            raise ValueError("PCNT unit")
        self._count = 0
        self._step = 1 if direction == Counter.UP else -1
        link.uarts[_WIRE + src.number] = self

    def feed(self, data):
        self._count += self._step * sum(data)

    def value(self, value=None):
        clock.spend(costs.PIN)
        count = self._count
        if value is not None:
            self._count = value
        clock.leave()
        return count
