"""Registers of meters that count in integers, or in an odd unit, turned into numbers. Pure."""

from pilotwire.proto.modbus import f32_milli


def number(kind, data, at):
    """The number in the registers' bytes `data` from byte `at` on; None where the meter marks it as missing.

    kind: f32 (in thousandths), u16 i16 u32 i32 u64 i64 (as they are), all high word first; a trailing "s" swaps to low
    word first. Missing: NaN, all ones, and the highest number where signed; so a real -1 is missing too.
    """
    size = int(kind[1:3]) // 8
    data = data[at : at + size]
    if kind[-1] == "s":
        data = b"".join([data[i : i + 2] for i in range(size - 2, -1, -2)])
    value = int.from_bytes(data, "big")
    if kind[0] == "f":
        return f32_milli(value)
    ones = (1 << 8 * size) - 1
    if kind[0] == "u":
        return None if value == ones else value
    if value in (ones, ones >> 1):
        return None
    return value - ones - 1 if value > ones >> 1 else value


def scaled(value, scale):
    """value times scale or, where scale is negative, divided by -scale and rounded; None stays None."""
    if value is None or scale > 0:
        return value and value * scale
    return (value - scale // 2) // -scale
