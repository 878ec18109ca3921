"""Where an HTTP redirect leads to (RFC 9110, 10.2.2). Loaded when a server answers a handshake with one."""

_SCHEMES = {"http": "ws", "https": "wss"}


def follow(url, location):
    """The URL that LOCATION, a header of the answer to URL, leads to; http stands for ws, https for wss. User and
    password go along to the same host and port only. Raises ValueError for a step from wss to ws (T06).
    """
    scheme, _, rest = url.partition("://")
    where, path = _parted(rest)
    if location.startswith("//"):
        location = scheme + ":" + location
    to, mark, rest = location.partition("://")
    if not mark:
        if not location.startswith("/"):
            location = path.rpartition("/")[0] + "/" + location
        return scheme + "://" + where + location
    scheme, to = scheme.lower(), to.lower()
    to = _SCHEMES.get(to, to)
    if scheme == "wss" and to != "wss":
        raise ValueError("the server redirects from wss:// to %s://, which is not safe" % to)
    there, path = _parted(rest)
    if to == scheme and there == where.rpartition("@")[2]:
        there = where
    return to + "://" + there + path


def _parted(rest):
    """-> (login, host and port; path)."""
    at = min(i for i in (rest.find("/"), rest.find("?"), rest.find("#"), len(rest)) if i >= 0)
    path = rest[at:].partition("?")[0].partition("#")[0]
    return rest[:at], path if path.startswith("/") else "/" + path
