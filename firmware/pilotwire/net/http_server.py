"""The HTTP door: a bounded number of connections, one request each, answered in small pieces.

Why not asyncio.start_server: it takes any number of connections, reads lines of any length and
retries a failing accept without a pause. Here

- at most MOST connections are open. A newcomer takes the place of the oldest one whose request
  is not complete (an idle socket, a slow sender); when all are being answered it is told 503 at
  once;
- every connection has a deadline for its request and one for its answer;
- an answer goes out in pieces of at most _PIECE bytes with a turn of the loop after each: a slow
  chip is never busy for long;
- an exception ends the connection it happened in, is logged and counted, and nothing else.

Each connection has one task, its only reader and writer. `Connection: close` always: a kept
connection would be one place less.
"""

import asyncio
import socket
from asyncio import core
from errno import EAGAIN
from time import ticks_add, ticks_diff, ticks_ms

from micropython import const

from pilotwire import loader

MOST = const(5)  # of the ten sockets that lwIP has: the listener, OCPP, a question and others need theirs
_ACCEPTS = const(4)  # newcomers in one go
_PIECE = const(512)  # bytes written at once
_LUMP = const(191)  # bytes read at once
_LUMPS = const(6)  # of a request that is not heard
_REQUEST_MS = const(5000)  # from accept to the whole request
_ANSWER_MS = const(15000)  # for the whole answer
_SHORT_MS = const(150)
_PARSER = ("proto.http",)
_LINGER_MS = const(2000)  # for a client that still sends after we refused


class HttpServer:
    """answer: async function of what a complete http.Request asks for -> (status, content type, body, extra head
    lines); the body is bytes, or an iterator of bytes (b"": others shall have their turn; None: no memory now, it asks
    for a pause).

    Counters: .refused (told 503), .dropped (had to make room, or were too slow).
    """

    def __init__(self, answer, log, port=80):
        self._answer = answer
        self._log = log
        self._port = port
        self._open = []  # in the order of their accept
        self._busy = _said(503, "too many requests at once")  # made once: it is sent when there is no time
        self.refused = self.dropped = 0

    async def run(self):
        """Serves until cancelled. Raises OSError when the port cannot be had."""
        listener = _listen(self._port)
        janitor = asyncio.create_task(self._expire())
        try:
            while True:
                await _until(core._io_queue.queue_read, listener)
                try:
                    for _ in range(_ACCEPTS):
                        if self._admit(*listener.accept()):
                            break
                except (OSError, MemoryError) as e:
                    if getattr(e, "errno", 0) != EAGAIN:  # no socket or no memory is left: never in a tight loop
                        self._log.warn("http: accept: %s" % e)
                        await asyncio.sleep_ms(200)
                await asyncio.sleep_ms(0)
        finally:
            listener.close()
            janitor.cancel()
            for connection in tuple(self._open):
                self._drop(connection)

    def _admit(self, sock, address):
        """Gives the newcomer a place or says that there is none. True: somebody had to make room for it, and before
        that happens again all shall have their turn to read what has come.
        """
        try:
            return self._place(_Connection(sock, address[0]))
        except MemoryError:
            sock.close()  # nobody else knows it
            raise

    def _place(self, connection):
        connection.sock.setblocking(False)
        full = len(self._open) >= MOST
        if full:
            idle = [other for other in self._open if other.waiting]
            if not idle:
                self.refused += 1
                connection.last_words(self._busy)
                connection.close()
                return False
            self._drop(idle[0])
        self._open.append(connection)
        connection.task = asyncio.create_task(self._serve(connection))
        return full

    def _drop(self, connection):
        self.dropped += 1
        self._open.remove(connection)
        connection.task.cancel()
        connection.close()  # here, because a task that is cancelled before its first step never runs its finally

    async def _expire(self):
        while True:
            await asyncio.sleep_ms(250)
            now = ticks_ms()
            for connection in tuple(self._open):
                if ticks_diff(now, connection.deadline) >= 0:
                    if connection.waiting and not connection.answered:
                        connection.last_words(_said(408, "request not complete after 5 s"))
                    self._drop(connection)

    async def _serve(self, connection):
        try:
            answer, with_body, surplus = await self._exchange(connection)
            await self._send(connection, with_body, *answer)
            if surplus:  # closing on unread bytes would destroy the answer on its way
                connection.allow(_LINGER_MS)
                while True:
                    await connection.read()
                    await asyncio.sleep_ms(0)
        except OSError:
            pass  # the peer has gone
        except Exception as e:
            self._log.error("http: %s %s" % (type(e).__name__, e))
        finally:
            connection.close()
            if connection in self._open:
                self._open.remove(connection)

    async def _exchange(self, connection):
        """Reads the request and has it answered -> (what problem() returns, whether its body is wanted, whether the
        peer sent more). OSError: the peer has gone.
        """
        asked, answer, surplus = await self._hear(connection)
        if asked:
            connection.allow(_ANSWER_MS)
            answer = await self._answer_to(asked)
        return answer, not asked or asked.method != "HEAD", surplus

    async def _hear(self, connection):
        """-> (_Asked, None, whether the peer sent more) or (None, the answer that refuses it, True). The parser may go
        after that: nothing of it is kept.
        """
        loader.hold(_PARSER)
        try:
            http = loader.lend(_PARSER[0])
            request = http.Request()
            try:
                while not request.feed(await connection.read()):
                    await asyncio.sleep_ms(0)
            except http.Refused as e:
                return None, _answers().problem(e.status, str(e)), True  # very likely
            except MemoryError:
                loader.let_go()
                return None, _short(), True
            return _Asked(request, connection), None, request.surplus
        finally:
            loader.free(_PARSER)

    async def _answer_to(self, request):
        try:
            return await self._answer(request)
        except MemoryError:
            loader.let_go()
            return _short()
        except Exception as e:
            self._log.error("http: %s: %s %s" % (request.path[:32], type(e).__name__, e))
            return _answers().problem(500, "internal error")

    async def _send(self, connection, with_body, status, kind, body, extra):
        connection.allow(_ANSWER_MS)
        connection.answered = True
        whole = isinstance(body, bytes)
        try:
            await _write(connection.sock, _answers().head(status, kind, len(body) if whole else None, extra))
            for piece in () if not with_body else (body,) if whole else body:
                if piece:
                    await _write(connection.sock, piece)
                else:  # without memory for the next one: others may be done with theirs soon
                    await asyncio.sleep_ms(_SHORT_MS if piece is None else 0)
        finally:
            if not whole:
                body.close()


class _Asked:
    """What a request asks for."""

    def __init__(self, request, connection):
        self.method = request.method
        self.path = request.path
        self.query = request.query
        self.headers = request.headers
        self.rest, self.connection = request.rest, connection  # for who takes a body


class _Connection:
    def __init__(self, sock, peer):
        self.sock = sock
        self.peer = peer  # its address
        self.task = None
        self.waiting = False  # for bytes of the peer: who needs the place may have it
        self.answered = False
        self.allow(_REQUEST_MS)

    def allow(self, limit_ms):
        self.deadline = ticks_add(ticks_ms(), limit_ms)

    async def read(self):
        """The next bytes. Raises OSError when the peer has gone."""
        while True:
            data = self.sock.read(_LUMP)
            if data:
                return data
            if data is not None:
                raise OSError("closed")
            self.waiting = True
            await _until(core._io_queue.queue_read, self.sock)
            self.waiting = False

    def last_words(self, answer):
        """Says why, without waiting: what does not fit at once is lost. Reads first, for closing on unread bytes would
        destroy the answer on its way.
        """
        try:
            for _ in range(_LUMPS):
                if not self.sock.read(_LUMP):
                    break
            self.sock.write(answer)
        except OSError:
            pass

    def close(self):
        """Once: a second close of a number that was given away again would hit a stranger."""
        if self.sock:
            self.sock.close()
            self.sock = None


def _answers():
    return loader.lend("proto.http_answer")


def _short():
    return _answers().problem(503, "out of memory, try again")


def _said(status, text):
    _, kind, body, extra = _answers().problem(status, text)
    return _answers().head(status, kind, len(body), extra) + body


def _listen(port):
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(socket.getaddrinfo("0.0.0.0", port)[0][-1])  # a number: asks no name server
        listener.listen(16)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _until(ready, sock):
    """Awaitable until the socket can be read (or accepted from), or written: what asyncio's own streams await."""
    yield ready(sock)


async def _write(sock, data):
    view = memoryview(data)
    while view:
        count = sock.write(view[:_PIECE])
        if count is None:  # the peer reads slower than we write
            await _until(core._io_queue.queue_write, sock)
        else:
            view = view[count:]
            await asyncio.sleep_ms(0)
