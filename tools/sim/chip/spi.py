"""machine.SPI of the simulated chip. Imported only where a board has a part on that bus.

Who is meant is said by the part's select pin, an output like any other (`P`). What is only written is told; for an
answer the world is asked on the spot, as for I2C (`J`; a bus is number 150 and more there). Standalone a test plays the
parts with a function in `slave`.
"""

import clock
import costs
import link
from micropython import const

_WIRE = const(150)
_FLOATS = const(0xFF)  # nobody drives the line

slave = None  # standalone: function(mode, hertz, bytes sent) -> as many bytes


class SPI:
    """Hardware SPI: no timer runs during a transfer, as on the ESP32, where it is one C call. Highest bit first."""

    def __init__(self, id, baudrate=500000, *, polarity=0, phase=0, bits=8, firstbit=0, sck=None, mosi=None, miso=None):
        if bits != 8 or firstbit:
            raise ValueError("SPI: 8 bits, the highest first")
        self._id = id
        self._mode = polarity << 1 | phase
        self._hertz = baudrate
        self._came = None
        link.uarts[_WIRE + id] = self

    def write(self, buf):
        self._transfer("w", bytes(buf))

    def readinto(self, buf, write=0):
        buf[:] = self._transfer("x", bytes((write,)) * len(buf))

    def read(self, count, write=0):
        return self._transfer("x", bytes((write,)) * count)

    def write_readinto(self, out, into):
        into[:] = self._transfer("x", bytes(out))

    def feed(self, data):
        """The world's answer."""
        self._came = data

    def _transfer(self, how, data):
        """how: "w", nobody reads what comes back, or "x"."""
        clock.spend(costs.SPI + len(data) * 8_000_000 // self._hertz)
        came = None
        if link.file:
            link.tell("J", self._id, "%d %d" % (self._mode, self._hertz), how + data.hex())
            came = self._answer() if how == "x" else None
        elif slave:
            came = slave(self._mode, self._hertz, data)
        clock.leave()
        return bytes((_FLOATS,)) * len(data) if came is None else came

    def _answer(self):
        self._came = None
        link.flush()
        while self._came is None:
            link.receive()
        return self._came
