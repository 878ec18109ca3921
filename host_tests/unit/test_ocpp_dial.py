"""Dialling the central system: servers that stall, break off or send elsewhere, on the simulated clock."""

# Runs on the simulated chip.

import asyncio
import errno
import socket
import sys
from binascii import a2b_base64, b2a_base64, unhexlify
from hashlib import sha1

import clock
from check import eq
from point import Box

from pilotwire.net import ocpp_dial
from pilotwire.store import journal_read

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_port = 19080


class Server:
    """Plays a server: `async with Server(play) as s`; the coroutine play(stream, answer) is called for each connection
    with what a central system would answer.
    """

    def __init__(self, play):
        self._play = play
        self.requests = []

    async def __aenter__(self):
        global _port
        _port += 1
        self.address = "ws://user:secret@127.0.0.1:%d/ocpp/CP1" % _port
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", _port)
        await asyncio.sleep_ms(0)
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, stream, _):
        request = (await stream.read(1024)).decode()
        self.requests.append(request.split("\r\n"))
        await self._play(stream, self._answer())
        stream.close()
        await stream.wait_closed()

    def _answer(self):
        key = [line[19:] for line in self.requests[-1] if line.startswith("Sec-WebSocket-Key: ")][0]
        accept = str(b2a_base64(sha1((key + _GUID).encode()).digest()), "ascii").strip()
        return (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n" % accept
        ).encode()


async def dialled(address, key="", box=None):
    """-> what it raised, None; how many simulated seconds it took. key: an AuthorizationKey for that address."""
    began = clock.now
    box = box or Box()
    if key:
        box.settings.values["ocppak"] = journal_read.peer(address) + " " + key
    try:
        stream, rest = await ocpp_dial.dial(box, address)
        stream.s.close()
        error = None
    except (OSError, ValueError, ocpp_dial.LinkError) as e:
        error = e
    return error, (clock.now - began) / 1_000_000


def play(play, check):
    async def run():
        async with Server(play) as server:
            await check(server)

    asyncio.run(run())


async def good(stream, answer):
    stream.write(answer)
    await stream.drain()


def test_a_good_answer_opens_the_connection():
    async def check(server):
        error, _ = await dialled(server.address)
        eq(error, None)
        eq(server.requests[0][0], "GET /ocpp/CP1 HTTP/1.1")
        assert "Authorization: Basic dXNlcjpzZWNyZXQ=" in server.requests[0]

    play(good, check)


def test_T05_a_handshake_that_stalls_at_any_byte_ends_after_15_s():
    async def stall(stream, answer):
        stream.write(answer[: len(server_.requests) - 1])
        await stream.drain()
        await asyncio.sleep(60)

    async def check(server):
        global server_
        server_ = server
        for size in range(161):
            error, s = await dialled(server.address)
            eq((type(error), error.errno), (OSError, errno.ETIMEDOUT))
            assert 14.9 < s < 16, (size, s)

    play(stall, check)


def test_T06_three_redirects_are_followed_a_fourth_is_not():
    async def check(server):
        for wanted, connections in ((3, 4), (4, 4)):
            server.left = wanted
            server.requests.clear()
            error, _ = await dialled(server.address)
            eq(len(server.requests), connections)
            eq(error is None, wanted == 3)
            if error:
                assert "elsewhere" in str(error) and "307" in str(error), str(error)
            assert all("Authorization: Basic dXNlcjpzZWNyZXQ=" in r for r in server.requests)

    async def send_on(stream, answer):
        if server_.left:
            server_.left -= 1
            answer = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /place%d\r\n\r\n" % server_.left
        await good(stream, answer)

    async def remember(server):
        global server_
        server_ = server
        await check(server)

    play(send_on, remember)


KEY = "00fe7a1b2c3d4e5f60718293a4b5c6d7"


def basic(user):
    """The header line of that user with that key."""
    return "Authorization: Basic " + str(b2a_base64(user + b":" + unhexlify(KEY)), "ascii").strip()


def test_SE02_the_user_of_a_key_is_the_identity_or_who_the_address_names():
    async def check(server):
        plain = server.address.replace("user:secret@", "")
        for address, user in (
            (server.address, b"user"),
            (plain, b"CP1"),
            (plain + "%20%C3%A4?a=/b", b"CP1 \xc3\xa4"),
        ):
            error, _ = await dialled(address, KEY)
            eq(error, None)
            assert basic(user) in server.requests[-1], server.requests[-1]

    play(good, check)


def test_T06_SE02_a_key_goes_along_to_the_same_host_and_port_only():
    async def check(server):
        async with Server(good) as stranger:
            there = "http" + stranger.address[2:].replace("user:secret@", "")
            for address in (server.address, server.address.replace("user:secret@", "")):
                box = Box()
                for place, last in (("/other/CP1", server), (there, stranger), (there.replace("//", "//x@"), stranger)):
                    server.place = place
                    eq((await dialled(address, KEY + " " + "5a" * 16, box))[0], None)
                    keys = box.settings.values["ocppak"].split(" ")[1:]
                    eq((place, len(keys)), (place, 1 if last is server else 2))  # proven where it was told only
                    told = [line.split(" ")[2] for line in last.requests[-1] if line.startswith("Authorization")]
                    eq((place, any(unhexlify(KEY) in a2b_base64(one) for one in told)), (place, last is server))

    async def send_on(stream, answer):
        place, server_.place = server_.place, None
        if place:
            answer = b"HTTP/1.1 307 Elsewhere\r\nLocation: %s\r\n\r\n" % place.encode()
        await good(stream, answer)

    async def remember(server):
        global server_
        server_ = server
        await check(server)

    play(send_on, remember)


def test_T06_a_redirect_to_wss_says_that_it_does_not_work_yet():
    async def send_on(stream, answer):
        await good(stream, b"HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1/ocpp/CP1\r\n\r\n")

    async def check(server):
        error, _ = await dialled(server.address)
        assert "wss:// does not work yet" in str(error), str(error)

    play(send_on, check)


def test_nothing_is_left_open_and_nothing_loaded_afterwards():

    async def check(server):
        before = len(socket._open)
        for _ in range(12):  # more than the chip has sockets
            await dialled(server.address)
        eq(
            [
                name
                for name in sys.modules
                if name.endswith(("ws_handshake", "resolver", "udp", "redirect", "ocpp_key"))
            ],
            [],
        )
        eq(len(socket._open), before)

    async def send_on(stream, answer):
        await good(stream, b"HTTP/1.1 404 Not Found\r\n\r\n")

    play(send_on, check)
