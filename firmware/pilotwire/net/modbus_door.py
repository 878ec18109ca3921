"""The Modbus TCP door: a few connections, each asked and answered one question after the other. Loaded while "men" is
on, and only then.

Who has said nothing for the longest makes room for a newcomer, unless that was a moment ago. A client is heard so many
times a second at the most, and what it does not read waits with it.

Source: Modbus Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.
"""

import asyncio
import socket
from time import ticks_diff, ticks_ms

from micropython import const

from pilotwire import loader

_MOST = const(2)  # connections: lwIP has ten sockets, HTTP and OCPP need theirs
_TURN_MS = const(100)
_PACE_MS = const(20)
_FRESH_MS = const(5000)
_LONG = const(80)  # bytes of a question: nothing that can be written is longer


class Server:
    """What the keys mro, mwo, mstr and mstw show: .reads, .writes, and up_ms of the last one of each."""

    def __init__(self, box):
        self.box = box
        self.reads = self.writes = 0
        self.read_ms = self.wrote_ms = None
        self.setting = False  # as api/door.py has it
        self._open = []

    async def run(self):
        """Serves while the key is on. Raises OSError when the port cannot be had."""
        listener = socket.socket()
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(socket.getaddrinfo("0.0.0.0", self.box.settings.get("msp"))[0][-1])
            listener.listen(2)
            listener.setblocking(False)
            while self.box.settings.get("men"):
                self._accept(listener)
                await asyncio.sleep_ms(_TURN_MS)
        finally:
            listener.close()
            for connection in tuple(self._open):
                self._drop(connection)

    def _accept(self, listener):
        try:
            s = listener.accept()[0]
        except OSError:  # nobody is there, or no socket is left
            return
        s.setblocking(False)
        if len(self._open) >= _MOST:
            oldest = max(self._open, key=_silent_ms)
            if _silent_ms(oldest) < _FRESH_MS:
                s.close()
                return
            self._drop(oldest)
        connection = _Connection(s)
        self._open.append(connection)
        connection.task = asyncio.create_task(self._serve(connection))

    def _drop(self, connection):
        self._open.remove(connection)
        connection.task.cancel()
        connection.stream.s.close()

    async def _serve(self, connection):
        stream = connection.stream
        try:
            while True:
                head = await stream.readexactly(7)
                connection.heard_ms = ticks_ms()
                size = (head[4] << 8 | head[5]) - 1
                if head[2] or head[3] or not 0 < size < 254:
                    raise OSError("no Modbus")
                stream.write(await self._answer(head, await self._rest(stream, size)))
                await stream.drain()
                await asyncio.sleep_ms(_PACE_MS)
        except (OSError, EOFError):
            pass  # the peer has gone
        except Exception as e:
            self.box.log.error("modbus: %s %s" % (type(e).__name__, e))
        if connection in self._open:
            self._open.remove(connection)
            stream.s.close()

    async def _rest(self, stream, size):
        """The question; only its function where it is too long."""
        asked = await stream.readexactly(min(size, _LONG))
        if size > _LONG:
            await stream.readexactly(size - _LONG)
            return asked[:1]
        return asked

    async def _answer(self, head, asked):
        try:
            return await loader.lend("api.at_modbus").answer(self, head, asked)
        except MemoryError:
            loader.let_go()
            return head[:4] + bytes((0, 3, head[6], asked[0] | 0x80, 6))  # busy


class _Connection:
    def __init__(self, s):
        self.stream = asyncio.StreamReader(s)
        self.heard_ms = ticks_ms()


def _silent_ms(connection):
    return ticks_diff(ticks_ms(), connection.heard_ms)


async def keep(box):
    """The task."""
    if getattr(box, "modbus", None):  # switched on again while a crashed one rested
        return
    box.modbus = Server(box)
    box.log.info("modbus: open")
    try:
        await box.modbus.run()
    finally:
        box.modbus = None
        loader.release("net.modbus_door")
