"""A WebSocket message that is more than a short one: of some CALLs a list is taken as it comes (ocppj_long.py), others
are taken whole. Of what is too long, or finds no room in memory, the beginning is told, the rest let pass. Loaded when
one comes.
"""

from micropython import const

from pilotwire import loader
from pilotwire.proto.ws import LONG, TEXT, whole

_HEAD = const(80)  # bytes: type, id and action of an OCPP message are in them
_TOLD = const(64)
_PIECE = const(128)
_FIN = const(0x80)


def taken(take, limit, opcode, size, message):
    """A frame of so many bytes; take(buffer) waits for them. message: the fragments before it, or None, or what this
    gave. limit: bytes of what is taken whole. Yields events, and what take() yields.

    -> what the next fragment goes on with; None behind the last, False: the rest is let pass.
    """
    last = opcode & _FIN
    if message is None or type(message) is bytearray:
        head = yield from take(bytearray(min(size, _HEAD)))
        size -= len(head)
        head = (message or b"") + head
        call = loader.lend("proto.ocppj_long").begin(head)
        if call:
            message = call[3]
            yield TEXT, call
        else:
            message = _room(head, size) if len(head) + size <= limit else False
            if message:
                head = None  # nothing is kept longer than it must
                yield from take(memoryview(message)[-size:] if size else b"")
                if last:
                    yield whole(message)
                return None if last else message
            yield LONG, beginning(head)
        head = None
    while size > 0:
        piece = yield from take(bytearray(min(size, _PIECE)))
        size -= len(piece)
        if message:
            message.feed(piece)
    if last and message:
        message.ended = True
    return None if last else message


def _room(head, size):
    """A bytearray that begins so and has room for so many bytes more; False: there is none."""
    try:
        message = loader.roomy(bytearray, len(head) + size)
    except MemoryError:
        return False
    message[: len(head)] = head
    return message


def beginning(message):
    """Its first characters; what is not ASCII becomes "?"."""
    head = bytearray(message[:_TOLD])
    for i in range(len(head)):
        if head[i] > 127:
            head[i] = 63
    return str(head, "utf-8")
