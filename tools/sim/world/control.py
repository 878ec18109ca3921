"""The control port: one JSON object per line in, one out, on any number of connections.

{"do":"watch"} turns a connection into a stream of events as well, one line per change of the
model.
"""

import asyncio
import json

from . import requests

_LONGEST_LINE = 65536
_MOST_WAITING = 1 << 20  # bytes a watcher may leave unread before it is dropped


class Control:
    """world: the model. moment(act): awaits act() at an instant the chip agrees to. power_cut():
    ends it all.
    """

    def __init__(self, world, moment, power_cut):
        self._world = world
        self._moment = moment
        self._power_cut = power_cut
        self._server = None
        self._talks = {}  # task of each connection: its writer

    async def open(self, host, port):
        """Listen; returns the port. OSError when it is taken."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_LONGEST_LINE)
        return self._server.sockets[0].getsockname()[1]

    async def close(self):
        """End every connection, so that no task of theirs is left."""
        if self._server:
            self._server.close()
        for writer in self._talks.values():
            writer.close()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _serve(self, reader, writer):
        watching = None
        talk = asyncio.current_task()
        self._talks[talk] = writer
        try:
            while line := await self._line(reader, writer):
                request = _parsed(line)
                if request == {"do": "watch"} and watching is None:
                    watching = _watcher(writer)
                    self._world.listeners.append(watching)
                await self._reply(request, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the peer went away
        finally:
            if watching:
                self._world.listeners.remove(watching)
            writer.close()
            del self._talks[talk]

    @staticmethod
    async def _line(reader, writer):
        """The next line, or b"" at the end; a line without end ends the connection."""
        try:
            return await reader.readline()
        except ValueError:
            writer.write(_failed(f"line longer than {_LONGEST_LINE} bytes"))
            return b""

    async def _reply(self, request, writer):
        try:
            writer.write(_line({"ok": True, **await self._answer(request)}))
        except ValueError as error:
            writer.write(_failed(str(error)))
        await writer.drain()
        if request == {"do": "power_cut"}:
            self._power_cut()

    async def _answer(self, request):
        if isinstance(request, ValueError):
            raise request
        if request in ({"do": "watch"}, {"do": "power_cut"}):  # the chip has no say in these
            return {}
        if "do" in request:
            return await self._moment(lambda: requests.answer(self._world, request))
        return requests.answer(self._world, request)


def _parsed(line):
    """The request of a line, or the ValueError that says why it is none."""
    try:
        request = json.loads(line)
    except ValueError as error:
        return ValueError(f"not JSON: {error}")
    if not isinstance(request, dict):
        return ValueError("want one JSON object per line")
    return request


def _line(fields):
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _failed(text):
    return _line({"ok": False, "error": text})


def _watcher(writer):
    def listen(event):
        if writer.transport.get_write_buffer_size() > _MOST_WAITING:
            writer.transport.abort()
        elif not writer.is_closing():
            writer.write(_line(event))

    return listen
