"""The opening handshake of RFC 6455 (section 4) as a client: needed once per connection, so it is a file of its own
that is released again.
"""

from binascii import b2a_base64
from hashlib import sha1

from micropython import const

from pilotwire.proto.query import decode

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_HEAD_MOST = const(2048)
_ELSEWHERE = "it sends the wallbox elsewhere, to nowhere or too often"
_REASONS = {
    301: _ELSEWHERE,
    302: _ELSEWHERE,
    307: _ELSEWHERE,
    308: _ELSEWHERE,
    400: "it does not like the request or the name of this wallbox",
    401: "user name or password are wrong",
    403: "this wallbox may not connect",
    404: "it does not know this wallbox, or the path is wrong",
    429: "it is asked too often",
    503: "it is busy or being restarted",
}


class Refused(ValueError):
    """The server did not open a WebSocket; the text is a sentence for people. .status: the HTTP status, 0 when there
    is none; .location: where it sends us instead, or None.
    """

    def __init__(self, text, status=0, location=None):
        super().__init__(text)
        self.status, self.location = status, location


class Handshake:
    """One handshake. nonce: 16 random bytes; protocol: the one subprotocol offered."""

    def __init__(self, nonce, protocol):
        self._key = _base64(nonce)
        self._protocol = protocol
        self._in = bytearray()

    def request(self, host, port, path, user=None, password=None):
        """The bytes to send. host, path as in the URL; neither user nor password: no Authorization (Basic, RFC 7617).
        password bytes: an AuthorizationKey; then the user is the identity, unless the URL names one (SE02).
        """
        if type(password) is bytes:
            user = decode(path.partition("?")[0].rpartition("/")[2]) if user is None else user
        elif user is not None:
            password = (password or "").encode()
        lines = [
            "GET %s HTTP/1.1" % path,
            "Host: %s" % host if port == 80 else "Host: %s:%d" % (host, port),
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: " + self._key,
            "Sec-WebSocket-Protocol: " + self._protocol,
        ]
        if user is not None:
            lines.append("Authorization: Basic " + _base64(user.encode() + b":" + password))
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def receive(self, data):
        """Takes bytes cut anywhere. None while the answer is not whole, else the bytes behind it (first frames).
        Raises Refused.
        """
        self._in += data
        end = self._in.find(b"\r\n\r\n")
        if end < 0:
            if len(self._in) > _HEAD_MOST:
                raise Refused("the server's answer is no WebSocket handshake")
            if not b"HTTP/1.".startswith(bytes(self._in[:7])):
                raise Refused("the server does not speak HTTP")
            return None
        try:
            lines = str(self._in[:end], "utf-8").split("\r\n")
        except UnicodeError:
            raise Refused("the server's answer is no WebSocket handshake")
        self._check(lines.pop(0), _headers(lines))
        return bytes(self._in[end + 4 :])

    def _check(self, first, headers):
        words = first.split(None, 2)
        if not first.startswith("HTTP/1.") or len(words) < 2 or not words[1].isdigit():
            raise Refused("the server does not speak HTTP")
        status = int(words[1])
        if status != 101:
            why = _REASONS.get(status) or (words[2] if len(words) > 2 else "no reason given")
            location = headers.get("location") if 300 < status < 309 else None
            raise Refused("the server refused with HTTP %d: %s" % (status, why[:60]), status, location)
        if headers.get("upgrade", "").lower() != "websocket" or "upgrade" not in headers.get("connection", "").lower():
            raise Refused("the server did not upgrade to WebSocket", status)
        if headers.get("sec-websocket-accept") != _base64(sha1(self._key.encode() + _GUID).digest()):
            raise Refused("the server's Sec-WebSocket-Accept is wrong: something in between answers for it", status)
        if headers.get("sec-websocket-protocol") != self._protocol:
            raise Refused("the server does not speak " + self._protocol, status)
        if headers.get("sec-websocket-extensions"):
            raise Refused("the server uses an extension nobody offered", status)


def _headers(lines):
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


def _base64(data):
    return str(b2a_base64(data)[:-1], "ascii")
