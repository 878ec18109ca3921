"""A GET of HTTP/1.1 and the head of its answer. Pure. HTTP/1.0 is asked for, so no body comes in chunks.

Source: RFC 9110, 14 (ranges) and 15 (status codes), RFC 9112.
"""

from micropython import const

_MOST = const(4096)  # bytes of a head


def request(host, port, path, start):
    """The bytes to send. start: the first byte of the body that is wanted."""
    where = host if port == 80 else "%s:%d" % (host, port)
    text = "GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: pilotwire\r\n" % (path, where)
    if start:
        text += "Range: bytes=%d-\r\n" % start
    return (text + "\r\n").encode()


class Answer:
    """.size: bytes of the body that come."""

    def __init__(self):
        self.size = None
        self._line = b""
        self._status = 0
        self._left = _MOST

    def feed(self, data):
        """Takes the next bytes -> what follows the head, None while it goes on. Raises ValueError."""
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("the server's head is too long")
        data = self._line + data
        while True:
            line, mark, rest = data.partition(b"\n")
            if not mark:
                self._line = data
                return None
            data = rest
            line = line.rstrip(b"\r")
            if not line:
                self._end()
                return data
            self._take(line)

    def start(self, wanted):
        """The first byte that comes: the one that was wanted, or 0 where the server knows no ranges."""
        return wanted if self._status == 206 else 0

    def _take(self, line):
        if not self._status:
            words = line.split(b" ")
            if words[0][:7] != b"HTTP/1." or len(words) < 2 or not words[1].isdigit():
                raise ValueError("this is no web server")
            self._status = int(words[1])
            return
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            self.size = int(value)

    def _end(self):
        if self._status not in (200, 206):
            raise ValueError("the server answers %d" % self._status)
        if self.size is None:
            raise ValueError("the server does not say how long it is")
