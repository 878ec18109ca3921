"""HTTP/1.1 requests from bytes. No socket, no clock, no task; answers are made in http_answer.py.

Only what this box needs is kept: method, target and the few headers that say where a request
comes from (api/gate.py). Everything is bounded, because whoever is on the network can send
anything: the request line (414), the header section (431), the body (413). Header lines nobody
needs are skipped without being collected, so a browser's long cookies cost no memory.

    request = Request()
    while not request.feed(await bytes_from_socket()):
        pass

Source: RFC 9112 (messages), RFC 9110 section 15 (status codes).
"""

from micropython import const

from pilotwire import loader

_LINE = const(1100)  # bytes of a request line: a target of 1 KiB with its method and version
_PEM = const(6144)  # ... and of one that brings a certificate or a key
_BRINGS = b"GET /api/set?ocpp"
_LONGEST = const(512)  # bytes of a header line that we keep
_HEADERS = const(8192)  # bytes of all header lines
_BODY = const(1024)  # bytes of a body; nobody needs one, it is read and dropped

_KEPT = (b"host", b"origin", b"referer", b"sec-fetch-site", b"sec-fetch-mode", b"content-length", b"content-range")
_KEPT += (b"authorization",)
_UPDATE = "/update"  # whose body is for who answers


class Refused(Exception):
    """The peer's mistake. .status: the answer's status code; str(): what is wrong, for people."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Request:
    """One request being read. After feed() gave True: .method, .path, .query (text, undecoded),
    .headers (kept ones, by lower-case name), and of a body that is for who answers its first bytes, .rest.
    """

    def __init__(self):
        self.method = self.path = self.query = ""
        self.headers = {}
        self.surplus = False  # bytes came after the end of the request
        self.rest = b""
        self._rest = b""  # the line that is not complete yet
        self._skip = False  # ... or the tail of a long line nobody needs
        self._budget = _HEADERS
        self._body = -1  # bytes of body still to come; -1 in the head

    def feed(self, data):
        """Takes the next bytes, whole or in any pieces. True when the request is complete. Raises Refused."""
        if self._body < 0:
            self.rest = data = self._lines(self._rest + data)
        if self._body >= 0:
            self.surplus = self.surplus or len(data) > self._body
            self._body = max(0, self._body - len(data))
        return self._body == 0

    def _lines(self, data):
        """Takes the whole lines of the head; returns what follows the head."""
        start = 0
        while self._body < 0:
            end = data.find(b"\n", start)
            if end < 0:
                self._keep(data[start:])
                return b""
            self._line(data[start:end].rstrip(b"\r"), end + 1 - start)
            start = end + 1
        return data[start:]

    def _keep(self, rest):
        """Keeps the beginning of a line, unless it is longer than any line we want."""
        if not self.method:
            if len(rest) > _most(rest) + 1:  # the CR may be in it
                self._request_line(rest)
        elif self._skip or len(rest) > _LONGEST + 1:
            if not self._skip and _name(rest) in _KEPT:
                self._header_line(rest)
            self._spend(len(rest))
            self._skip, rest = True, b""
        self._rest = rest

    def _line(self, line, size):
        if not self.method:
            if line:  # RFC 9112 2.2: an empty line before the request is ignored
                self._request_line(line)
            return
        self._spend(size)
        if self._skip:
            self._skip = False
        elif line:
            self._header_line(line)
        else:
            self._end_of_head()

    def _spend(self, size):
        self._budget -= size
        if self._budget < 0:
            raise Refused(431, "headers longer than 8 KiB")

    def _request_line(self, line):
        """Blanks inside the target are taken as they are: curl and people write them."""
        if len(line) > _most(line):
            raise Refused(414, "request line longer than 1 KiB")
        method, _, rest = line.partition(b" ")
        target, _, version = rest.rpartition(b" ")
        if not method.isalpha() or target[:1] != b"/" or version[:5] != b"HTTP/":
            raise Refused(400, "bad request line")
        if version[5:7] != b"1.":
            raise Refused(505, "want HTTP/1.1")
        self.path, _, self.query = _text(target).partition("?")
        self.method = _text(method)

    def _header_line(self, line):
        name = _name(line)
        if not name or name[0] <= 32 or name[-1] <= 32:  # no colon, or blanks where RFC 9112 5.1, 5.2 forbid them
            raise Refused(400, "bad header line")
        if name == b"transfer-encoding":
            raise Refused(501, "want Content-Length")
        if name in _KEPT:
            if len(line) > _LONGEST:
                raise Refused(431, "header too long")
            name = _text(name)
            if name in self.headers:
                raise Refused(400, "header twice: " + name)
            self.headers[name] = _text(line[len(name) + 1 :].strip())

    def _end_of_head(self):
        length = self.headers.get("content-length", "0")
        if "host" not in self.headers or not length.isdigit():
            raise Refused(400, "want Host, and a number as Content-Length")
        self._body = int(length)
        if self.path == _UPDATE:
            self.surplus = self._body > 0
            self._body = 0
        if self._body > _BODY:
            raise Refused(413, "body longer than 1 KiB")


def _most(line):
    return _PEM if line.startswith(_BRINGS) else _LINE


def _name(line):
    return line[: max(0, line.find(b":"))].lower()


def _text(data):
    """Bytes as text. Raises Refused for what is not UTF-8 and for control characters."""
    if data and (min(data) < 32 or b"\x7f" in data):
        raise Refused(400, "control character")
    try:
        if data and max(data) > 127:  # the port's own decoder lets surrogates and overlong forms pass
            loader.lend("proto.utf8").check(data)
        return str(data, "utf-8")
    except (UnicodeError, ImportError):  # safe mode has no such piece
        raise Refused(400, "not UTF-8")
