"""The card reader NXP PN532 on I2C. No poll waits for it: it writes a command or looks whether it has answered.

Source: NXP UM0701-02, PN532 User Manual: frames 6.2.1, I2C 6.2.4, the commands as named below.
"""

from time import ticks_ms

from machine import I2C, Pin
from micropython import const

_HERTZ = const(100_000)
_HOLD_US = const(10_000)  # the reader may hold the clock line for so long, as it does while it wakes
_PATIENCE = const(20)  # polls without an answer

# First what makes it ready, then the question that is repeated. A frame: 00 00 FF, length and its complement, D4,
# command, parameters, a byte that makes the sum from D4 on 0, and 00.
_COMMANDS = (
    b"\x00\x00\xff\x05\xfb\xd4\x14\x01\x14\x01\x02\x00",  # 7.2.10 SAMConfiguration: no SAM; wakes it up
    b"\x00\x00\xff\x03\xfd\xd4\x12\x04\x16\x00",  # 7.2.9 SetParameters: no RATS, whose answer may be long
    b"\x00\x00\xff\x06\xfa\xd4\x32\x05\xff\x01\x01\xf4\x00",  # 7.3.1 RFConfiguration: a card is looked for twice
    b"\x00\x00\xff\x04\xfc\xd4\x4a\x01\x00\xe1\x00",  # 7.3.5 InListPassiveTarget: one card, ISO 14443-A
)
_ACK = b"\x00\x00\xff\x00\xff\x00"
_MOST = const(28)  # bytes of an answer: ready, a card with a UID of 10 bytes, and two to spare
_CODE = const(6)  # where the command stands in a frame
_LENGTH = const(4)  # where an answer has its length, one byte further for the ready byte in front
_DATA = const(6)


class Pn532:
    """contract.Reader."""

    def __init__(self, i2c, address):
        self.at_ms = ticks_ms()
        self._i2c = i2c
        self._address = address
        self._ack = bytearray(1 + len(_ACK))
        self._answer = bytearray(_MOST)
        self._begin()

    def _begin(self):
        self._next = 0  # which of _COMMANDS
        self._awaited = None  # self._ack, then self._answer; None: nothing
        self._polls = 0

    def poll(self):
        try:
            return self._turn()
        except OSError:
            self._begin()
            raise

    def _turn(self):
        found = None
        awaited = self._awaited
        if awaited:
            self._i2c.readfrom_into(self._address, awaited)
            if not awaited[0] & 1:
                self._polls += 1
                if self._polls > _PATIENCE:
                    raise OSError("reader: silent")
                return None
            self._polls = 0
            if awaited is self._ack:
                if awaited[1:] != _ACK:
                    raise OSError("reader: no ACK")
                self._awaited = self._answer
                return None
            found = self._taken()
        self._i2c.writeto(self._address, _COMMANDS[self._next])
        self._awaited = self._ack
        return found

    def _taken(self):
        """An answer has come -> the UID when it shows a card."""
        frame, command = self._answer, _COMMANDS[self._next]
        end = _DATA + frame[_LENGTH]
        if frame[1:4] != b"\x00\x00\xff" or (frame[_LENGTH] + frame[_LENGTH + 1]) & 255 or not 8 <= end < _MOST:
            raise OSError("reader: no frame")
        if sum(frame[_DATA : end + 1]) & 255 or frame[_DATA] != 0xD5 or frame[_DATA + 1] != command[_CODE] + 1:
            raise OSError("reader: no answer")
        self.at_ms = ticks_ms()
        if self._next < len(_COMMANDS) - 1:
            self._next += 1
            return None
        return _uid(frame[_DATA + 2 : end])


def _uid(targets):
    """How many there are; of the first its number, SENS_RES (2 bytes), SEL_RES and the UID with its length."""
    if targets == b"\x00":
        return None
    uid = bytes(targets[6:])
    if len(targets) < 10 or len(uid) != targets[5] or len(uid) not in (4, 7, 10):
        raise OSError("reader: no UID")
    return uid


def make(spec, board):
    return Pn532(I2C(0, scl=Pin(spec["scl"]), sda=Pin(spec["sda"]), freq=_HERTZ, timeout=_HOLD_US), spec["address"])
