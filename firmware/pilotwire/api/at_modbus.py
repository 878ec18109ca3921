"""Answers a Modbus question: registers are keys of the key API (registers.py has the table and its columns).

Gaps in the table read 0. Exceptions: 1 no such function, or none that writes because of the owner's password, 2 no
such register, or not all of a value, or one that cannot be written, 3 a wrong number of registers or a value that its
key does not take, 4 the wallbox failed.

Source: Modbus Application Protocol V1.1b3, sections 6.1, 6.3, 6.4, 6.12, 7; facts goe-api, section 3.
"""

import asyncio
import json

from micropython import const

from pilotwire import loader

_BLOCK = const(160)
_FIRST, _BEHIND = const(100), const(372)
_MOST = const(125)
_INFINITE = const(0x7FF)  # exponent of a 64 bit float

_file = None  # stays open as long as this module is there


class _Refused(Exception):
    """args[0]: the exception code."""


async def answer(server, head, asked):
    """head: the seven bytes before the function; asked: function and data -> the whole answer. Raises MemoryError."""
    try:
        if asked[0] in (3, 4):
            said = await _read(server, asked)
        elif asked[0] == 16:
            said = await _write(server, asked)
        else:
            raise _Refused(1)
    except _Refused as e:
        said = bytes((asked[0] | 0x80, e.args[0]))
    return head[:4] + (len(said) + 1).to_bytes(2, "big") + head[6:7] + said


async def _read(server, asked):
    start, count = _span(asked, 5)
    said = bytearray(2 + 2 * count)
    said[0], said[1] = asked[0], 2 * count
    texts = {}  # what a key says, asked for once
    async for at, length, kind, key, part, scale, _, where, mark, text in _Rows(start, start + count):
        if str(asked[0]) in where:
            if key not in texts:
                texts[key] = _text(server.box, kind, key, mark, text)
            data = _data(server.box, kind, texts[key], part, int(scale), int(length))
            for i in range(2 * int(length)):
                to = 2 * (int(at) - start) + i
                if 0 <= to < 2 * count:
                    said[2 + to] = data[i]
    server.reads += 1
    server.read_ms = server.box.clock.up_ms()
    return said


async def _write(server, asked):
    if server.box.settings.peek("hsa") and loader.lend("store.owner").is_there():  # Modbus knows no password
        raise _Refused(1)
    start, count = _span(asked, 6 + asked[5] if len(asked) > 5 else 0)
    if asked[5] != 2 * count:
        raise _Refused(3)
    query, left = "", count
    async for at, length, kind, _, _, _, writes, where, _, _ in _Rows(start, start + count):
        if where != "4":
            at = 2 * (int(at) - start)
            data = _turned(server.box, kind, asked[6 + at : 6 + at + 2 * int(length)])
            if not writes or at < 0 or len(data) < 2 * int(length):
                raise _Refused(2)
            query += "&%s=%s" % (writes, _value(kind, data))
            left -= int(length)
    if left:
        raise _Refused(2)
    await _set(server, query[1:])
    server.writes += 1
    server.wrote_ms = server.box.clock.up_ms()
    return asked[:5]


async def _set(server, query):
    status, _, body, _ = await loader.lend("api.at_set").answer(server.box, server, (query, "Modbus"))
    if status != 200:
        server.box.log.warn("modbus: " + str(body, "utf-8")[:100])
        raise _Refused(3)


def _span(asked, size):
    """-> (first register, how many)."""
    if len(asked) != size:
        raise _Refused(3)
    start, count = asked[1] << 8 | asked[2], asked[3] << 8 | asked[4]
    if not 0 < count <= _MOST:
        raise _Refused(3)
    if start < _FIRST or start + count > _BEHIND:
        raise _Refused(2)
    return start, count


class _Rows:
    """The rows of the registers from .. behind, each as a list of texts; others have their turn in between."""

    def __init__(self, start, behind):
        self._start, self._behind = start, behind
        self._block, self._lines = 0, []

    def __aiter__(self):
        return self

    async def __anext__(self):
        while True:
            if not self._lines:
                await asyncio.sleep_ms(0)
                self._lines = _lines(self._block)
                self._block += 1
                if not self._lines:
                    raise StopAsyncIteration
            row = self._lines.pop(0).split("\t")
            if int(row[0]) < self._behind and int(row[0]) + int(row[1]) > self._start:
                return row


def _lines(n):
    global _file
    _file = _file or _open()
    _file.seek(n * _BLOCK)
    block = str(_file.read(_BLOCK), "utf-8").strip("\n")
    return block.split("\n") if block else []


def _open():
    from pilotwire import __path__

    try:
        return open(__path__ + "/api/registers.bin", "rb")
    except OSError:  # running from source
        import io

        from pilotwire.api import packing

        return io.BytesIO(packing.registers_source())


def _text(box, kind, key, mark, text):
    """What the key says, as JSON text."""
    if kind == "m":
        import machine

        return machine.unique_id()
    if kind == "i":
        net = loader.lend("api.get_net")
        where = net.cce(box) or net.ccw(box)
        return where[key] if where else "0.0.0.0"
    found = loader.lend("api.status").value(box, mark.encode(), key, text.encode())
    return str(found, "utf-8") if isinstance(found, bytes) else json.dumps(found)


def _data(box, kind, text, part, scale, length):
    """The bytes of the registers."""
    if kind in "axmi":
        data = _plain(kind, text)[: 2 * length]
        return _turned(box, kind, data + bytes(2 * length - len(data)))
    if kind == "p":
        number = sum([1 << i for i, item in enumerate(text.split(",")) if "true" in item])
    else:
        number = _number(text.strip("[]").split(",")[int(part or 0)].strip(), scale)
        number = _float(number, text) if kind == "d" else min(number, (1 << 16 * length) - 1)
    return _turned(box, kind, number.to_bytes(2 * length, "big"))


def _plain(kind, text):
    if kind == "a":
        return text.strip('"').encode()
    if kind == "x":
        import binascii

        text = text.strip('"')
        return b"" if text == "null" else binascii.unhexlify(text)
    return text if kind == "m" else bytes([int(x) >> 8 * low & 255 for x in text.split(".") for low in (1, 0)])


def _number(text, scale):
    """A number or truth in JSON times scale, 0 where unknown; nothing is below 0 here."""
    if not text[:1].isdigit():
        return 1 if text == "true" else 0
    whole, _, rest = text.partition(".")
    milli = int(whole) * 1000 + int((rest + "000")[:3])
    return milli * scale // 1000 if scale > 0 else milli // (1000 * -scale)


def _float(number, text):
    """The bits of a 64 bit float: 1 + 11 + 52. null is infinity."""
    if text == "null":
        return _INFINITE << 52
    exponent = 1075
    while number and number < 1 << 52:
        number <<= 1
        exponent -= 1
    return exponent << 52 | (number & (1 << 52) - 1) if number else 0


def _value(kind, data):
    """What was written, as text for the key API."""
    number = int.from_bytes(data, "big")
    if kind == "f":
        return 1 - number if number < 2 else number + 1  # too large for frc, it says so
    if kind != "d":
        return number
    exponent = number >> 52
    if exponent == _INFINITE and not number & (1 << 52) - 1:
        return "null"
    if exponent >= 1075:  # negative, no number, or larger than any limit
        raise _Refused(3)
    return (number & (1 << 52) - 1 | 1 << 52) >> 1075 - exponent if exponent else 0


def _turned(box, kind, data):
    """To and from the order that msb and msr want; as it stands in `data` the highest byte comes first."""
    get = box.settings.peek
    if kind in "nd" and not get("msr"):
        data = b"".join([data[i : i + 2] for i in range(len(data) - 2, -1, -2)])
    if get("msb"):
        data = b"".join([bytes((data[i + 1], data[i])) for i in range(0, len(data) - 1, 2)])
    return data
