"""RFC 6455 frames as a client: bytes in, events out; ask, get bytes. The opening handshake is in ws_handshake.py.

Randomness is passed in: every frame takes its mask key from the caller (5.3: unpredictable, new for each frame).
"""

from micropython import const

from pilotwire import loader

CONTINUATION = const(0)
TEXT = const(1)
CLOSE = const(8)
PING = const(9)
PONG = const(10)
LONG = const(3)  # an event, no opcode: a message that is too long or finds no room
_BINARY = const(2)
_FIN = const(0x80)
_MASKED = const(0x80)
_CHUNK = const(128)  # bounds the big integers of the masking; a multiple of 4
_SHORT = const(512)  # bytes of a message that ws_long.py need not come for
_PATIENCE = const(1 << 20)  # bytes of a frame that are let pass

# Close codes, 7.4.1
GOING_AWAY = const(1001)
PROTOCOL = const(1002)
_KIND = const(1003)
_TEXT = const(1007)
_TOO_BIG = const(1009)


class WsError(ValueError):
    """The peer broke the protocol. .code is the close code to send it: 1002 wrong frames, 1003 binary, 1007 not UTF-8,
    1009 too long by far.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def frame(opcode, payload, key, more=False):
    """One whole frame, masked. payload: bytes or str, at most 125 bytes for CLOSE, PING and PONG, else 65535.

    key: 4 random bytes. more: the message goes on in a CONTINUATION frame (5.4).
    """
    return head(opcode, len(memoryview(payload)), key, more) + masked(payload, key)


def head(opcode, size, key, more=False):
    """What comes before the masked payload of so many bytes."""
    begin = bytes((opcode if more else _FIN | opcode, _MASKED | min(size, 126)))
    return begin + (size.to_bytes(2, "big") if size > 125 else b"") + key


def masked(payload, key):
    """The payload (bytes or str) as it is sent, a bytearray. A next piece of the same frame goes on with turned()."""
    payload = memoryview(payload)
    out = bytearray(len(payload))
    mask = key * (_CHUNK // 4)
    for at in range(0, len(out), _CHUNK):
        part = payload[at : at + _CHUNK]
        n = len(part)
        out[at : at + n] = (int.from_bytes(part, "big") ^ int.from_bytes(mask[:n], "big")).to_bytes(n, "big")
    return out


def turned(key, size):
    """The key for what comes behind so many masked bytes."""
    return key[size & 3 :] + key[: size & 3]


class Frames:
    """What the server sends after the handshake.

    limit: bytes of one message, over all its fragments. What is longer, or finds no room in memory, is let pass, but
    for what is taken as it comes (ws_long.py).
    """

    def __init__(self, limit=8192):
        self._limit, self._short = limit, min(limit, _SHORT)
        self._data = b""  # what came and is not looked at yet
        self._events = self._parse()

    def receive(self, data):
        """Takes bytes cut anywhere; gives a list of events: (TEXT, str, or a CALL that ocppj_long.py has begun), (PING,
        bytes), (PONG, bytes), (CLOSE, code or None), (LONG, its first characters).

        Raises WsError, MemoryError; the connection is of no use after that.
        """
        self._data = memoryview(data)
        events = []
        for event in self._events:
            if not event:
                break
            events.append(event)
        return events

    def _parse(self):
        """Yields events, and None where more bytes are needed."""
        message = None  # fragments so far; None between messages; what ws_long.py gave
        while True:
            opcode, size = yield from self._take(bytearray(2))
            if 125 < size < 128:
                size = int.from_bytes((yield from self._take(bytearray(2 if size == 126 else 8))), "big")
            elif size > 127:  # masked
                raise WsError(PROTOCOL)
            _check(opcode, size, TEXT if message is None else CONTINUATION)
            body = None
            if opcode & 8 or message is not False and size + len(message or b"") <= self._short:
                try:
                    body = loader.roomy(bytearray, size)
                except MemoryError:
                    pass
            if body is None:
                message = yield from loader.lend("proto.ws_long").taken(self._take, self._limit, opcode, size, message)
                continue
            yield from self._take(body)
            if opcode & 8:
                yield opcode & 15, bytes(body) if opcode & 15 != CLOSE else _close_code(body)
                continue
            if message:
                message += body
            else:
                message = body
            body = None  # nothing is kept longer than it must
            if opcode & _FIN:
                body, message = whole(message), None
                yield body
                body = None

    def _take(self, buffer):
        """Fills the buffer."""
        at = 0
        while at < len(buffer):
            data = self._data
            n = min(len(data), len(buffer) - at)
            if n:
                buffer[at : at + n] = data[:n]
                self._data = data[n:]
                at += n
            else:
                yield
        return buffer


def _check(opcode, size, awaited):
    """Raises WsError for a frame that must not come now."""
    kind = opcode & 0x7F  # with the reserved bits: nobody negotiated a meaning for them
    if kind == _BINARY:
        raise WsError(_KIND)
    if not (opcode & _FIN and size < 126 if kind in (CLOSE, PING, PONG) else kind == awaited):
        raise WsError(PROTOCOL)
    if size > _PATIENCE:
        raise WsError(_TOO_BIG)


def whole(message):
    try:
        return TEXT, utf8(message)
    except MemoryError:
        return LONG, loader.lend("proto.ws_long").beginning(message)


def _close_code(body):
    code = loader.use("proto.ws_close").code(body)
    loader.release("proto.ws_close")
    return code


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
