"""Which piece answers a request over HTTP: the page, the keys read, the keys set. Everything else is refused in a
sentence. Gone again before that piece comes.

Source: facts goe-api 1.1 to 1.4.
"""

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_PAGE = "api.at_page"
_PIECES = {
    "/": _PAGE,
    "/api/keys": _PAGE,
    "/api/status": "api.at_status",
    "/api/set": "api.at_set",
    "/api/events": "api.at_events",
    "/metrics": "api.at_metrics",
}
_UPDATE = "/update"


def find(box, names, request):
    """-> (the piece that answers an http.Request, the box and the query as it shall see them), or (None, the answer
    that refuses it, None). The request stays as it is: short of memory it is tried again.

    names: host names of this box, lower case and without ".local". The piece has `answer(box, door, query)`.
    """
    path = request.path
    reason = loader.lend("api.gate").refuse(request.headers, names, path == "/")
    if reason:
        return None, problem(403, reason), None
    if path == _UPDATE and request.method in ("GET", "POST", "PUT"):
        return "update.at_update", box, request
    if path not in _PIECES:
        return None, problem(404, "no such page: want /, /api/status, /api/set, /api/events or /api/keys"), None
    if request.method != "GET":
        return None, problem(405, "want GET", "Allow: GET\r\n"), None
    if _PIECES[path] == _PAGE:
        return _PAGE, box, path
    query = request.query
    if "outlet=" in query:
        try:
            box, query = loader.lend("api.outlet_2").seen(box, query)
        except ValueError as e:
            return None, problem(400, str(e)), None
    return _PIECES[path], box, (query, request.connection) if path == "/api/events" else query
