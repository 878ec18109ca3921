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
from pilotwire.ocpp.charge_point import ANSWER_S, PING_S
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
        self._box.log.debug("ocpp < " + text[:_SHOWN])
        uid = None
        try:
            event = self._ocppj.receive(text)
            if event:
                uid = event[1]
                self._act(*event)
        except ocppj.CallError as e:
            self._text(ocppj.error(uid or e.uid, e.code, e.text))
        except ValueError:
            self._box.ocpp.failed("no OCPP message came from the central system: " + text[:40])

    def _act(self, kind, uid, action, body):
        now_ms = self._box.clock.ms()
        if kind == ocppj.CALL:
            answer = self._point.on_call(action, body, now_ms)
            if answer is not None:
                self._text(ocppj.result(uid, answer))
            return
        self._unanswered = 0
        if kind == ocppj.RESULT:
            self._point.on_result(body, now_ms)
        else:
            self._point.on_error(body[0], body[1], now_ms)

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
            self._text(self._ocppj.call(os.urandom(16).hex(), *call))

    def _watch_silence(self, now_ms):
        waited_ms = ticks.diff(now_ms, self._called_ms)
        if self._ocppj.action and waited_ms > ANSWER_S * 1000:
            self._give_up(now_ms)
        silent_ms = ticks.diff(now_ms, self._heard_ms)
        if silent_ms > 2 * PING_S * 1000:
            raise LinkError("the central system has gone silent")
        if silent_ms > PING_S * 1000 and not self._pinged:
            self._pinged = True
            self._send(ws.PING, b"")

    def _give_up(self, now_ms):
        """MessageTimeout: the CALL is given up; the second in a row ends the connection (P-6)."""
        action = self._ocppj.action
        self._ocppj.give_up()
        self._point.on_timeout(now_ms)
        self._unanswered += 1
        text = "the central system did not answer %s in %d s" % (action, ANSWER_S)
        if self._unanswered > 1:
            raise LinkError(text)
        self._box.ocpp.failed(text)
