"""Answers "/", the page, and /api/keys, which says what every key is: a file each, sent as it stands."""

from micropython import const

from pilotwire import __path__

_PIECE = const(190)
_FILES = {
    "/": ("index.html", "text/html; charset=utf-8", "X-Frame-Options: DENY\r\n"),
    "/api/keys": ("keys.json", "application/json", ""),
}


async def answer(box, door, path):
    """-> (status, content type, body piece by piece, extra head lines)."""
    name, kind, extra = _FILES[path]
    return 200, kind, _pieces(open(__path__ + "/web/" + name, "rb")), extra


def _pieces(file):
    with file:
        while True:
            piece = file.read(_PIECE)
            if not piece:
                return
            yield piece
