"""URLs such as ws://user:pass@host:port/path. Source: RFC 3986 section 3.

Needed only to dial: loaded late. What is needed all the time is in query.py.
"""

from pilotwire.proto.query import decode

_PORTS = {"ws": 80, "wss": 443, "http": 80, "https": 443, "mqtt": 1883, "mqtts": 8883}


def split(url):
    """-> (scheme, user, password, host, port, path). user and password are decoded, None when
    absent; port is the scheme's own when absent; path holds the query, begins with "/", and what may
    not stand in a request is percent-encoded in it (T01). An IPv6 host comes without its brackets.
    Raises ValueError naming what is wrong.
    """
    scheme, mark, rest = url.partition("://")
    scheme = scheme.lower()
    if not mark:
        raise ValueError("no scheme: want ws://host/...")
    if scheme not in _PORTS:
        raise ValueError("unknown scheme " + scheme)
    at = min(i for i in (rest.find("/"), rest.find("?"), rest.find("#"), len(rest)) if i >= 0)
    where, path = rest[:at], rest[at:].partition("#")[0]
    if not path.startswith("/"):
        path = "/" + path
    for c in url:
        if ord(c) < 32 or ord(c) == 127 or c == " " and c in where:
            raise ValueError("blank or control character in the URL")
    login, mark, where = where.rpartition("@")
    user, colon, password = login.partition(":")
    host, port = _host_port(where, _PORTS[scheme])
    return (
        scheme,
        decode(user) if mark else None,
        decode(password) if colon else None,
        host,
        port,
        "".join(map(_encoded, path)),
    )


def _encoded(c):
    return c if 32 < ord(c) < 127 else "".join("%%%02X" % byte for byte in c.encode())


def _host_port(where, port):
    """Raises ValueError for no host and for a port outside 1..65535."""
    if where.startswith("["):
        host, mark, rest = where[1:].partition("]")
        if not mark or (rest and rest[0] != ":"):
            raise ValueError("bad IPv6 host")
        text = rest[1:] if rest else None
    else:
        host, mark, text = where.partition(":")
        text = text if mark else None
    if not host:
        raise ValueError("no host")
    if text is not None:
        if not text.isdigit() or len(text) > 5 or not 0 < int(text) < 65536:
            raise ValueError("bad port " + text)
        port = int(text)
    return host, port
