"""Reads the key table row by row out of one bytes constant; as tuples it would cost several times
that in heap. What the columns mean is told in keys.py.
"""

import json
from collections import namedtuple

from micropython import const

try:
    from pilotwire.api.packed import TABLE
except ImportError:  # running from source
    from pilotwire.api import keys, packing

    TABLE = packing.pack(keys.KEYS)

Row = namedtuple("Row", ("key", "type", "access", "kind", "unit", "low", "high", "default", "ocpp"))
_TYPES = {"bool": bool, "int": int, "num": int, "str": str, "list": list, "obj": dict}
_R = const(114)  # "r" and "rw" begin with it
_NAMES = {
    "int": "int32_t",
    "num": "number",
    "str": "string",
    "list": "JsonArray",
    "obj": "JsonObject",
}


def row(key):
    """The Row of a key, None when there is no such key."""
    at = TABLE.find(b"\n" + key.encode() + b"\t") + 1
    found = _unpack(at, TABLE.find(b"\n", at)) if at else None
    return found if found and found.key == key else None  # a tab in the key asked for finds, but is not, a key


def rows():
    """All rows in the order of keys.py, each made when it is asked for."""
    at = 1
    while at < len(TABLE):
        end = TABLE.find(b"\n", at)
        yield _unpack(at, end)
        at = end + 1


def readable():
    """(key, kind) of what may be read over the network; a sixth of the garbage of rows()."""
    at = 1
    while at < len(TABLE):
        tab = TABLE.find(b"\t", at)
        access = TABLE.find(b"\t", tab + 1) + 1
        end = TABLE.find(b"\n", access)
        if TABLE[access] == _R:
            kind = TABLE.find(b"\t", access) + 1
            stop = TABLE.find(b"\t", kind, end)
            yield str(TABLE[at:tab], "utf-8"), str(TABLE[kind : end if stop < 0 else stop], "utf-8")
        at = end + 1


def by_ocpp(name):
    """The Row whose value an OCPP configuration key shares, or None. Names match in any case
    (OCPP 1.6, 7.19: CiString50)."""
    name = name.lower()
    for r in rows():
        if name and r.ocpp.lower() == name:
            return r
    return None


def wrong(row, value):
    """What is wrong with a value for this row, in go-e's words, or None.

    Types are compared exactly: True is an int in Python, and no current.
    """
    kind = row.type.rstrip("?")
    if value is None:
        return None if row.type != kind or kind == "any" else "null not allowed"
    if kind != "any" and type(value) is not _TYPES[kind]:
        return "value must be " + type_name(row)
    if kind == "str":
        return _wrong_text(row, value)
    if row.low is not None and not row.low <= value <= row.high:
        if value < 0 <= row.low:
            return "value must be " + type_name(row)
        return "Value %d exceeds range %d to %d" % (value, row.low, row.high)
    return None


def type_name(row):
    """The type as go-e's error texts name it: uint8_t, string, null or number, ..."""
    kind = row.type.rstrip("?")
    name = _NAMES.get(kind, kind)
    if kind == "int" and row.low is not None and row.low >= 0:
        name = "uint8_t" if row.high < 256 else "uint16_t" if row.high < 65536 else "uint32_t"
    return name if kind == row.type else "null or " + name


def _wrong_text(row, text):
    data = text.encode()
    if row.low is not None and not row.low <= len(data) <= row.high:
        return "String length %d exceeds range %d to %d" % (len(data), row.low, row.high)
    last = 0
    for byte in data:  # a line end would forge a header or a log line, half a surrogate is no UTF-8
        if byte < 32 or byte == 127 or (last == 0xED and byte >= 0xA0):
            return "control character not allowed"
        last = byte
    return None


def _unpack(at, end):
    fields = str(TABLE[at:end], "utf-8").split("\t")
    fields += [""] * (9 - len(fields))
    for i in (5, 6, 7):
        fields[i] = json.loads(fields[i]) if fields[i] else None
    return Row(*fields)
