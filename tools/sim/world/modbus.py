"""Modbus RTU frames: check sum, requests and answers of a slave that is only read."""

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_FAILURE = 1, 2, 3, 4


def crc(data):
    """CRC-16/MODBUS of bytes, as the two bytes that follow them on the wire.

    Modbus over Serial Line 1.02, 6.2.2: polynomial 0xA001 reflected, start 0xFFFF, low byte first.
    """
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


def framed(body):
    return body + crc(body)


def parse(frame, address):
    """A read request for this slave -> (function, first register, count), else None."""
    if len(frame) != 8 or frame[0] != address or framed(frame[:6]) != frame:
        return None
    return frame[1], int.from_bytes(frame[2:4], "big"), int.from_bytes(frame[4:6], "big")


def answer(address, function, data):
    return framed(bytes((address, function, len(data))) + data)


def refusal(address, function, reason):
    """An exception response; reason is one of the constants above."""
    return framed(bytes((address, function | 0x80, reason)))
