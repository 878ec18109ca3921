"""Reads the key table row by row from a file, a block of it at a time: as tuples it would cost the chip 10 KB, as one
constant more than a torn heap has in one piece. What the columns mean is told in keys.py.
"""

import json
from collections import namedtuple
from time import sleep_ms

from micropython import const

from pilotwire import loader

_BLOCK = const(160)  # packing.py: no row crosses the border of two blocks, and each is one read of the flash
_OCPP = const(8)  # its column, the last

_number, _read = -1, None  # the block that was read last
_file = None  # stays open as long as this module is there: finding it takes longer than reading it

Row = namedtuple("Row", ("key", "type", "access", "kind", "unit", "low", "high", "default", "ocpp"))


def row(key):
    """The Row of a key, None when there is no such key. Looks first where something was found last."""
    wanted = b"\n%s\t" % key
    n = first = max(_number, 0)
    while True:
        block = _block(n)
        at = block.find(wanted) + 1
        if at:
            found = _unpack(block, at, block.find(b"\n", at))
            return found if found.key == key else None  # a tab in the key asked for finds, but is not, a key
        n = n + 1 if block else 0
        if n == first:
            return None


def rows():
    """All rows in the order of packing.py, each made when it is asked for."""
    for block in _blocks():
        at, end = 1, block.find(b"\n", 1)
        while end > at:
            yield _unpack(block, at, end)
            at, end = end + 1, block.find(b"\n", end + 1)


def twins(names=None):
    """The rows that share their value with an OCPP configuration key, which come first: (its name, key, whether it may
    be written, its default as JSON in bytes). names: only those so called, in lower case. None comes in between,
    now and then: others may have a turn. A fifth of the garbage of rows().
    """
    sizes = names and [len(name) for name in names]
    for block in _blocks():
        at, end = 1, block.find(b"\n", 1)
        while end > at:
            if block.count(b"\t", at, end) < _OCPP:
                return
            last = block.rfind(b"\t", at, end) + 1
            if sizes is None or end - last in sizes:
                name = str(block[last:end], "utf-8")
                if names is None or name.lower() in names:
                    tab = block.find(b"\t", at)
                    access = block.find(b"\t", tab + 1) + 1
                    kind = block.find(b"\t", access) + 1
                    key = str(block[at:tab], "utf-8")
                    yield name, key, block.find(b"w", access, kind) > 0, _default(block, kind, end)
            at, end = end + 1, block.find(b"\n", end + 1)
        if _number & 3 == 0:
            yield None


def wrong(row, value):
    """What is wrong with a value for this row, in go-e's words, or None."""
    return loader.lend("api.rules").wrong(row, value)


def _blocks():
    n = 0
    while _block(n):
        yield _block(n)
        n += 1


def _block(n):
    """The block, b"" behind the last; the last one read is kept."""
    global _read, _number, _file
    if n != _number:
        _file = _file or _open()
        _file.seek(n * _BLOCK)
        _read = _file.read(_BLOCK)
        _number = n
        sleep_ms(0)  # the table is long: timers have their turn
    return _read


def _open():
    from pilotwire import __path__  # here: names of a module that are more than 21 want memory in a large piece

    try:
        return open(__path__ + "/api/keys.bin", "rb")
    except OSError:  # running from source
        import io

        from pilotwire.api import packing

        return io.BytesIO(packing.source())


def _default(block, kind, end):
    """The JSON text four fields behind the kind, b"" for none."""
    at = kind
    for _ in range(4):
        at = block.find(b"\t", at, end) + 1
        if not at:
            return b""
    stop = block.find(b"\t", at, end)
    return block[at : end if stop < 0 else stop]


def _unpack(block, at, end):
    fields = str(block[at:end], "utf-8").split("\t")
    fields += [""] * (9 - len(fields))
    for i in (5, 6, 7):
        fields[i] = json.loads(fields[i]) if fields[i] else None
    return Row(*fields)
