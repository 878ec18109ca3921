"""One connection to the central system: the randomness of its frames and its time-outs.

There is one loop and nothing else: ten times a second it hears what came, asks the charge point what to say, and
writes. So nothing happens at the same time, and whatever ends the connection is raised in one place.
"""

import asyncio
import errno
import os

from micropython import const

from pilotwire.core import ticks
from pilotwire.net.ocpp_link import LinkError, wanted
from pilotwire.ocpp.charge_point import ANSWER_S, PING_S
from pilotwire.proto import ocppj, ws

_TURN_MS = const(100)
_READ = const(255)  # takes one byte more: a torn heap has no large pieces
_SHOWN = const(190)  # characters of a message in the log
_OUT_MOST = const(2048)  # bytes that wait for a slow network; a server that reads nothing is left


class Session:
    """point: the ChargePoint; stream: the open connection."""

    def __init__(self, box, point, stream):
        self._box = box
        self._point = point
        self._stream = stream
        self._frames, self._ocppj = ws.Frames(), ocppj.OcppJ()
        self._pinged = False
        self._unanswered = self._called_ms = 0
        self._heard_ms = box.clock.ms()

    async def talk(self, address, data):
        """Until the address is not wanted any more. data: the first bytes.

        Raises OSError, ValueError, LinkError, MemoryError when something else ends it.
        """
        self._box.ocpp.connect(True)
        self._box.log.info("ocpp: connected")
        self._point.opened(address, self._heard_ms)
        while wanted(self._box) == address:
            self._turn(data)
            await asyncio.sleep_ms(0 if data else _TURN_MS)
            data = self._stream.s.read(_READ)  # None: there is nothing yet
            if data == b"":
                raise OSError(errno.ECONNRESET)

    def _turn(self, data):
        """Hears the data, then says what is due."""
        now_ms = self._box.clock.ms()
        if data:
            self._heard_ms, self._pinged = now_ms, False
            for kind, what in self._frames.receive(data):
                self._hear(kind, what, now_ms)
        self._watch_silence(now_ms)
        call = self._point.next_call(now_ms)
        if call:
            self._called_ms = now_ms
            self._text(self._ocppj.call(os.urandom(16).hex(), *call))
        waiting = self._stream.out_buf
        if waiting:
            self._stream.out_buf = b""
            self._stream.write(waiting)

    def _hear(self, kind, what, now_ms):
        if kind == ws.TEXT:
            self._message(what, now_ms)
        elif kind == ws.PING:
            self._send(ws.PONG, what)
        elif kind == ws.CLOSE:
            raise LinkError("the central system closed the connection" + (" (%d)" % what if what else ""))

    def _message(self, text, now_ms):
        self._box.log.debug("ocpp < " + text[:_SHOWN])
        try:
            kind, _, _, body = self._ocppj.receive(text) or (None, None, None, None)
        except ValueError:
            self._box.ocpp.failed("no OCPP message came from the central system: " + text[:40])
            return
        if kind == ocppj.CALL:
            answer = self._point.on_call(body)
            if answer:
                self._text(answer)
        elif kind:
            self._unanswered = 0
            if kind == ocppj.RESULT:
                self._point.on_answer(body, None, now_ms)
            else:
                self._point.on_answer(None, " ".join(body).strip(), now_ms)

    def _text(self, text):
        self._box.log.debug("ocpp > " + text[:_SHOWN])
        self._send(ws.TEXT, text.encode())

    def _send(self, opcode, payload):
        """What the network does not take at once waits in the stream for the next turn."""
        if len(self._stream.out_buf) > _OUT_MOST:
            raise LinkError("the central system takes no more messages")
        self._stream.write(ws.frame(opcode, payload, os.urandom(4)))

    def _watch_silence(self, now_ms):
        if self._ocppj.action and ticks.diff(now_ms, self._called_ms) > ANSWER_S * 1000:
            self._give_up(now_ms)
        silent_ms = ticks.diff(now_ms, self._heard_ms)
        if silent_ms > 2 * PING_S * 1000:
            raise LinkError("the central system has gone silent")
        if silent_ms > PING_S * 1000 and not self._pinged:
            self._pinged = True
            self._send(ws.PING, b"")

    def _give_up(self, now_ms):
        """MessageTimeout: the CALL is given up; the second in a row ends the connection (P-6)."""
        text = "the central system did not answer %s in %d s" % (self._ocppj.action, ANSWER_S)
        self._ocppj.give_up()
        self._point.on_answer(None, None, now_ms)
        self._unanswered += 1
        if self._unanswered > 1:
            raise LinkError(text)
        self._box.ocpp.failed(text)
