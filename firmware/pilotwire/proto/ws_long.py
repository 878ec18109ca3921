"""A WebSocket message that is too long, or finds no room in memory: its beginning is told, the rest is let pass. Loaded
when one comes.
"""

from micropython import const

from pilotwire.proto.ws import LONG

_HEAD = const(64)  # bytes: type and id of an OCPP message are in them
_PIECE = const(256)


def let_pass(take, size, message):
    """A frame of so many bytes; take(buffer) waits for them. message: the fragments before it, or None; False: what it
    belongs to has been told. Yields the event, and what take() yields.
    """
    body = yield from take(bytearray(min(size, _HEAD)))
    if message is not False:
        yield LONG, beginning((message or b"")[:_HEAD] + body)
    for at in range(_HEAD, size, _PIECE):
        yield from take(bytearray(min(size - at, _PIECE)))


def beginning(message):
    """Its first characters; what is not ASCII becomes "?"."""
    head = bytearray(message[:_HEAD])
    for i in range(len(head)):
        if head[i] > 127:
            head[i] = 63
    return str(head, "utf-8")
