"""Two small UDP services the simulated network offers: a name server and a time server.

Names are looked up by the host's own resolver, A records only; but a time server's name always has
an address, because every question for the time ends here. Time is the world's, as --clock set it.
"""

import asyncio
import socket
import struct

_TTL_S = 60
_A, _IN = 1, 1
_NO_NAME = 3
_NTP_EPOCH_S = 2_208_988_800  # 1900 to 1970
_CLIENT, _SERVER = 3, 4
_TIME_SERVER = "192.0.2.123"  # an address of nobody (RFC 5737)


def question(query):
    """The name, type and end of the one question of a DNS query. ValueError: not such a query (RFC
    1035 4.1).
    """
    if len(query) < 12 or query[2] & 0x80 or query[4:6] != b"\0\1":
        raise ValueError("not a query with one question")
    labels, at = [], 12
    while length := query[at] if at < len(query) else 64:
        at += 1 + length
        if length > 63 or at > len(query):
            raise ValueError("bad name")  # or a pointer, which has no place in a question
        labels.append(query[at - length : at].decode("ascii"))
    at += 1
    if len(query) < at + 4:
        raise ValueError("cut short")
    kind, kin = struct.unpack(">HH", query[at : at + 4])
    return ".".join(labels), kind if kin == _IN else 0, at + 4


def dns_answer(query, end, addresses, code=0):
    """The response to a query whose question ends at `end`, with these IPv4 addresses."""
    flags = 0x8180 | code  # a response, recursion available
    head = query[:2] + struct.pack(">HHHHH", flags, 1, len(addresses), 0, 0)
    record = struct.pack(">HHHIH", 0xC00C, _A, _IN, _TTL_S, 4)
    return head + query[12:end] + b"".join(record + socket.inet_aton(a) for a in addresses)


def ntp_answer(request, utc_s):
    """The response of a stratum 2 server (RFC 5905 7.3). utc_s: seconds since 1970, a fraction is
    fine.
    """
    stamp = struct.pack(">Q", round((utc_s + _NTP_EPOCH_S) * 2**32) & (2**64 - 1))
    version = request[0] & 0x38
    head = bytes((version | _SERVER, 2, request[2], 0xEC)) + struct.pack(">II4s", 0, 0, b"SIM\0")
    return head + stamp + request[40:48] + stamp + stamp


class Names(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, query, peer):
        self._task = asyncio.ensure_future(self._look_up(query, peer))

    async def _look_up(self, query, peer):
        try:
            name, kind, end = question(query)
        except ValueError:
            return
        try:
            addresses, code = await _addresses(name), 0
        except (OSError, UnicodeError):
            addresses, code = [], _NO_NAME
        shown = addresses if kind == _A else []
        self._transport.sendto(dns_answer(query, end, shown, code), peer)


async def _addresses(name):
    """IPv4 addresses of a name. OSError: it has none."""
    if "ntp" in name or name.startswith("time."):
        return [_TIME_SERVER]
    found = await asyncio.get_running_loop().getaddrinfo(name, None, family=socket.AF_INET, type=socket.SOCK_STREAM)
    return [entry[4][0] for entry in found]


class Time(asyncio.DatagramProtocol):
    """moment(act): as Link.moment, so that the time is not older than the question. utc_s(): the
    world's time.
    """

    def __init__(self, moment, utc_s):
        self._moment = moment
        self._utc_s = utc_s

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, request, peer):
        if len(request) >= 48 and request[0] & 7 == _CLIENT:
            self._task = asyncio.ensure_future(self._reply(request, peer))

    async def _reply(self, request, peer):
        utc_s = await self._moment(self._utc_s)
        self._transport.sendto(ntp_answer(request, utc_s), peer)


async def listen(protocol):
    """Open a UDP service on a free local port -> "HOST:PORT"."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: protocol, local_addr=("127.0.0.1", 0)
    )
    host, port = transport.get_extra_info("sockname")
    return f"{host}:{port}"
