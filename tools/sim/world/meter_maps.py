"""The registers of the meters, as a Modbus slave has them.

Taken from the tables of the makers (facts evse-hardware, section 5), and on purpose not from the firmware: two errors
that are the same would not be seen. Quantities: U1..U3 V against N, U12 U23 U31 V between phases, I1..I3 IN A, P1..P3 P
W, F Hz, E imported, X exported, S both kWh.
"""

import struct
from types import SimpleNamespace

_INPUT, _HOLDING = 4, 3


def words(form, value):
    """A value in the registers' form, as bytes; None: as the meter says that it has none."""
    if form == "f32":
        return struct.pack(">f", float("nan") if value is None else value)
    size = int(form[1:3]) // 8
    signed = form[0] == "i"
    if value is None:
        value = (1 << 8 * size - signed) - 1
    data = int(value).to_bytes(size, "big", signed=signed)
    if form.endswith("-low-first"):
        data = b"".join(data[i : i + 2] for i in range(size - 2, -1, -2))
    return data


def _rows(first, form, per_unit, quantities):
    """Quantities that stand in registers one after the other. per_unit: what the register says for 1 of the unit."""
    size = int(form[1:3]) // 16
    return {first + i * size: (form, per_unit, name) for i, name in enumerate(quantities.split())}


def _map(function, most, blocks, *rows, pairs=False, code=None):
    """blocks: (first, last) register of what can be read, what is not in rows reads 0; most: registers in a question;
    pairs: it refuses half a value; code: (holding register, value) that tells its kind.
    """
    registers = {address: row for group in rows for address, row in group.items()}
    return SimpleNamespace(function=function, most=most, blocks=blocks, registers=registers, pairs=pairs, code=code)


_EASTRON_ENERGY = (
    _rows(0x0046, "f32", 1, "F E X"),
    _rows(0x0156, "f32", 1, "S"),
)


def _eastron3(code):
    return _map(
        _INPUT, 80, ((0x0000, 0x017F),),
        _rows(0x0000, "f32", 1, "U1 U2 U3 I1 I2 I3 P1 P2 P3"),
        _rows(0x0034, "f32", 1, "P"),
        *_EASTRON_ENERGY,
        pairs=True, code=(0xFC02, code),
    )  # fmt: skip


_EASTRON1 = _map(
    _INPUT, 80, ((0x0000, 0x0159),),
    _rows(0x0000, "f32", 1, "U1"),
    _rows(0x0006, "f32", 1, "I1"),
    _rows(0x000C, "f32", 1, "P1"),
    *_EASTRON_ENERGY,
    pairs=True,
)  # fmt: skip

_ABB = _map(
    _HOLDING, 125, ((0x5000, 0x5007), (0x5B00, 0x5B2C)),
    _rows(0x5000, "u64", 100, "E X"),
    _rows(0x5B00, "u32", 10, "U1 U2 U3 U12 U23 U31"),
    _rows(0x5B0C, "u32", 100, "I1 I2 I3 IN"),
    _rows(0x5B14, "i32", 100, "P P1 P2 P3"),
)  # fmt: skip

_GAVAZZI = _map(
    _INPUT, 50, ((0x0000, 0x004F),),
    _rows(0x0000, "i32-low-first", 10, "U1 U2 U3 U12 U23 U31"),
    _rows(0x000C, "i32-low-first", 1000, "I1 I2 I3"),
    _rows(0x0012, "i32-low-first", 10, "P1 P2 P3"),
    _rows(0x0028, "i32-low-first", 10, "P"),
    _rows(0x0034, "i32-low-first", 10, "E"),
    _rows(0x004E, "i32-low-first", 10, "X"),
)  # fmt: skip

_FINDER = _map(
    _INPUT, 127, ((0x1000, 0x1027), (0x1106, 0x110F)),
    _rows(0x1000, "f32", 1, "U1 U2 U3 U12 U23 U31"),
    _rows(0x100E, "f32", 1, "I1 I2 I3"),
    _rows(0x1026, "f32", 1, "P"),
    _rows(0x1106, "f32", 1000, "E"),
    _rows(0x110E, "f32", 1000, "X"),
)  # fmt: skip

_PHOENIX = _map(
    _INPUT, 11, ((0x0000, 0x0029), (0x003E, 0x003F)),
    _rows(0x0000, "i32-low-first", 10, "U1 U2 U3"),
    _rows(0x000C, "i32-low-first", 1000, "I1 I2 I3"),
    _rows(0x0028, "i32-low-first", 10, "P"),
    _rows(0x003E, "i32-low-first", 10, "E"),
)  # fmt: skip

_CHINT = _map(
    _HOLDING, 125, ((0x101E, 0x1029), (0x2000, 0x2019)),
    _rows(0x101E, "f32", 1, "E"),
    _rows(0x1028, "f32", 1, "X"),
    _rows(0x2000, "f32", 10, "U12 U23 U31 U1 U2 U3"),
    _rows(0x200C, "f32", 1000, "I1 I2 I3"),
    _rows(0x2012, "f32", 10, "P P1 P2 P3"),
)  # fmt: skip

MAPS = {
    "sdm120": _EASTRON1,
    "sdm230": _EASTRON1,
    "sdm630": _eastron3(0x0070),
    "sdm72d_m_2": _eastron3(0x0089),
    "abb_b23": _ABB,
    "abb_b24": _ABB,
    "em340": _GAVAZZI,
    "finder_7e78": _FINDER,
    "eem350": _PHOENIX,
    "dtsu666": _CHINT,
}
