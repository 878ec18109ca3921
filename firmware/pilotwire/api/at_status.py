"""Answers /api/status: keys read."""

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_PIECES = ("api.shown", "api.status")


async def answer(box, door, query):
    """-> (status, content type, body piece by piece, extra head lines)."""
    try:
        keys = filtered(query)
    except ValueError as e:
        return problem(400, "filter: %s" % e)
    await loader.bring(_PIECES)
    return 200, "application/json", loader.lend("api.status").stream(box, keys), ""


def filtered(query):
    """Keys asked for with ?filter=a,b or the older ?filter=["a","b"]; None for all. Raises
    ValueError.
    """
    parts = loader.lend("proto.query")
    for name, value in parts.pairs(query):
        if name == "filter":
            text = parts.decode(value, True)
            for mark in '[]" ':
                text = text.replace(mark, "")
            return text.split(",") if text else None
    return None
