"""Answers /api/events?filter=car,amp: server-sent events, at first of all keys asked for, then once a second of those
that have changed, together. A listener keeps its connection, so there are few, and of few keys.

Source: HTML standard, 9.2 (data lines, comments).
"""

import json
from binascii import crc32
from time import ticks_add, ticks_diff, ticks_ms

from micropython import const

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_LISTENERS = const(2)
_KEYS = const(32)
_TURN_MS = const(1000)
_QUIET_TURNS = const(15)  # then a comment says that we are still there
_STALL_MS = const(15_000)  # who has not taken what was written by then is dropped
_MINE = ("api.at_events",)

_count = 0  # listeners


async def answer(box, door, asked):
    """asked: (query, connection) -> (status, content type, body piece by piece, extra head lines)."""
    query, connection = asked
    try:
        keys = loader.lend("api.at_status").filtered(query)
    except ValueError as e:
        return problem(400, "filter: %s" % e)
    if not keys or len(keys) > _KEYS:
        return problem(400, "want /api/events?filter= with 1 to %d keys" % _KEYS)
    lines = [line for line in map(loader.lend("api.shown").find, keys) if line]
    if not lines:
        return problem(400, "filter: no key of these can be read")
    if _count >= _LISTENERS:
        return problem(503, "%d listeners already, no more can be had" % _count, "Retry-After: 10\r\n")
    events = _events(box, lines, connection)
    next(events)  # from here on its end is told to it
    return 200, "text/event-stream", events, ""


def _events(box, lines, connection):
    """None asks for a pause, b"" for a turn of others."""
    global _count
    _count += 1
    loader.hold(_MINE)
    told = [-1] * len(lines)  # what was said of each, as a checksum
    quiet = 0
    try:
        yield b""
        while connection.sock.read(64) != b"":  # what it says is of no interest, that it has gone is
            connection.allow(_STALL_MS)
            due_ms = ticks_add(ticks_ms(), _TURN_MS)
            begun = False
            for n in range(len(lines)):
                piece = _news(box, lines[n], told, n)
                if piece:
                    piece = (b"," if begun else b"data: {") + piece
                    begun = True
                yield piece
            quiet = 0 if begun else quiet + 1
            if begun:
                yield b"}\n\n"
            elif quiet == _QUIET_TURNS:
                quiet = 0
                yield b":\n\n"
            while ticks_diff(due_ms, ticks_ms()) > 0:
                yield None
    finally:
        _count -= 1
        loader.free(_MINE)


def _news(box, line, told, n):
    """-> bytes "key":value, b"" where it is what was told last; None: no memory now, so it is told a turn later."""
    tab = line.find(b"\t")
    key = str(line[1:tab], "utf-8")
    try:
        value = loader.lend("api.status").value(box, line[:1], key, line[tab + 1 :])
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
    except MemoryError:
        loader.let_go()
        return None
    mark = crc32(text) & 0x3FFFFFFF
    if mark == told[n]:
        return b""
    told[n] = mark
    return b'"%s":%s' % (line[1:tab], text)
