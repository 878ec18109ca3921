"""machine.I2C of the simulated chip. Imported only where a board has a part on that bus.

A transfer is asked of the world on the spot, because the firmware gets its answer from the call. Its answer comes as
the bytes of a UART do (`R`), a bus being number 100 and more there: 01 and what was read, 00 when nobody acknowledged.
Standalone a test plays the parts with a function in `slave`.
"""

import clock
import costs
import link
from micropython import const

_WIRE = const(100)
_ENODEV = const(19)

slave = None  # standalone: function(address, bytes written or number to read) -> bytes read; None: not acknowledged


class I2C:
    """Hardware I2C: no timer runs during a transfer, as on the ESP32, where it is one C call."""

    def __init__(self, id, *, scl, sda, freq=400000, timeout=50000):
        self._id = id
        self._byte_us = 9_000_000 // freq
        self._came = None
        link.uarts[_WIRE + id] = self

    def writeto(self, address, data, stop=True):
        self._transfer(address, bytes(data), len(data))
        return len(data)

    def readfrom_into(self, address, buf, stop=True):
        buf[:] = self._transfer(address, len(buf), len(buf))

    def readfrom(self, address, count, stop=True):
        return self._transfer(address, count, count)

    def feed(self, data):
        """The world's answer."""
        self._came = data

    def _transfer(self, address, what, count):
        clock.spend(costs.I2C + (1 + count) * self._byte_us)
        came = self._ask(address, what) if link.file else slave and slave(address, what)
        clock.leave()
        if came is None:
            raise OSError(_ENODEV)
        return came

    def _ask(self, address, what):
        self._came = None
        link.tell("I", self._id, address, what if isinstance(what, int) else "w" + what.hex())
        link.flush()
        while self._came is None:
            link.receive()
        return self._came[1:] if self._came[0] else None
