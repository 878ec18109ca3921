"""What the box answers over HTTP: the page, the keys read, the keys set. Everything else is
refused in a sentence.

Source: facts goe-api 1.1 to 1.4.
"""

import asyncio

from micropython import const

from pilotwire import loader
from pilotwire.proto.http_answer import problem
from pilotwire.proto.query import decode, pairs

_TURN_MS = const(20)
_JSON = "application/json"
_TO_TELL = ("api.table", "api.status")
_TO_SET = ("api.rules", "api.values", "api.set")


class Routes:
    """names: host names of this box, lower case and without ".local". door: .setting is true while keys are set."""

    def __init__(self, box, names, door):
        self._box = box
        self._names = names
        self._door = door

    async def answer(self, request):
        """An http.Request -> (status, content type, body, extra head lines)."""
        path = request.path
        reason = loader.lend("api.gate").refuse(request.headers, self._names, path == "/")
        if reason:
            return problem(403, reason)
        if path not in _ROUTES:
            return problem(404, "no such page: want /, /api/status or /api/set")
        if request.method != "GET":
            return problem(405, "want GET", "Allow: GET\r\n")
        if "outlet=" in request.query:
            try:
                self._box = loader.lend("api.outlet_2").seen(self._box, request)
            except ValueError as e:
                return problem(400, str(e))
        return await _ROUTES[path](self, request.query)

    async def _page(self, query):
        from pilotwire import __path__

        with open(__path__ + "/web/index.html", "rb") as f:
            return 200, "text/html; charset=utf-8", f.read(), "X-Frame-Options: DENY\r\n"

    async def _status(self, query):
        try:
            keys = _filter(query)
        except ValueError as e:
            return problem(400, "filter: %s" % e)
        await loader.bring(_TO_TELL)
        return 200, _JSON, loader.lend("api.status").stream(self._box, keys), ""

    async def _set(self, query):
        """One at a time: the code that checks and writes is brought in for it and let go again."""
        while self._door.setting:  # a Lock would cost 400 bytes of heap for good
            await asyncio.sleep_ms(_TURN_MS)
        self._door.setting = True
        loader.hold(_TO_SET)
        try:
            await loader.bring(_TO_SET)
            return await loader.lend("api.set").answer(self._box, query)
        finally:
            self._door.setting = False
            loader.free(_TO_SET)
            loader.release("api.set")
            loader.release("api.values")


_ROUTES = {"/": Routes._page, "/api/status": Routes._status, "/api/set": Routes._set}


def _filter(query):
    """Keys asked for with ?filter=a,b or the older ?filter=["a","b"]; None for all. Raises
    ValueError.
    """
    for name, value in pairs(query):
        if name == "filter":
            text = decode(value, True)
            for mark in '[]" ':
                text = text.replace(mark, "")
            return text.split(",") if text else None
    return None
