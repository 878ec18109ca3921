"""The card reader NXP PN532 on a UART (HSU): pn532.py, whose bus this is.

Source: UM0701-02, 6.2.3: 115200 baud, 8N1; 7.2.11: asleep, it wakes up by edges on its line and needs some time then.
It answers without being asked: first the ACK, then the answer.
"""

from machine import UART
from micropython import const

from pilotwire.hal.pn532 import Pn532

_BAUD = const(115_200)
_WAKE = b"\x55\x55" + bytes(22)  # edges, and 2 ms
_CODE = const(6)  # where the command stands in a frame
_FIRST = const(0x14)  # the first one: it may be asleep
_LENGTH = const(3)  # where an answer has its length
_AROUND = const(7)  # bytes of a frame that do not count in it
_ACK = const(6)  # bytes; its length is 0


class UartBus:
    """What Pn532 uses of machine.I2C, on a UART. It is ready when a whole frame, or more than fits, has come."""

    def __init__(self, uart):
        self._uart = uart
        self._came = b""

    def writeto(self, _address, frame):
        self._uart.read()  # what came too late
        self._came = b""
        self._uart.write((_WAKE if frame[_CODE] == _FIRST else b"") + frame)

    def readfrom_into(self, _address, buf):
        came = self._came + (self._uart.read() or b"")
        size = len(buf) - 1
        if len(came) > _LENGTH:
            size = min(size, came[_LENGTH] + _AROUND if came[_LENGTH] else _ACK)
        buf[0] = len(came) >= size
        if buf[0]:
            buf[1 : 1 + size] = came[:size]
            came = came[size:]
        self._came = came


def make(spec, board):
    return Pn532(UartBus(UART(spec["uart"], _BAUD, tx=spec["tx"], rx=spec["rx"])), None)
