"""Modbus RTU as a client: questions out, answers in, no port and no clock.

    question = request(1, 4, 0x0000, 18)
    answer = Answer(1, 4, 18)
    data = answer.feed(bytes_that_came)   # None until it is whole
    f32_milli(data, 0)                    # register 0x0000, in thousandths

Source: Modbus over Serial Line V1.02, section 2.5; Application Protocol V1.1b3, sections 6.3, 6.4,
7.
"""

from micropython import const

_MAX_REGISTERS = const(125)
_REFUSED = const(0x80)  # this bit of the function code marks an exception answer


def crc(data):
    """The CRC-16 of a frame, 0..65535; it is sent low byte first."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value


def request(address, function, start, count):
    """The frame that asks for `count` (1..125) registers from `start` (zero-based). function: 3
    holding, 4 input registers."""
    if not 1 <= count <= _MAX_REGISTERS:
        raise ValueError("registers: want 1..125")
    frame = bytearray((address, function, start >> 8, start & 0xFF, 0, count))
    check = crc(frame)
    frame.append(check & 0xFF)
    frame.append(check >> 8)
    return bytes(frame)


class Answer:
    """Collects the answer to one request. Bytes before it (a transceiver that turned around) are
    skipped."""

    def __init__(self, address, function, count):
        self._address = address
        self._function = function
        self._size = 2 * count
        self._buffer = b""

    def feed(self, data):
        """-> the registers' bytes, or None while the frame is not whole.

        Raises ValueError: the checksum is wrong, or the meter refuses (text "exception N": 1
        function, 2 register, 3 count, 4 failure).
        """
        self._buffer += data
        while self._buffer and not self._begins():
            self._buffer = self._buffer[1:]
        frame = self._buffer
        if len(frame) < 5:
            return None
        size = 5 if frame[1] & _REFUSED else 5 + self._size
        if len(frame) < size:
            return None
        if crc(frame[: size - 2]) != frame[size - 2] | frame[size - 1] << 8:
            raise ValueError("checksum")
        if frame[1] & _REFUSED:
            raise ValueError("exception %d" % frame[2])
        return frame[3 : size - 2]

    def _begins(self):
        """May an answer begin with what is at the front of the buffer?"""
        frame = self._buffer
        if frame[0] != self._address:
            return False
        if len(frame) > 1 and frame[1] & ~_REFUSED != self._function:
            return False
        return len(frame) < 3 or bool(frame[1] & _REFUSED) or frame[2] == self._size


def f32_milli(bits):
    """An IEEE 754 single, given as its 32 bits, in thousandths, rounded to the nearest; None for
    infinity and NaN (so for all ones).

    Integers all the way: the chip's own floats are single too, and 98765.432 kWh in Wh does not
    fit one.
    """
    exponent = bits >> 23 & 0xFF
    if exponent == 0xFF:
        return None
    value = (bits & 0x7FFFFF | (0x800000 if exponent else 0)) * 1000
    shift = 150 - exponent
    if shift > 64:
        value = 0
    elif shift > 0:
        value = (value + (1 << (shift - 1))) >> shift
    else:
        value <<= -shift
    return -value if bits >> 31 else value


def number(kind, data, at):
    """The number in the registers' bytes `data` from byte `at` on; None where the meter marks it
    as missing.

    kind: f32 (in thousandths), u16 i16 u32 i32 u64 i64 (as they are), all high word first; a
    trailing "s" swaps to low word first. Missing: NaN, all ones where unsigned, the highest number
    where signed.
    """
    bits = int(kind[1:3])
    words = range(at, at + bits // 8, 2)
    value = 0
    for i in reversed(words) if kind[-1] == "s" else words:
        value = value << 16 | data[i] << 8 | data[i + 1]
    if kind[0] == "f":
        return f32_milli(value)
    if kind[0] == "u":
        return None if value == (1 << bits) - 1 else value
    if value == (1 << (bits - 1)) - 1:
        return None
    return value - (1 << bits) if value >> (bits - 1) else value
