"""Dialling the central system: servers that stall, break off or send elsewhere, on the simulated clock."""

# Runs on the simulated chip.

import asyncio
import errno
import socket
import sys
from binascii import b2a_base64
from hashlib import sha1

import clock
from check import eq
from point import Box

from pilotwire.net import ocpp_dial

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


async def dialled(address):
    """-> what it raised, None; how many simulated seconds it took."""
    began = clock.now
    try:
        stream, rest = await ocpp_dial.dial(Box(), address)
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
        eq([name for name in sys.modules if name.endswith(("ws_handshake", "resolver", "udp", "redirect"))], [])
        eq(len(socket._open), before)

    async def send_on(stream, answer):
        await good(stream, b"HTTP/1.1 404 Not Found\r\n\r\n")

    play(send_on, check)
