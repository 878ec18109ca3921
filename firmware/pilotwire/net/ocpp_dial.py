"""Dialling the central system: network, name, connect, handshake. Loaded for it, released after.

Nothing here waits inside the interpreter: names go to our own resolver, connect() does not block.
"""

import asyncio
import errno
import gc
import os
import socket

from micropython import const

from pilotwire import loader
from pilotwire.net.ocpp_link import LinkError, wanted

_DIAL_S = const(15)
_NETWORK_MS = const(20_000)  # the network may take so long before its absence is an error
_READ = const(191)  # takes one byte more: a torn heap has no large pieces
_REDIRECTS = const(3)  # T06
_IPPROTO_TCP = const(6)
_TCP_NODELAY = const(1)
_LATE = "net.ocpp_key", "proto.url", "proto.query", "net.resolver", "net.udp", "proto.ws_handshake", "proto.redirect"


async def dial(box, address, tries=0):
    """Opens a WebSocket, after so many failures in a row. -> (its stream, the bytes that came behind the handshake).

    Raises OSError, ValueError, LinkError, MemoryError.
    """
    await _network(box, address)
    gc.collect()
    redirects, first = 0, address
    password = loader.use("net.ocpp_key").password(box, first, tries)
    try:
        while True:
            try:
                opened = await _connect(address, password)
                loader.use("net.ocpp_key").opened(box, first, tries)
                return opened
            except ValueError as e:
                redirects += 1
                location = getattr(e, "location", None)
                if not location or redirects > _REDIRECTS:
                    raise
                address = loader.use("proto.redirect").follow(address, location)
                if not first or address.split("/")[2] != first.split("/")[2]:
                    first, password = "", None  # for the same host and port only
    finally:
        for name in _LATE:
            loader.release(name)


async def _connect(address, password):
    s = socket.socket()
    rest = None
    try:
        s.setblocking(False)
        s.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)  # else a message in pieces waits for a peer's delayed ACK
        stream = asyncio.StreamReader(s)
        rest = await asyncio.wait_for(_open(s, stream, address, password), _DIAL_S)
        return stream, rest
    except asyncio.TimeoutError:
        raise OSError(errno.ETIMEDOUT)
    finally:
        if rest is None:
            s.close()


async def _network(box, address):
    """Waits for the station, so that a dial is not wasted on its absence."""
    waited_ms = 0
    while not box.wifi.connected and wanted(box) == address:
        await asyncio.sleep_ms(500)
        waited_ms += 500
        if waited_ms == _NETWORK_MS:
            box.ocpp.failed("the wallbox is not on the network")


async def _open(s, stream, address, password):
    scheme, user, said, host, port, path = loader.use("proto.url").split(address)
    if scheme != "ws":
        raise LinkError("%s:// does not work yet, only ws:// does" % scheme)
    ip = await loader.use("net.resolver").resolve(host)
    try:
        s.connect(loader.use("net.udp").address(ip, port))
    except OSError as e:
        if e.errno != errno.EINPROGRESS:
            raise
    shake = loader.use("proto.ws_handshake").Handshake(os.urandom(16), "ocpp1.6")
    # drain() waits until the socket is connected, write() would try at once
    stream.out_buf = shake.request(host, port, path, user, password or said)
    await stream.drain()
    rest = None
    while rest is None:
        data = await stream.read(_READ)
        if not data:
            raise OSError(errno.ECONNRESET)
        rest = shake.receive(data)
    return rest
