"""Which piece answers a request over HTTP: the page, the keys read, the keys set. Everything else is refused in a
sentence. Gone again before that piece comes.

Who changes something is asked for the owner's password first, where there is one, unless the owner left the local API
open (hsa); for what opens it, always. With hai off, all of the API is for the owner only, and not there for others.

Source: facts goe-api 1.1 to 1.4, ux-reliability E.2.
"""

import os

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_PAGE, _V1, _LOGIN = "api.at_page", "api.at_v1", "api.login"
_SET, _EVENTS, _TOKEN, _UPDATE = "/api/set", "/api/events", "/api/token", "/update"
_PIECES = {
    "/": _PAGE,
    "/api/keys": _PAGE,
    "/api/status": "api.at_status",
    _SET: "api.at_set",
    _EVENTS: "api.at_events",
    "/metrics": "api.at_metrics",
    "/status": _V1,
    "/mqtt": _V1,
    _TOKEN: "",
    _UPDATE: "update.at_update",
}
_PASSWORD = "/owner"  # as store/owner.py has it
_OWNERS = ("opw", "hsa", "hai", "hla")


def find(box, names, request):
    """-> (the piece that answers an http.Request, the box and the query as it shall see them), or (None, the answer
    that refuses it, None). The request stays as it is: short of memory it is tried again.

    names: host names of this box, lower case and without ".local". The piece has `answer(box, door, query)`.
    """
    path, get = request.path, box.settings.get
    reason = loader.lend("api.gate").refuse(request.headers, names, path == "/")
    if reason:
        return None, problem(403, reason), None
    if path not in _PIECES:
        return None, problem(404, "no such page: want /, /api/status, /api/set, /api/events or /api/keys"), None
    if _PIECES[path] == _V1 and not get("hla") or _hidden(path, get) and "authorization" not in request.headers:
        return None, problem(404, "this part of the API is switched off (hai, hla)"), None
    if request.method != "GET" and (path != _UPDATE or request.method not in ("POST", "PUT")):
        return None, problem(405, "want GET", "Allow: GET\r\n"), None
    try:
        seen, query = _seen(box, request)
    except ValueError as e:
        return None, problem(400, str(e)), None
    if _needs_login(request, get):
        return _LOGIN, seen, (_PIECES[path], query, request)
    return _PIECES[path], seen, query


def _hidden(path, get):
    """Is it of the API, and that switched off?"""
    return path not in ("/", _UPDATE) and not get("hai")


def _seen(box, request):
    """-> (the box, the query) as the piece wants them. Raises ValueError."""
    path, query = request.path, request.query
    if path == _UPDATE:
        return box, request
    if _PIECES[path] == _PAGE:
        return box, path
    if _PIECES[path] == _V1:
        return box, query if path == "/mqtt" else ""
    if "outlet=" in query:
        box, query = loader.lend("api.outlet_2").seen(box, query)
    if path == _EVENTS:
        return box, (query, request.connection)
    return box, (query, "HTTP, from " + request.connection.peer) if path == _SET else query


def _needs_login(request, get):
    path = request.path
    if path == _TOKEN or _hidden(path, get):
        return True
    if path not in (_SET, "/mqtt") and (path != _UPDATE or request.method == "GET"):
        return False
    return _is_there(_PASSWORD) and (get("hsa") or _is_owners(request.query))


def _is_there(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def _is_owners(query):
    """Does it set a key that opens what is closed? Names may be percent-encoded."""
    parts = loader.lend("proto.query")
    for name, _ in parts.pairs(query):
        try:
            if parts.decode(name, True) in _OWNERS:
                return True
        except ValueError:
            pass
    return False
