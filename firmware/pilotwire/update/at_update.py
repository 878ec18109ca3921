"""Answers /update: GET tells how far an update is, POST and PUT bring one, whole or from the byte on that misses."""

import json

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_PIECES = "update.work", "update.receive"


async def answer(box, door, request):
    """An http.Request -> (status, content type, body, extra head lines)."""
    loader.hold(_PIECES)
    try:
        await loader.bring(_PIECES)
        if request.method == "GET":
            return 200, "application/json", json.dumps(loader.lend("update.shown").upd(box)).encode(), ""
        return await loader.lend("update.receive").take(box, request)
    except MemoryError:  # never a second time: its bytes are gone
        if request.method == "GET":
            raise
        return problem(503, "out of memory, try again")
    finally:
        loader.free(_PIECES)
