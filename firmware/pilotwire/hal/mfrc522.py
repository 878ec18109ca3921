"""The card reader NXP MFRC522 (RC522) on SPI. It does ISO 14443-A's frames, and this driver what is said in them.

Source: MFRC522 data sheet: SPI 8.1.2, registers 9.3, commands 10.3. ISO/IEC 14443-3: REQA, anticollision and SELECT
6.5, CRC_A annex B. What takes its time is waited for in a poll for 3 ms at most; the next poll goes on.
"""

from time import ticks_diff, ticks_ms, ticks_us

from machine import SPI, Pin
from micropython import const

_HERTZ = const(4_000_000)
_TURN_US = const(3_000)  # no step is begun later than that
_SILENT_MS = const(50)

# Registers
_COMMAND, _COM_IRQ, _ERROR, _FIFO, _LEVEL = const(0x01), const(0x04), const(0x06), const(0x09), const(0x0A)
_FRAMING, _COLLISION, _TX_CONTROL = const(0x0D), const(0x0E), const(0x14)

_IDLE, _TRANSCEIVE, _RESET = const(0x00), const(0x0C), const(0x0F)  # commands
_CAME, _OVER = const(0x30), const(0x01)  # of _COM_IRQ: an answer has ended, or the timer: there was none
_WRONG, _COLLIDED = const(0x13), const(0x08)  # of _ERROR: too long, parity, framing; two cards said different bits
_ANTENNA = const(0x83)  # of _TX_CONTROL; after a reset it is off

# The timer starts when a frame was sent: 2 ms of 25 us. Cards answer these frames after 0.1 ms (6.2.1.1).
_SET_UP = b"\x2a\x80\x2b\xa9\x2c\x00\x2d\x50\x15\x40\x0e\x00\x14\x83"  # register, value; 15: 100% ASK
_STATE = b"\x88\x8c\x94\x9c\xa8\x00"  # reads _COM_IRQ, _ERROR, _LEVEL, _COLLISION, _TX_CONTROL
_MOST = const(16)  # bytes of an answer

_REQA = b"\x26"
_SELECT = b"\x93\x95\x97"  # for the cascade levels
_CASCADE = const(0x88)  # a UID that goes on begins so
_GOES_ON = const(0x04)  # of SAK


class Mfrc522:
    """contract.Reader. reset: its pin, or None."""

    def __init__(self, spi, cs, reset):
        self.at_ms = ticks_ms()
        self._spi = spi
        self._cs = cs
        self._reset = reset
        self._state = bytearray(len(_STATE))
        self._pair = bytearray(2)
        self._collided = 0  # in the last answer: the first bit, from 1, that two cards said differently; 0 none
        self._steps = self._work()

    def poll(self):
        began_us = ticks_us()
        try:
            while ticks_diff(ticks_us(), began_us) < _TURN_US:
                found = next(self._steps)
                if found is not None:
                    return found or None
        except OSError:
            self._steps = self._work()
            raise
        return None

    # Steps. A step yields None: go on while there is time; b"": enough for this poll; a UID.

    def _work(self):
        if self._reset:
            self._reset(0)
            self._reset(1)
            yield b""
        self._write(_COMMAND, _RESET)
        yield b""
        for i in range(0, len(_SET_UP), 2):
            self._write(_SET_UP[i], _SET_UP[i + 1])
        yield b""  # cards need 5 ms in the field
        while True:
            self._send(_REQA, 7)
            yield b""
            atqa = yield from self._heard()
            if atqa:
                uid = yield from self._card()
                self._send(_REQA, 7)  # it is active: this makes it idle again, and it answers the next one
                yield uid

    def _card(self):
        """-> the UID of the card that has answered REQA; b"": it went, or says what no card says."""
        uid = b""
        for select in _SELECT:
            part = yield from self._level(select)
            more = (yield from self._more(select, part)) if part else None
            if more is None:
                break
            if not more:
                return uid + part[:4]
            uid += part[1:4]
        return b""

    def _level(self, select):
        """-> four bytes of UID and their check byte that one card has at this level; b"": none, or wrong."""
        self._send(bytes((select, 0x20)))
        part = yield from self._heard()
        if self._collided:
            part = yield from self._one_of_two(select, part)
        if len(part) != 5 or part[0] ^ part[1] ^ part[2] ^ part[3] ^ part[4]:
            return b""
        return part

    def _more(self, select, part):
        """Selects it -> does its UID go on? None: no answer, or one that does not fit."""
        frame = bytes((select, 0x70)) + part
        self._send(frame + crc_a(frame))
        sak = yield from self._heard()
        if len(sak) != 3 or crc_a(sak[:1]) != sak[1:]:
            return None
        more = sak[0] & _GOES_ON != 0
        return more if more == (part[0] == _CASCADE) else None

    def _one_of_two(self, select, part):
        """Goes on with the cards that said 1 where they differ first. Two can be parted so; more: b""."""
        at = self._collided
        known = int.from_bytes(part, "little") & (1 << at) - 1 | 1 << at - 1
        whole, bits = divmod(at, 8)
        frame = bytes((select, 0x20 + (whole << 4) + bits)) + known.to_bytes(at + 7 >> 3, "little")
        self._send(frame, bits, bits)
        rest = yield from self._heard()
        if self._collided or len(rest) != 5 - whole:
            return b""
        return (known | int.from_bytes(rest, "little") >> bits << at).to_bytes(5, "little")

    # What the chip does

    def _send(self, frame, last_bits=0, first_bit=0):
        """last_bits: of the last byte, 0 all; first_bit: where the answer's first one is put."""
        framing = first_bit << 4 | last_bits
        self._write(_COMMAND, _IDLE)
        self._write(_COM_IRQ, 0x7F)
        self._write(_LEVEL, 0x80)  # empties the FIFO
        self._select(bytes((_FIFO << 1,)) + frame)
        self._write(_FRAMING, framing)
        self._write(_COMMAND, _TRANSCEIVE)
        self._write(_FRAMING, framing | 0x80)

    def _heard(self):
        """-> the answer; b"": none, or no sense. Raises OSError: the chip is gone, was reset, or is stuck."""
        began_ms = ticks_ms()
        while True:
            _, irq, error, level, collision, antenna = self._look()
            if antenna != _ANTENNA:
                raise OSError("reader: gone")
            if irq & (_CAME | _OVER):
                break
            if ticks_diff(ticks_ms(), began_ms) > _SILENT_MS:
                raise OSError("reader: silent")
            yield None
        self.at_ms = ticks_ms()
        self._collided = 0
        if not irq & _CAME or error & _WRONG or not 0 < level <= _MOST:
            return b""
        if error & _COLLIDED:
            self._collided = (collision - 1 & 31) + 1
            if collision & 0x20:  # it does not know where
                return b""
        return self._fifo(level)

    def _look(self):
        self._cs(0)
        self._spi.write_readinto(_STATE, self._state)
        self._cs(1)
        return self._state

    def _fifo(self, count):
        answer = bytearray(count + 1)
        self._cs(0)
        self._spi.write_readinto(bytes((0x80 | _FIFO << 1,)) * count + b"\x00", answer)
        self._cs(1)
        return bytes(answer[1:])

    def _write(self, register, value):
        pair = self._pair  # no garbage: this is called some sixty times a second
        pair[0], pair[1] = register << 1, value
        self._select(pair)

    def _select(self, data):
        self._cs(0)
        self._spi.write(data)
        self._cs(1)


def crc_a(data):
    """The two bytes behind a frame. Source: ISO/IEC 14443-3, annex B."""
    crc = 0x6363
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return bytes((crc & 255, crc >> 8))


def make(spec, board):
    spi = SPI(1, _HERTZ, sck=Pin(spec["sck"]), mosi=Pin(spec["mosi"]), miso=Pin(spec["miso"]))
    reset = spec["reset"]
    return Mfrc522(spi, Pin(spec["cs"], Pin.OUT, value=1), None if reset is None else Pin(reset, Pin.OUT, value=1))
