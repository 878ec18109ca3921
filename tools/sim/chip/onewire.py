"""onewire, which stock images have frozen in, of the simulated chip. Imported only where a board has a part on such a
wire.

Each reset, byte written and byte read is asked of the world on the spot, because the firmware gets its answer from the
call. Its answer comes as the bytes of a UART do (`R`), a pin being number 300 and more there: 01 for a reset that
somebody answered, and what was read. Standalone a test plays the part with a function in `slave`.
"""

import clock
import costs
import link
from micropython import const

_WIRE = const(300)

slave = (
    None  # standalone: function(None: reset; a byte: it is written; "": read) -> whether somebody is there; the byte
)


class OneWire:
    SEARCH_ROM, MATCH_ROM, SKIP_ROM = 0xF0, 0x55, 0xCC

    def __init__(self, pin):
        self._pin = pin.number
        self._came = None
        link.uarts[_WIRE + self._pin] = self

    def reset(self, required=False):
        there = bool(self._do(costs.ONEWIRE_RESET, None, "r"))
        if required and not there:
            raise OSError("onewire")
        return there

    def write(self, data):
        for byte in data:
            self._do(costs.ONEWIRE_BYTE, byte, "w%02x" % byte)

    def readinto(self, data):
        for i in range(len(data)):
            data[i] = self._do(costs.ONEWIRE_BYTE, "", "1")

    def crc8(self, data):
        """Polynomial x8 + x5 + x4 + 1, least bit first."""
        crc = 0
        for byte in data:
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ 0x8C if crc & 1 else crc >> 1
        return crc

    def feed(self, data):
        """The world's answer."""
        self._came = data[0]

    def _do(self, us, alone, what):
        """Timers run between two bytes, not in them, as on the ESP32. A wire with nobody on it is high."""
        clock.spend(us)
        if link.file:
            self._came = None
            link.tell("1", self._pin, what)
            link.flush()
            while self._came is None:
                link.receive()
            came = self._came
        else:
            came = slave(alone) if slave else 0 if alone is None else 255
        clock.leave()
        return came
