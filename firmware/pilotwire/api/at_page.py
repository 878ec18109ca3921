"""Answers "/": the page."""

from pilotwire import __path__


async def answer(box, door, query):
    """-> (status, content type, body, extra head lines)."""
    with open(__path__ + "/web/index.html", "rb") as f:
        return 200, "text/html; charset=utf-8", f.read(), "X-Frame-Options: DENY\r\n"
