"""The HTTP server on real sockets: who is served, who has to make room, and what an attacker gets."""

import asyncio
import sys
import time

from check import eq, raises

# The clients are here too: more sockets than the simulated chip has.
sys.path[:] = [folder for folder in sys.path if not folder.endswith("sim/chip")]

from pilotwire import loader  # noqa: E402
from pilotwire.net import http_server  # noqa: E402
from pilotwire.proto import http_answer  # noqa: E402

_GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
MOST = http_server.MOST
_port = 18080


class Log:
    def __init__(self):
        self.lines = []

    def warn(self, text):
        self.lines.append(text)

    error = warn


class Bench:
    """A server on a free port and clients for it: `async with Bench(answer) as b`."""

    def __init__(self, answer):
        self._make = answer
        self.log = Log()

    async def __aenter__(self):
        global _port
        for _ in range(50):
            _port += 1
            self.server = http_server.HttpServer(self._make, self.log, _port)
            self.task = asyncio.create_task(self.server.run())
            await asyncio.sleep_ms(5)
            if not self.task.done():
                return self
        raise OSError("no free port")

    async def __aexit__(self, *_):
        self.task.cancel()
        try:
            await self.task
        except asyncio.CancelledError:
            pass
        eq(self.server._open, [])

    async def connect(self):
        return (await asyncio.open_connection("127.0.0.1", _port))[0]

    async def connect_many(self, count):
        streams = []
        for _ in range(count):
            streams.append(await self.connect())
        return streams

    async def ask(self, *pieces):
        """-> the whole answer to what was sent piece by piece."""
        stream = await self.connect()
        for piece in pieces:
            stream.write(piece)
            await stream.drain()
        return await answer_on(stream)


async def answer_on(stream):
    try:
        return await asyncio.wait_for(stream.read(-1), 5)
    finally:
        stream.close()
        await stream.wait_closed()


async def hello(request):
    return 200, "text/plain", b"hello " + request.path.encode(), ""


def status(answer):
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else answer


async def test_a_request_is_answered_and_the_connection_closed():
    async with Bench(hello) as b:
        answer = await b.ask(b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        eq(status(answer), 200)
        assert b"\r\nContent-Length: 8\r\n" in answer and b"\r\nConnection: close\r\n" in answer, answer
        eq(answer.split(b"\r\n\r\n")[1], b"hello /x")


async def test_a_head_request_gets_no_body():
    async with Bench(hello) as b:
        answer = await b.ask(b"HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"Content-Length: 8\r\n" in answer and answer.endswith(b"\r\n\r\n"), answer


async def test_it_may_come_byte_by_byte():
    async with Bench(hello) as b:
        eq(status(await b.ask(*[_GET[i : i + 1] for i in range(len(_GET))])), 200)


async def test_a_streamed_answer_arrives_whole_and_other_tasks_get_their_turn():
    turns = []

    async def big(request):
        return 200, "text/plain", (b"%03d" % i * 100 for i in range(100)), ""

    async def other():
        while True:
            turns.append(time.ticks_us())
            await asyncio.sleep_ms(0)

    async with Bench(big) as b:
        task = asyncio.create_task(other())
        answer = await b.ask(_GET)
        task.cancel()
        eq(answer.split(b"\r\n\r\n")[1], b"".join(b"%03d" % i * 100 for i in range(100)))
        assert len(turns) > 100, len(turns)


async def test_a_piece_of_nothing_costs_a_turn_and_only_none_asks_for_a_pause():
    async def big(request):
        return 200, "text/plain", iter([b"", b"x"] * 50), ""

    async def short(request):
        return 200, "text/plain", iter([None, b"x"] * 2), ""

    for answer, least_ms, most_ms in ((big, 0, 200), (short, 250, 1000)):
        async with Bench(answer) as b:
            began_ms = time.ticks_ms()
            assert (await b.ask(_GET)).endswith(b"xx")
            took_ms = time.ticks_diff(time.ticks_ms(), began_ms)
            assert least_ms <= took_ms < most_ms, took_ms


async def test_an_answer_larger_than_the_buffers_waits_for_a_slow_reader():
    async def big(request):
        return 200, "text/plain", (b"x" * 500 for i in range(4000)), ""

    async with Bench(big) as b:
        stream = await b.connect()
        stream.write(_GET)
        await stream.drain()
        await asyncio.sleep_ms(100)
        eq(status(await b.ask(b"bad\r\n\r\n")), 400)  # meanwhile others are served
        size = 0
        while True:
            lump = await stream.read(8192)
            if not lump:
                break
            size += len(lump)
        stream.s.close()
        eq(size - len(http_answer.head(200, "text/plain")), 2_000_000)


async def test_twenty_idle_sockets_lock_nobody_out():
    async with Bench(hello) as b:
        idle = await b.connect_many(20)
        start = time.ticks_ms()
        eq(status(await b.ask(_GET)), 200)
        assert time.ticks_diff(time.ticks_ms(), start) < 1000
        assert b.server.dropped > 0
        assert len(b.server._open) <= MOST
        for stream in idle:
            stream.s.close()


async def test_half_requests_lock_nobody_out_and_are_told_408():
    async with Bench(hello) as b:
        half = await b.connect_many(MOST)
        for stream in half:
            stream.write(b"GET / HT")
            await stream.drain()
        eq(status(await b.ask(_GET)), 200)
        for connection in b.server._open:
            connection.allow(0)
        eq(status(await answer_on(half[-1])), 408)
        eq(b.server.dropped, 1 + MOST - 1)  # one made room


async def test_when_all_are_being_answered_the_next_is_told_503_at_once():
    gate = asyncio.Event()

    async def slow(request):
        await gate.wait()
        return 200, "text/plain", b"at last", ""

    async with Bench(slow) as b:
        waiting = [asyncio.create_task(b.ask(_GET)) for _ in range(MOST)]
        while sum(not c.waiting for c in b.server._open) < MOST:
            await asyncio.sleep_ms(5)
        start = time.ticks_ms()
        answer = await b.ask(_GET)
        eq(status(answer), 503)
        assert b"Content-Length" in answer and b"too many" in answer, answer
        assert time.ticks_diff(time.ticks_ms(), start) < 500
        gate.set()
        for task in waiting:
            eq(status(await task), 200)
        eq(b.server.refused, 1)


async def test_a_200_kib_header_is_answered_431_though_the_client_sends_it_all():
    async with Bench(hello) as b:
        answer = await b.ask(b"GET / HTTP/1.1\r\nHost: a\r\nCookie: ", *[b"x" * 10_000] * 20, b"\r\n\r\n")
        eq(status(answer), 431)
        assert b'{"error": "' in answer, answer


async def test_an_exception_in_the_answer_is_a_500_and_does_not_leave_its_task():
    async def broken(request):
        raise KeyError("oops")

    async with Bench(broken) as b:
        eq(status(await b.ask(_GET)), 500)
        eq(status(await b.ask(_GET)), 500)
        eq(len(b.log.lines), 2)
        assert "KeyError" in b.log.lines[0], b.log.lines


async def test_an_exception_in_the_middle_of_the_body_ends_only_that_connection():
    def pieces():
        yield b"begun"
        raise ValueError("oops")

    async def broken(request):
        return 200, "text/plain", pieces(), ""

    async with Bench(broken) as b:
        assert (await b.ask(_GET)).endswith(b"begun")
        assert (await b.ask(_GET)).endswith(b"begun")
        eq(len(b.log.lines), 2)


async def test_no_memory_is_a_503():
    async def hungry(request):
        raise MemoryError

    async with Bench(hungry) as b:
        eq(status(await b.ask(_GET)), 503)


async def test_no_memory_for_a_newcomer_closes_it():
    class Newcomer:
        closed = False

        def setblocking(self, on):
            raise MemoryError

        def close(self):
            self.closed = True

    newcomer = Newcomer()
    server = http_server.HttpServer(hello, Log(), 0)
    raises(MemoryError, server._admit, newcomer, ("127.0.0.1", 1))
    eq((newcomer.closed, server._open), (True, []))


async def test_no_memory_for_a_request_is_a_503():
    class Hungry:
        surplus, method = False, "GET"

        def feed(self, data):
            raise MemoryError

    http = loader.use("proto.http")
    request, http.Request = http.Request, Hungry
    try:
        async with Bench(hello) as b:
            eq(status(await b.ask(_GET)), 503)
    finally:
        http.Request = request


async def test_clients_that_hang_up_at_any_point_leave_nothing_behind():
    async with Bench(hello) as b:
        for at in range(0, len(_GET) + 1, 3):
            stream = await b.connect()
            stream.write(_GET[:at])
            await stream.drain()
            stream.close()
            await stream.wait_closed()
        await asyncio.sleep_ms(100)
        eq(b.server._open, [])
        eq(status(await b.ask(_GET)), 200)


async def test_a_taken_port_is_an_os_error_of_run():
    async with Bench(hello):
        second = http_server.HttpServer(hello, Log(), _port)
        try:
            await asyncio.wait_for(second.run(), 1)
        except OSError as e:
            assert not isinstance(e, asyncio.TimeoutError), e
            return
        raise AssertionError("two servers on one port")
