"""RFC 6455 frames as a client: bytes in, events out; ask, get bytes. The opening handshake is in ws_handshake.py.

Randomness is passed in: every frame takes its mask key from the caller (5.3: unpredictable, new for each frame).
"""

from micropython import const

TEXT, CLOSE, PING, PONG = const(1), const(8), const(9), const(10)
_CONTINUATION, _BINARY = const(0), const(2)
_FIN, _MASKED = const(0x80), const(0x80)
_CHUNK = const(256)  # bounds the big integers of the masking; a multiple of 4

# Close codes, 7.4.1
GOING_AWAY = const(1001)
_PROTOCOL, _KIND, _TEXT, _TOO_BIG = const(1002), const(1003), const(1007), const(1009)


class WsError(ValueError):
    """The peer broke the protocol. .code is the close code to send it."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def frame(opcode, payload, key):
    """One whole frame, masked. payload: bytes, at most 125 for CLOSE, PING and PONG, else 65535.

    key: 4 random bytes. Returns a bytearray.
    """
    size = len(payload)
    head = bytearray((_FIN | opcode, _MASKED | min(size, 126)))
    if size > 125:
        head += size.to_bytes(2, "big")
    head += key
    mask = key * (_CHUNK // 4)
    for at in range(0, size, _CHUNK):
        part = payload[at : at + _CHUNK]
        n = len(part)
        masked = int.from_bytes(part, "big") ^ int.from_bytes(mask[:n], "big")
        head += masked.to_bytes(n, "big")
    return head


class Frames:
    """What the server sends after the handshake.

    limit: bytes of one message, over all its fragments.
    """

    def __init__(self, limit=8192):
        self._limit = limit
        self._in = bytearray()
        self._message = None  # fragments so far; None between messages

    def receive(self, data):
        """Takes bytes cut anywhere; gives a list of events: (TEXT, str), (PING, bytes), (PONG, bytes), (CLOSE, code or
        None).

        Raises WsError; the connection is of no use after that.
        """
        self._in += data
        events = []
        while True:
            event = self._frame()
            if event is None:
                return events
            if event:
                events.append(event)

    def _frame(self):
        """One frame: an event, () for a fragment, None when it is not whole yet."""
        buffer = self._in
        if len(buffer) < 2:
            return None
        opcode, size, start = buffer[0], buffer[1], 2
        if size & _MASKED:
            raise WsError(_PROTOCOL, "a masked frame from the server")
        if size > 125:
            start = 4 if size == 126 else 10
            if opcode & 8:
                raise WsError(_PROTOCOL, "a control frame above 125 bytes")
            if len(buffer) < start:
                return None
            size = int.from_bytes(buffer[2:start], "big")
        self._check(opcode, size)
        end = start + size
        if len(buffer) < end:
            return None
        event = self._event(opcode, memoryview(buffer)[start:end])
        self._in = buffer[end:]
        return event

    def _check(self, opcode, size):
        fin, opcode = opcode & _FIN, opcode & 0x7F
        if opcode in (CLOSE, PING, PONG):
            if not fin:
                raise WsError(_PROTOCOL, "a control frame in fragments")
        elif opcode == _BINARY:
            raise WsError(_KIND, "a binary message")
        elif opcode not in (_CONTINUATION, TEXT):
            raise WsError(_PROTOCOL, "an unknown frame")
        elif (opcode == TEXT) != (self._message is None):
            raise WsError(_PROTOCOL, "fragments out of order")
        elif size + len(self._message or b"") > self._limit:
            raise WsError(_TOO_BIG, "a message above %d bytes" % self._limit)

    def _event(self, opcode, payload):
        kind = opcode & 0x0F
        if kind == CLOSE:
            return CLOSE, _close_code(payload)
        if kind in (PING, PONG):
            return kind, bytes(payload)
        if kind == _CONTINUATION:
            self._message += payload
            payload = self._message
        elif not opcode & _FIN:
            self._message = bytearray(payload)
        if not opcode & _FIN:
            return ()
        self._message = None
        return TEXT, utf8(payload)


def utf8(data):
    """The text of the bytes. Raises WsError (1007) for what is not UTF-8, surrogates and overlong forms too (the
    port's own decoder lets them pass).
    """
    try:
        text = str(data, "utf-8")
    except UnicodeError:
        raise WsError(_TEXT, "a message that is not UTF-8")
    if len(text) != len(data):  # not pure ASCII
        last = 0
        for byte in data:
            if (
                byte in (0xC0, 0xC1)
                or byte > 0xF4
                or (last == 0xE0 and byte < 0xA0)
                or (last == 0xED and byte > 0x9F)
                or (last == 0xF0 and byte < 0x90)
                or (last == 0xF4 and byte > 0x8F)
            ):
                raise WsError(_TEXT, "a message that is not UTF-8")
            last = byte
    return text


def _close_code(payload):
    if not payload:
        return None
    code = payload[0] << 8 | payload[1] if len(payload) > 1 else 0
    if not (3000 <= code < 5000 or 1000 <= code < 1015 and code not in (1004, 1005, 1006)):
        raise WsError(_PROTOCOL, "a close code that does not exist")
    utf8(payload[2:])
    return code
