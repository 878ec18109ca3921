"""RFC 6455 frames as a client: bytes in, events out; ask, get bytes. The opening handshake is in ws_handshake.py.

Randomness is passed in: every frame takes its mask key from the caller (5.3: unpredictable, new for each frame).
"""

from micropython import const

from pilotwire import loader

TEXT, CLOSE, PING, PONG = const(1), const(8), const(9), const(10)
_CONTINUATION, _BINARY = const(0), const(2)
_FIN, _MASKED = const(0x80), const(0x80)
_CHUNK = const(256)  # bounds the big integers of the masking; a multiple of 4

# Close codes, 7.4.1
GOING_AWAY = const(1001)
PROTOCOL, _KIND, _TEXT, _TOO_BIG = const(1002), const(1003), const(1007), const(1009)


class WsError(ValueError):
    """The peer broke the protocol. .code is the close code to send it: 1002 wrong frames, 1003 binary, 1007 not UTF-8,
    1009 too long.
    """

    def __init__(self, code):
        super().__init__(code)
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
            raise WsError(PROTOCOL)
        if size > 125:
            start = 4 if size == 126 else 10
            if opcode & 8:
                raise WsError(PROTOCOL)
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
        """Raises WsError for a frame that must not come now, as soon as its head is here."""
        kind = opcode & 0x7F  # with the reserved bits: nobody negotiated a meaning for them
        if kind == _BINARY:
            raise WsError(_KIND)
        if kind in (CLOSE, PING, PONG):
            good = opcode & _FIN
        else:
            good = kind == (TEXT if self._message is None else _CONTINUATION)
        if not good:
            raise WsError(PROTOCOL)
        if size + len(self._message or b"") > self._limit:
            raise WsError(_TOO_BIG)

    def _event(self, opcode, payload):
        kind = opcode & 0x0F
        if kind == CLOSE:
            code = loader.use("proto.ws_close").code(payload)
            loader.release("proto.ws_close")
            return CLOSE, code
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
    """The text of the bytes. Raises WsError (1007) for what is not UTF-8."""
    try:
        text = str(data, "utf-8")
        if len(text) != len(data):  # the port's own decoder lets surrogates and overlong forms pass
            loader.use("proto.utf8").check(data)
            loader.release("proto.utf8")
    except UnicodeError:
        raise WsError(_TEXT)
    return text
