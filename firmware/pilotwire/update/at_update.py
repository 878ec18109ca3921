"""Answers /update: GET tells how far an update is, POST and PUT bring one, whole or from the byte on that misses."""

import json

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_PIECES = "update.work", "update.receive"


async def answer(box, door, request):
    """An http.Request -> (status, content type, body, extra head lines)."""
    loader.hold(_PIECES)
    try:
        await loader.bring(_PIECES)  # short of memory, the door tries again
        if request.method == "GET":
            return 200, "application/json", json.dumps(loader.lend("update.shown").upd(box)).encode(), ""
        return await _taken(box, request)
    finally:
        loader.free(_PIECES)


async def _taken(box, request):
    """Never a second time: its bytes are gone."""
    try:
        return await loader.lend("update.receive").take(box, request)
    except MemoryError:
        return problem(503, "out of memory, try again")
