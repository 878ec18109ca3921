"""The card reader NXP PN532 on SPI: pn532.py, whose bus this is.

Source: UM0701-02, 6.2.5: mode 0, up to 5 MHz, the lowest bit first; each exchange begins with a byte that says which.
The ESP32 sends the highest bit first, so every byte is turned round.
"""

from time import sleep_ms

from machine import SPI, Pin
from micropython import const

from pilotwire.hal.pn532 import Pn532

_HERTZ = const(1_000_000)
_STATUS = b"\x40\x00"  # 02 turned round, and room for its answer
_WRITE = b"\x01"
_READ = b"\xc0"  # 03 turned round
_CODE = const(6)  # where the command stands in a frame
_WAKE = const(0x14)  # the first one
_WAKE_MS = const(2)  # so long it takes to wake up when it is selected
_TURNED = b"\x00\x08\x04\x0c\x02\x0a\x06\x0e\x01\x09\x05\x0d\x03\x0b\x07\x0f"


def turned(data):
    """The bytes with their bits in the other order."""
    return bytes([_TURNED[byte & 15] << 4 | _TURNED[byte >> 4] for byte in data])


class SpiBus:
    """What Pn532 uses of machine.I2C, on SPI. The ready byte is the answer to a question of its own."""

    def __init__(self, spi, cs):
        self._spi = spi
        self._cs = cs
        self._status = bytearray(2)

    def writeto(self, _address, frame):
        self._cs(0)
        if frame[_CODE] == _WAKE:
            sleep_ms(_WAKE_MS)
        self._spi.write(turned(_WRITE + frame))
        self._cs(1)

    def readfrom_into(self, _address, buf):
        self._cs(0)
        self._spi.write_readinto(_STATUS, self._status)
        self._cs(1)
        buf[0] = self._status[1] >> 7
        if buf[0]:
            self._cs(0)
            self._spi.write(_READ)
            buf[1:] = turned(self._spi.read(len(buf) - 1))
            self._cs(1)


def make(spec, board):
    spi = SPI(1, _HERTZ, sck=Pin(spec["sck"]), mosi=Pin(spec["mosi"]), miso=Pin(spec["miso"]))
    return Pn532(SpiBus(spi, Pin(spec["cs"], Pin.OUT, value=1)), None)
