"""Takes the body of a request as an update, in small pieces straight to flash. Lent for it."""

import json
from asyncio import core

from micropython import const

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_LUMP = const(190)
_SILENT_MS = const(10_000)  # a sender that is silent for so long has gone
_CHECK_MS = const(120_000)  # to look through all of it


async def take(box, request):
    """-> (status, content type, body, extra head lines). 200: all is there and good, it is being installed, or a part
    of it is there; 409: not now, or not from this byte on; 400: it is refused, and forgotten.
    """
    work = loader.lend("update.work")
    try:
        start, end, size = _range(request.headers)
        await work.begin(box, start, size)
    except ValueError as e:
        return problem(411, str(e))
    except OSError as e:
        return _told(work, 409, error=str(e))
    try:
        await _receive(box, work, request, start, end, size)
    except OSError as e:
        work.failed(box, "cut off: %s" % e)
        return _told(work, 507, error=str(e))  # or nobody is there to read it
    except BaseException as e:
        work.failed(box, "cut off: %s" % type(e).__name__)
        raise
    if end < size:
        work.failed(box, "the rest is still to come")
        return _told(work, 200)
    request.connection.allow(_CHECK_MS)
    try:
        version, at = await work.check(box)
    except ValueError as e:
        return _told(work, 400, error=str(e))
    box.tasks.start("update", work.finish, box, version, at)
    return _told(work, 200, version=version)


def _told(work, status, **what):
    what["received"] = work.received()
    return status, "application/json", json.dumps(what).encode(), ""


def _range(headers):
    """-> (first byte, byte behind the last one, bytes of the whole). "bytes 1000-1999/5000" (RFC 9110, 14.4). Raises
    ValueError.
    """
    size = int(headers.get("content-length", "0"))
    if not size:
        raise ValueError("want the update as the body, and its Content-Length")
    text = headers.get("content-range")
    if not text:
        return 0, size, size
    unit, _, rest = text.partition(" ")
    rest, _, whole = rest.partition("/")
    first, _, last = rest.partition("-")
    if unit == "bytes" and first.isdigit() and last.isdigit() and whole.isdigit():
        first, last, whole = int(first), int(last) + 1, int(whole)
        if last - first == size and last <= whole:
            return first, last, whole
    raise ValueError("want Content-Range: bytes FIRST-LAST/SIZE")


async def _receive(box, work, request, start, end, size):
    """Raises OSError: the peer has gone, or the flash is full."""
    connection, data = request.connection, request.rest
    inbox = work.Inbox(start)
    try:
        while True:
            data = data[: end - inbox.size]
            inbox.write(data)
            work.tell(box, "receiving", inbox.size, size)
            if inbox.size >= end:
                return
            await work.turn()
            connection.allow(_SILENT_MS)
            data = await _read(connection.sock)
    finally:
        inbox.close()


async def _read(sock):
    while True:
        data = sock.read(_LUMP)
        if data:
            return data
        if data is not None:
            raise OSError("the connection was closed")
        await _readable(sock)


def _readable(sock):
    yield core._io_queue.queue_read(sock)
