"""One connection to the central system: the randomness of its frames and its time-outs.

Whatever comes is heard, and answered, as soon as it comes; ten times a second something may be due besides. Both are a
turn, in which nothing waits: so nothing happens at the same time. Whatever ends the connection leaves talk().
"""

import asyncio
import errno
import os

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks
from pilotwire.net.ocpp_link import LinkError, wanted
from pilotwire.proto import ocppj, ws

_TURN_MS = const(100)
_PART = const(100)  # characters that are masked and written at once, or some more
_READ = const(191)  # takes one byte more: a torn heap has no large pieces
_OUT_MOST = const(2048)  # bytes that wait for a slow network; a server that reads nothing is left


class Session:
    """point: the ChargePoint; stream: the open connection."""

    def __init__(self, box, point, stream):
        self._box = box
        self._point = point
        self._stream = stream
        self._frames, self._ocppj = ws.Frames(), ocppj.OcppJ()
        self._pinged = False
        self._calls = []  # CALLs of the central system that are not answered yet
        self._fragment = False  # an answer is being said in pieces: no other message may come between
        self._unanswered = self._called_ms = 0
        self._heard_ms = box.clock.ms()
        self._end = None  # what ended the listening

    async def talk(self, address, data):
        """Until the address is not wanted any more. data: the first bytes.

        Raises OSError, ValueError, LinkError, MemoryError when something else ends it.
        """
        self._box.ocpp.connect(True)
        self._box.log.info("ocpp: connected")
        self._point.opened(address, self._heard_ms)
        ear = asyncio.create_task(self._listen(data or None))
        try:
            while wanted(self._box) == address:
                self._turn(None)
                await asyncio.sleep_ms(_TURN_MS)
                if self._end:
                    raise self._end
        finally:
            ear.cancel()

    async def _listen(self, data):
        try:
            self._turn(data)
            while True:
                while self._calls:
                    await self._point.on_call(self._calls.pop(0), self._say, self._more)
                    self._turn(None)  # what it has set off
                await self._more()
        except Exception as e:
            self._end = e

    async def _more(self):
        """Waits for bytes and hears them."""
        data = await self._stream.read(_READ)
        if not data:
            raise OSError(errno.ECONNRESET)
        self._turn(data)

    def _turn(self, data):
        """Hears the data, then says what is due."""
        now_ms = self._box.clock.ms()
        if data:
            self._heard_ms, self._pinged = now_ms, False
            for kind, what in self._frames.receive(data):
                self._hear(kind, what, now_ms)
        self._watch_silence(now_ms)
        call = None if self._fragment else self._point.next_call(now_ms)
        if call:
            self._called_ms = now_ms
            self._tell(self._ocppj.call(os.urandom(16).hex(), *call))
        waiting = self._stream.out_buf
        if waiting:
            self._stream.out_buf = b""
            self._stream.write(waiting)

    def _hear(self, kind, what, now_ms):
        if kind == ws.PING:
            self._send(ws.PONG, what)
        elif kind == ws.CLOSE:
            raise LinkError("the central system closed the connection" + (" (%d)" % what if what else ""))
        elif kind != ws.PONG:
            self._message(what, kind == ws.LONG, now_ms)

    def _message(self, text, long, now_ms):
        if long:
            self._box.ocpp.failed("a message of the central system is too long")
        try:
            event = self._ocppj.receive(text, long)
        except ValueError:
            self._box.ocpp.failed("no OCPP message came from the central system: " + text[:40])
            return
        if not event:
            self._box.log.info("ocpp: an answer to nothing, or to what was given up: " + text[:40])
            return
        kind, _, _, body = event
        if kind == ocppj.CALL:
            self._calls.append(body)
            return
        self._unanswered = 0
        if kind == ocppj.RESULT:
            self._point.on_answer(body, None, now_ms)
        else:
            self._point.on_answer(None, body, now_ms)

    async def _say(self, text, more=False):
        """Sends an answer, or a piece of one when there is more to come; waits until the network has taken it."""
        self._text(text, more)
        while self._stream.out_buf:  # not drain(): it loses what is written meanwhile
            await asyncio.sleep_ms(_TURN_MS)

    def _text(self, text, more=False):
        opcode = ws.CONTINUATION if self._fragment else ws.TEXT
        self._fragment = more
        self._send(opcode, text, more)

    def _tell(self, message):
        """Sends a message in one frame that is in memory only in pieces."""
        self._box.log.debug("ocpp > " + message[2])
        self._has_room()
        key, part = os.urandom(4), ""
        size = sum([len(memoryview(piece)) for piece in ocppj.pieces(message)])
        self._stream.write(ws.head(ws.TEXT, size, key))
        for piece in ocppj.pieces(message):
            part += piece
            if len(part) >= _PART:
                key, part = self._part(part, key), ""
        self._part(part, key)

    def _part(self, text, key):
        data = ws.masked(text, key)
        self._stream.write(data)
        return ws.turned(key, len(data))

    def _has_room(self):
        if len(self._stream.out_buf) > _OUT_MOST:
            raise LinkError("the central system takes no more messages")

    def _send(self, opcode, payload, more=False):
        """What the network does not take at once waits in the stream for the next turn."""
        self._has_room()
        self._stream.write(loader.roomy(ws.frame, opcode, payload, os.urandom(4), more))

    def _watch_silence(self, now_ms):
        get = self._box.settings.get
        answer_s, ping_s = get("ocppmt"), get("ocppwp")
        action = self._ocppj.action
        if action and ticks.diff(now_ms, self._called_ms) > answer_s * 1000:
            self._ocppj.give_up()
            self._point.on_answer(None, None, now_ms)
            self._unanswered += 1
            loader.lend("net.ocpp_end").unanswered(self._box, action, answer_s, self._unanswered)
        silent_ms = ticks.diff(now_ms, self._heard_ms) if ping_s else 0
        if silent_ms > (ping_s + max(ping_s, answer_s)) * 1000:
            raise LinkError("the central system has gone silent")
        if silent_ms > ping_s * 1000 and not self._pinged:
            self._pinged = True
            self._send(ws.PING, b"")
