"""A temperature sensor DS18B20, alone on its wire, with a supply of its own (not parasite-powered).

Each read() takes what the sensor measured since the one before and starts it anew, so nobody waits for the 750 ms. One
whose power was away tells 85 degrees, which may be true: so it gets marks of ours in its alarm registers, and without
them its word does not count. A wire at ground tells zeros, whose CRC is right: they have no marks either.
Commands and scratchpad: DS18B20 data sheet (19-7487), tables 2 and 3. The wire itself is MicroPython's `onewire`.
"""

from machine import Pin
from onewire import OneWire

_MARKS = b"\x55\x2a\x7f"  # TH, TL, and 12 bits of resolution
_MARK = b"\xcc\x4e" + _MARKS  # each begins with "skip ROM": there is one sensor
_CONVERT = b"\xcc\x44"
_READ = b"\xcc\xbe"


class Ds18b20:
    """contract.Thermometer. A read takes 8 ms, in pieces of less than 1 ms."""

    def __init__(self, pin, stop_c):
        self.stop_c = stop_c
        self._wire = OneWire(Pin(pin))
        self._pad = bytearray(9)
        self._measures = False  # it has our marks and was told to measure

    def read(self):
        measured, self._measures = self._measures, False
        if not measured:
            self._say(_MARK)
        tenths_c = self._result() if measured else None
        self._say(_CONVERT)
        self._measures = True
        return tenths_c

    def _result(self):
        self._say(_READ)
        pad = self._pad
        self._wire.readinto(pad)
        if self._wire.crc8(pad) or pad[2:5] != _MARKS:
            raise OSError("DS18B20: no such answer")
        sixteenths = pad[1] << 8 | pad[0]
        return ((sixteenths ^ 0x8000) - 0x8000) * 10 + 8 >> 4

    def _say(self, what):
        if not self._wire.reset():
            raise OSError("DS18B20: nobody there")
        self._wire.write(what)


def make(spec, board):
    return Ds18b20(spec["pin"], spec["stop_c"])
