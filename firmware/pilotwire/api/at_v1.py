"""Answers the older key API: /status, and /mqtt?payload=amp=16, which answers with the same object. Nearly all of its
values are texts, and other units than today's. older_keys.txt has a line for each of its keys:

    key, how its value is made, today's key or the value itself, today's key that is written      parted by tabs

What is wrong with a value shows only in that it does not change, as clients of that API know it. Source: facts goe-api
1.7.
"""

import json

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_TEXT = "/api/older_keys.txt"
_PIECES = "api.shown", "api.status", "api.at_v1"


async def answer(box, door, query):
    """query: of /mqtt, "" for /status -> (status, content type, body piece by piece, extra head lines)."""
    if query:
        try:
            asked = _asked(query)
        except ValueError as e:
            return problem(400, "payload: %s" % e)
        if asked:
            await loader.lend("api.at_set").answer(box, door, (asked, "the older API"))
    await loader.bring(_PIECES)
    return 200, "application/json", _pieces(box), ""


def _asked(query):
    """-> the same as /api/set has it, "" for what that API cannot write. Raises ValueError."""
    parts = loader.lend("proto.query")
    text = query.partition("=")[2]  # whatever it is called: there is no other
    key = parts.decode(text, True).partition("=")[0]
    value = text[len(key) + (1 if text[len(key) : len(key) + 1] == "=" else 3) :]  # = may be encoded, too
    for line in loader.lend("api.shown").text(_TEXT):
        if line[0] == key and len(line) > 3:
            return line[3] + "=" + loader.lend("api.v1_value").written(line[4], value)
    return ""


def _pieces(box):
    loader.hold(_PIECES)
    try:
        mark = "{"
        for line in loader.lend("api.shown").text(_TEXT):
            yield ('%s"%s":%s%s' % (mark, line[0], loader.roomy(_told, box, line[1], line[2]), "")).encode()
            mark = ","
        yield b"}"
    finally:
        loader.free(_PIECES)


def _told(box, how, key):
    """-> the value as JSON text."""
    if how == "=":
        return json.dumps(key)
    line = loader.lend("api.shown").find(key)
    value = line and loader.lend("api.status").value(box, line[:1], key, line[line.find(b"\t") + 1 :])
    if isinstance(value, bytes):
        value = json.loads(value)
    return json.dumps(loader.lend("api.v1_value").read(how, value))
