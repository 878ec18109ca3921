"""Reads the key table row by row out of one bytes constant; as tuples it would cost several times
that in heap. What the columns mean is told in keys.py.
"""

import json
from collections import namedtuple

from micropython import const

from pilotwire import loader

try:
    from pilotwire.api.packed import TABLE
except ImportError:  # running from source
    from pilotwire.api import keys, packing

    TABLE = packing.pack(keys.KEYS)

Row = namedtuple("Row", ("key", "type", "access", "kind", "unit", "low", "high", "default", "ocpp"))
_R = const(114)  # "r" and "rw" begin with it
_DEFAULT = const(7)  # its column
_KINDS = ((b"config", "config"), (b"state", "state"), (b"const", "const"), (b"command", "command"), (b"d", "detail"))


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
    """(key, kind) of what may be read over the network; a tenth of the garbage of rows()."""
    at = 1
    while at < len(TABLE):
        tab = TABLE.find(b"\t", at)
        access = TABLE.find(b"\t", tab + 1) + 1
        end = TABLE.find(b"\n", access)
        if TABLE[access] == _R:
            yield str(TABLE[at:tab], "utf-8"), _kind(TABLE.find(b"\t", access) + 1)
        at = end + 1


def default(key):
    """The default of a key that there is; a fifth of the garbage of row()."""
    at = TABLE.find(b"\n%s\t" % key) + 1
    end = TABLE.find(b"\n", at)
    for _ in range(_DEFAULT):
        at = TABLE.find(b"\t", at, end) + 1
        if not at:
            return None
    stop = TABLE.find(b"\t", at, end)
    text = TABLE[at : end if stop < 0 else stop]
    return json.loads(text) if text else None


def by_ocpp(name):
    """The Row whose value an OCPP configuration key shares, or None. Names match in any case
    (OCPP 1.6, 7.19: CiString50)."""
    name = name.lower()
    for r in rows():
        if name and r.ocpp.lower() == name:
            return r
    return None


def wrong(row, value):
    """What is wrong with a value for this row, in go-e's words, or None."""
    return loader.lend("api.rules").wrong(row, value)


def _kind(at):
    for begin, kind in _KINDS:
        if TABLE.startswith(begin, at):
            return kind
    return "console"


def _unpack(at, end):
    fields = str(TABLE[at:end], "utf-8").split("\t")
    fields += [""] * (9 - len(fields))
    for i in (5, 6, 7):
        fields[i] = json.loads(fields[i]) if fields[i] else None
    return Row(*fields)
