"""Dialling the central system: name, connect, handshake; what a failure is called and when to try again. Loaded for
it, released after.

Nothing here waits inside the interpreter: names go to our own resolver, connect() does not block.
"""

import errno
import os

from micropython import const

from pilotwire import loader
from pilotwire.net.ocpp_link import LinkError
from pilotwire.proto import url
from pilotwire.proto.ws import WsError

_READ = const(512)
_SENTENCES = {
    "ECONNREFUSED": "nobody listens at %s",
    "ECONNRESET": "%s closed the connection",
    "ECONNABORTED": "%s closed the connection",
    "EPIPE": "%s closed the connection",
    "ETIMEDOUT": "%s does not answer",
    "EHOSTUNREACH": "%s cannot be reached",
    "ENOTCONN": "%s cannot be reached",
}

_BROKEN = {
    1003: "the central system sent a binary message",
    1007: "the central system sent a message that is not UTF-8",
    1009: "the central system sent a message that is too long",
}
# Seconds until the next try, +-20 %; the first again after an accepted boot (T05)
PAUSES_S = (5, 5, 10, 20, 40, 80, 160, 300)


def pause_ms(tries):
    """How long to wait before dialling again after so many failures, never twice the same."""
    seconds = PAUSES_S[min(tries, len(PAUSES_S) - 1)]
    return seconds * (800 + 400 * os.urandom(1)[0] // 255)


async def dial(s, stream, address):
    """Opens a WebSocket on the fresh socket s and its stream. -> the bytes that came behind the handshake.

    Raises OSError, ValueError, LinkError.
    """
    scheme, user, password, host, port, path = url.split(address)
    if scheme != "ws":
        raise LinkError("%s:// does not work yet, only ws:// does" % scheme)
    try:
        ip = await loader.use("net.resolver").resolve(host)
        try:
            s.connect(loader.use("net.udp").address(ip, port))
        except OSError as e:
            if e.errno != errno.EINPROGRESS:
                raise
        shake = loader.use("proto.ws_handshake").Handshake(os.urandom(16), "ocpp1.6")
        # drain() waits until the socket is connected, write() would try at once
        stream.out_buf = shake.request(host, port, path, user, password)
        await stream.drain()
        rest = None
        while rest is None:
            data = await stream.read(_READ)
            if not data:
                raise OSError(errno.ECONNRESET)
            rest = shake.receive(data)
        return rest
    finally:
        for name in ("net.resolver", "net.udp", "proto.ws_handshake"):
            loader.release(name)


def shown(address):
    """The address without its password."""
    scheme, mark, rest = address.partition("://")
    login, at, place = rest.rpartition("@")
    return scheme + mark + login.partition(":")[0] + at + place


def sentence(e, address):
    """What went wrong, for people."""
    if isinstance(e, MemoryError):
        return "a message of the central system did not fit into memory"
    if isinstance(e, WsError):
        return _BROKEN.get(e.code, "the central system does not keep to the WebSocket protocol")
    if not isinstance(e, OSError) or not isinstance(e.errno, int):
        return str(e) or type(e).__name__
    name = errno.errorcode.get(e.errno, str(e.errno))
    place = shown(address).split("://")[-1].split("/")[0].split("@")[-1]
    return _SENTENCES.get(name, "no connection to %s (" + name + ")") % place
