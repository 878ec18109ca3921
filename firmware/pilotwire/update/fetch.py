"""Fetches an update from a web server, by HTTP without TLS: the signature says whether it is good. Lent for it.

A connection that is cut is made anew, and goes on where it was when the server knows ranges (RFC 9110, 14.2).
"""

import asyncio
import socket
from errno import EINPROGRESS

from micropython import const

from pilotwire import loader

_LUMP = const(190)
_DIAL_S = const(15)
_SILENT_S = const(10)
_TRIES = const(4)
_PAUSE_MS = const(2000)
_PIECES = "update.work", "update.fetch", "proto.query", "proto.url", "net.udp", "net.resolver", "proto.http_client"


def start(box, url):
    """The key `oct`: begins at once, and tells how it goes by `upd`. Raises OSError, ValueError."""
    work = loader.lend("update.work")
    if url not in loader.lend("update.shown").ocu(box):
        raise ValueError("failed: want what ocu offers, which is what upu was set to")
    if work.busy(box) or box.restarting:
        raise OSError("another update is under way")
    for outlet in box.outlets:
        if not outlet.connector.is_open:
            raise OSError("a car charges, the update has to wait")
    box.tasks.start("update", run, box, url)


async def run(box, url):
    """The task that fetches it and goes on to install it."""
    loader.hold(_PIECES)
    try:
        await loader.bring(_PIECES)
        work = loader.lend("update.work")
        await work.begin(box, 0, 0)
        try:
            await _all(box, work, url)
        except BaseException as e:
            work.failed(box, "%s: %s" % (url[:60], e or type(e).__name__))
            raise
        version, at = await work.check(box)
        await work.finish(box, version, at)
    except (OSError, ValueError, MemoryError):
        pass  # failed() has told of it
    finally:
        loader.free(_PIECES)


async def _all(box, work, url):
    """Raises ValueError for what cannot be mended by another try, OSError."""
    scheme, _, _, host, port, path = loader.lend("proto.url").split(url)
    if scheme != "http":
        raise ValueError("want http://")
    tries, start = _TRIES, 0
    while True:
        try:
            return await _once(box, work, host, port, path, start)
        except OSError as e:
            tries -= 1
            if not tries:
                raise
            box.log.info("update: %s; tried again" % (e or type(e).__name__))
        await asyncio.sleep_ms(_PAUSE_MS)
        start = work.received() if box.update[1] else 0


async def _once(box, work, host, port, path, start):
    ip = await loader.lend("net.resolver").resolve(host)
    s = socket.socket()
    try:
        s.setblocking(False)
        try:
            s.connect(loader.lend("net.udp").address(ip, port))
        except OSError as e:
            if e.errno != EINPROGRESS:
                raise
        stream = asyncio.StreamReader(s)
        head = loader.lend("proto.http_client")
        stream.out_buf = head.request(host, port, path, start)  # drain() waits until the socket is connected
        await _soon(stream.drain(), _DIAL_S)
        answer, rest = head.Answer(), None
        while rest is None:
            rest = answer.feed(await _read(stream))
        await _body(box, work, stream, rest, answer.start(start), answer.size)
    finally:
        s.close()


async def _body(box, work, stream, data, start, size):
    if start + size > work.MOST:
        raise ValueError("%d bytes are too much for an update" % (start + size))
    work.check_room(size)
    inbox = work.Inbox(start)
    end = start + size
    try:
        while True:
            inbox.write(data[: end - inbox.size])
            work.tell(box, "receiving", inbox.size, end)
            if inbox.size >= end:
                return
            data = await _read(stream)
    finally:
        inbox.close()


async def _read(stream):
    data = await _soon(stream.read(_LUMP), _SILENT_S)
    if not data:
        raise OSError("the connection was closed")
    return data


async def _soon(what, most_s):
    try:
        return await asyncio.wait_for(what, most_s)
    except asyncio.TimeoutError:
        raise OSError("no answer")
