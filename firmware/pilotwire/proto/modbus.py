"""Modbus RTU as a client: questions out, answers in, no port and no clock.

    question = request(1, 4, 0x0000, 18)
    data = answer(all_that_came, 1, 4, 18)  # None until it is whole
    f32_milli(int.from_bytes(data[:4], "big"))  # register 0x0000, in thousandths

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
    frame = bytes((address, function, start >> 8, start & 0xFF, 0, count))
    return frame + crc(frame).to_bytes(2, "little")


def answer(came, address, function, count):
    """-> the bytes of `count` registers, or None while the answer is not whole.

    came: all bytes since the question; those before the answer (a transceiver that turned around) are skipped. Raises
    ValueError: the checksum is wrong, or the meter refuses (text "exception N": 1 function, 2 register, 3 count,
    4 failure).
    """
    size = 2 * count
    at = came.find(bytes((address, function, size)))
    if at < 0:
        size = 0
        at = came.find(bytes((address, function | _REFUSED)))
    frame = came[at : at + size + 5]
    if at < 0 or len(frame) < size + 5:
        return None
    if crc(frame[:-2]) != int.from_bytes(frame[-2:], "little"):
        raise ValueError("checksum")
    if not size:
        raise ValueError("exception %d" % frame[2])
    return frame[3:-2]


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
    value = (value << exponent >> 149) + 1 >> 1
    return -value if bits >> 31 else value
