"""URLs: percent-decoding, query strings, and the parts of an address such as
ws://user:pass@host:port/path.

Source: RFC 3986 (sections 2.1, 3), and for "+" in queries the form encoding that requests, yarl
and axios all write.
"""

from binascii import unhexlify

_PORTS = {"ws": 80, "wss": 443, "http": 80, "https": 443}


def decode(text, blanks=False):
    """The text with its %XX turned into the characters they stand for; blanks: "+" is a blank, as
    in queries.

    Raises ValueError for "%" without two hex digits and for what is not UTF-8.
    """
    if blanks:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    first, *others = text.encode().split(b"%")
    data = bytearray(first)
    for part in others:
        try:
            data += unhexlify(part[:2])
        except ValueError:
            raise ValueError("bad percent-encoding")
        if len(part) < 2:  # unhexlify takes "" for nothing
            raise ValueError("bad percent-encoding")
        data += part[2:]
    try:
        return str(data, "utf-8")
    except UnicodeError:
        raise ValueError("percent-encoding is not UTF-8")


def pairs(query):
    """Yields (name, value) of a query string in order, both still encoded. Raw quotes, braces and
    commas are taken as they are.
    """
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            yield name, value


def split(url):
    """-> (scheme, user, password, host, port, path). user and password are decoded, None when
    absent; port is the scheme's own when absent; path holds the query and begins with "/". An
    IPv6 host comes without its brackets. Raises ValueError naming what is wrong.
    """
    scheme, mark, rest = url.partition("://")
    scheme = scheme.lower()
    if not mark:
        raise ValueError("no scheme: want ws://host/...")
    if scheme not in _PORTS:
        raise ValueError("unknown scheme " + scheme)
    for c in url:
        if ord(c) <= 32 or ord(c) == 127:
            raise ValueError("blank or control character in the URL")
    at = min(i for i in (rest.find("/"), rest.find("?"), rest.find("#"), len(rest)) if i >= 0)
    where, path = rest[:at], rest[at:].partition("#")[0]
    if not path.startswith("/"):
        path = "/" + path
    login, mark, where = where.rpartition("@")
    user, colon, password = login.partition(":")
    host, port = _host_port(where, _PORTS[scheme])
    return (
        scheme,
        decode(user) if mark else None,
        decode(password) if colon else None,
        host,
        port,
        path,
    )


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
