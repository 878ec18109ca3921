"""One question and one answer over UDP, without ever blocking: for names and for the time."""

import asyncio
import socket

from micropython import const

_POLL_MS = const(20)
_TRIES = const(3)
_PATIENCE_MS = const(1500)  # of the first try; each next one waits twice as long


def address(ip, port):
    """What connect() and sendto() want. ip is a literal, so getaddrinfo() asks nobody and does not block."""
    return socket.getaddrinfo(ip, port)[0][-1]


async def ask(ip, port, request, accept):
    """Sends the request, again when nothing comes; gives the first packet that accept(packet) holds for an answer.
    Raises OSError.
    """
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.setblocking(False)
        peer = address(ip, port)
        for n in range(_TRIES):
            s.sendto(request, peer)
            for _ in range((_PATIENCE_MS << n) // _POLL_MS):
                await asyncio.sleep_ms(_POLL_MS)
                packet = _received(s, ip)
                if packet and accept(packet):
                    return packet
    finally:
        s.close()
    raise OSError("no answer from %s" % ip)


def _received(s, ip):
    try:
        packet, peer = s.recvfrom(512)
    except OSError:  # nothing there yet (EAGAIN), or an ICMP error: the next try decides
        return None
    return packet if peer[0] == ip else None
