"""What the box answers over HTTP: the page, the keys read, the keys set. Everything else is
refused in a sentence.

Source: facts goe-api 1.1 to 1.4.
"""

import asyncio
import json

from pilotwire import loader
from pilotwire.api import gate, status
from pilotwire.proto import url

_JSON = "application/json"
# The page runs its own script and asks its own box, nothing else; nobody may put it into a frame.
_PAGE_RULES = (
    "Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'\r\n"
)


class Routes:
    """names: host names of this box, lower case and without ".local"."""

    def __init__(self, box, names):
        self._box = box
        self._names = names
        self._setting = asyncio.Lock()

    async def answer(self, request):
        """An http.Request -> (status, content type, body, extra head lines)."""
        path = request.path
        reason = gate.refuse(request.headers, self._names, path == "/")
        if reason:
            return error(403, reason)
        if path not in _ROUTES:
            return error(404, "no such page: want /, /api/status or /api/set")
        if request.method != "GET":
            return error(405, "want GET", "Allow: GET\r\n")
        return await _ROUTES[path](self, request.query)

    async def _page(self, query):
        from pilotwire import __path__

        with open(__path__ + "/web/index.html", "rb") as f:
            return 200, "text/html; charset=utf-8", f.read(), _PAGE_RULES

    async def _status(self, query):
        try:
            return 200, _JSON, status.stream(self._box, _filter(query)), ""
        except ValueError as e:
            return error(400, "filter: %s" % e)

    async def _set(self, query):
        """One at a time: the code that checks and writes is brought in for it and let go again."""
        async with self._setting:
            try:
                return await loader.use("api.set").answer(self._box, query)
            finally:
                loader.release("api.set")
                loader.release("api.values")


_ROUTES = {"/": Routes._page, "/api/status": Routes._status, "/api/set": Routes._set}


def error(code, text, extra=""):
    return code, _JSON, json.dumps({"error": text}).encode(), extra


def _filter(query):
    """Keys asked for with ?filter=a,b or the older ?filter=["a","b"]; None for all. Raises
    ValueError.
    """
    for name, value in url.pairs(query):
        if name == "filter":
            text = url.decode(value, True)
            for mark in '[]" ':
                text = text.replace(mark, "")
            return text.split(",") if text else None
    return None
