"""One connection to the central system: owns the socket, the randomness of the frames and the time-outs.

Three tasks: the reader hands what comes to the charge point, the tick asks it what to say, and the writer alone
writes.
"""

import asyncio
import errno
import gc
import os
import socket

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks
from pilotwire.net.ocpp_link import LinkError, wanted
from pilotwire.ocpp import patience
from pilotwire.proto import ocppj, ws

_TICK_MS = const(100)
_DIAL_S = const(15)
_READ = const(512)
_SHOWN = const(190)  # characters of a message in the log
_OUT_MOST = const(16)  # frames that wait for a slow network; a server that reads nothing is left


class Session:
    """address: the URL; point: the ChargePoint."""

    def __init__(self, box, point, address):
        self._box = box
        self._point = point
        self._address = address
        self._frames, self._ocppj = ws.Frames(), ocppj.OcppJ()
        self._out, self._wake, self._end = [], asyncio.Event(), None
        self._pinged = False
        self._unanswered = 0
        self._called_ms = self._heard_ms = 0

    async def run(self):
        """From the socket to its end; returns when the address is not wanted any more.

        Raises OSError, ValueError, LinkError, MemoryError when something else ends it.
        """
        gc.collect()
        s = socket.socket()
        try:
            s.setblocking(False)
            stream = asyncio.StreamReader(s)
            try:
                dial = loader.use("net.ocpp_dial").dial(s, stream, self._address)
                rest = await asyncio.wait_for(dial, _DIAL_S)
            except asyncio.TimeoutError:
                raise OSError(errno.ETIMEDOUT)
            loader.release("net.ocpp_dial")
            await self._talk(stream, rest)
        finally:
            self._point.closed()
            s.close()

    async def _talk(self, stream, rest):
        clock = self._box.clock
        self._heard_ms = clock.ms()
        self._box.ocpp.connect(True)
        self._box.log.info("ocpp: connected")
        self._point.opened(self._address, self._heard_ms)
        tasks = [asyncio.create_task(self._guard(part)) for part in (self._read(stream, rest), self._write(stream))]
        try:
            while not self._end and wanted(self._box) == self._address:
                self._tick(clock.ms())
                await asyncio.sleep_ms(_TICK_MS)
            end = self._end  # what comes after our goodbye is no news
            await self._goodbye(end)
        finally:
            for task in tasks:
                task.cancel()
        if end:
            raise end

    async def _guard(self, part):
        try:
            await part
        except Exception as e:
            self._end = self._end or e

    async def _goodbye(self, end):
        """Says why we go, and gives the writer half a second for it."""
        if isinstance(end, (OSError, MemoryError)):
            return
        code = end.code if isinstance(end, ws.WsError) else ws.GOING_AWAY
        self._out.append(ws.frame(ws.CLOSE, bytes((code >> 8, code & 255)), os.urandom(4)))
        self._wake.set()
        for _ in range(5):
            await asyncio.sleep_ms(_TICK_MS)
            if not self._out:
                return

    # ---- reader ----

    async def _read(self, stream, data):
        while True:
            for event in self._frames.receive(data):
                self._hear(*event)
            data = await stream.read(_READ)
            if not data:
                raise OSError(errno.ECONNRESET)
            self._heard_ms, self._pinged = self._box.clock.ms(), False

    def _hear(self, kind, what):
        if kind == ws.TEXT:
            self._message(what)
            self._ask()  # the line may be free now
        elif kind == ws.PING:
            self._send(ws.PONG, what)
        elif kind == ws.CLOSE:
            raise LinkError("the central system closed the connection" + (" (%d)" % what if what else ""))

    def _message(self, text):
        now_ms = self._box.clock.ms()
        self._box.log.debug("ocpp < " + text[:_SHOWN])
        try:
            event = self._ocppj.receive(text)
        except ocppj.CallError as e:
            self._text(ocppj.error(e.uid, e.code, e.text))
            return
        except ValueError:
            self._box.ocpp.failed("no OCPP message came from the central system: " + text[:40])
            return
        if not event:
            self._box.log.info("ocpp: an answer to nothing was ignored")
            return
        kind, uid, action, body = event
        if kind == ocppj.CALL:
            self._answer(uid, action, body, now_ms)
            return
        self._unanswered = 0
        if kind == ocppj.RESULT:
            self._point.on_result(body, now_ms)
        else:
            self._point.on_error(body[0], body[1], now_ms)

    def _answer(self, uid, action, body, now_ms):
        try:
            answer = self._point.on_call(action, body, now_ms)
            if answer is not None:
                self._text(ocppj.result(uid, answer))
        except ocppj.CallError as e:
            self._text(ocppj.error(uid, e.code, e.text))
        except LinkError:
            raise
        except Exception as e:  # our own mistake: the station goes on (ER10)
            self._box.log.error("ocpp: %s failed: %s %s" % (action, type(e).__name__, e))
            self._text(ocppj.error(uid, "InternalError", type(e).__name__))

    # ---- writer ----

    async def _write(self, stream):
        while True:
            while self._out:
                stream.out_buf = self._out[0]
                await stream.drain()
                self._out.pop(0)
            self._wake.clear()
            await self._wake.wait()

    def _text(self, text):
        self._box.log.debug("ocpp > " + text[:_SHOWN])
        self._send(ws.TEXT, text.encode())

    def _send(self, opcode, payload):
        if len(self._out) >= _OUT_MOST:
            raise LinkError("the central system takes no more messages")
        self._out.append(ws.frame(opcode, payload, os.urandom(4)))
        self._wake.set()

    # ---- tick ----

    def _tick(self, now_ms):
        try:
            self._point.watch(now_ms)
            self._watch_silence(now_ms)
            self._ask()
        except (LinkError, MemoryError) as e:
            self._end = self._end or e

    def _ask(self):
        """Sends what the charge point has to say now, if the line is free."""
        if self._ocppj.action:
            return
        now_ms = self._box.clock.ms()
        call = self._point.next_call(now_ms)
        if call:
            self._called_ms = now_ms
            self._text(self._ocppj.call(_uuid(), *call))

    def _watch_silence(self, now_ms):
        waited_ms = ticks.diff(now_ms, self._called_ms)
        if self._ocppj.action and waited_ms > patience.ANSWER_S * 1000:
            self._give_up(now_ms)
        silent_ms = ticks.diff(now_ms, self._heard_ms)
        if silent_ms > 2 * patience.PING_S * 1000:
            raise LinkError("the central system has gone silent")
        if silent_ms > patience.PING_S * 1000 and not self._pinged:
            self._pinged = True
            self._send(ws.PING, b"")

    def _give_up(self, now_ms):
        """MessageTimeout: the CALL is given up; the second in a row ends the connection (P-6)."""
        action = self._ocppj.action
        self._ocppj.give_up()
        self._point.on_timeout(now_ms)
        self._unanswered += 1
        text = "the central system did not answer %s in %d s" % (action, patience.ANSWER_S)
        if self._unanswered > 1:
            raise LinkError(text)
        self._box.ocpp.failed(text)


def _uuid():
    """A random UUID (RFC 4122, version 4): the message id (T15)."""
    x = bytearray(os.urandom(16))
    x[6], x[8] = x[6] & 15 | 64, x[8] & 63 | 128
    x = x.hex()
    return "-".join((x[:8], x[8:12], x[12:16], x[16:20], x[20:]))
