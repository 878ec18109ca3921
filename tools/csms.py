"""A small central system, OCPP 1.6-J: for `make run` and for the tests.

    async with CentralSystem() as csms:
        ...                                     # the wallbox connects to csms.url
        await csms.wait_for(lambda: csms.sessions, 10)
        answer = await csms.call("GetConfiguration", key=["HeartbeatInterval"])

It accepts every boot and every card, books sessions and checks every message of the charge point against the JSON
schemas of the `ocpp` package and against the rules of tools/audit.py: what breaks them is kept in `violations`; what
breaks the schema, or the rule that a message id is used once in a session, is answered with a CALLERROR, as a strict
central system would. What a test may have it do wrong is in tools/hitches.py.
"""

import asyncio
import inspect
import threading
import time

from ocpp import messages
from ocpp.messages import Call
from websockets.asyncio.server import serve

from tools.books import HEARTBEAT_S
from tools.csms_wire import Message, Refused, Wire

__all__ = ["BackgroundCentralSystem", "CentralSystem", "Message", "Refused"]


_END_S = 2  # for sessions to end when we do


class CentralSystem(Wire):
    """host, port: where it listens; port 0 takes a free one. tell(message): called with each Message
    once it is answered. books: a file that keeps the sessions for the next CentralSystem. clock: unix s.

    .received every Message, in order    .connected names of charge points, the newest last
    """

    def __init__(
        self, host="127.0.0.1", port=0, tell=lambda message: None, heartbeat_s=HEARTBEAT_S, books=None, clock=time.time
    ):
        super().__init__(heartbeat_s, books, clock)
        self.host, self.port, self.tell = host, port, tell
        self._server = None
        self._sessions = set()  # tasks of a server that has stopped

    @property
    def url(self):
        """What goes into the wallbox's `ocppu`; the charge point adds its name."""
        return f"ws://{self.host}:{self.port}/ocpp"

    @property
    def connected(self):
        return list(self._links)

    async def __aenter__(self):
        """Raises OSError when the port is taken."""
        await self.start()
        return self

    async def __aexit__(self, *error):
        self.cancel_replies()
        if self._server:
            await self.stop()
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=_END_S)

    # --- for tests and tools

    async def start(self):
        """Listen, at the same port as before. Raises OSError when it is taken."""
        self._server = await serve(self.serve, self.host, self.port, subprotocols=["ocpp1.6"], ping_interval=None)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        """Die: nobody listens any more, every connection is gone without a word. The books stay; see start()."""
        server, self._server = self._server, None
        server.server.close()
        self._sessions |= server.handler_tasks
        for link in server.all_connections:
            link.transport.abort()

    async def restart(self):
        """stop() and start() at once."""
        await self.stop()
        await self.start()

    async def drop(self):
        """Close every connection without a word, as a crash would."""
        for link in list(self._links.values()):
            link.transport.abort()

    async def call(self, action, charge_point=None, timeout_s=10, **payload):
        """Send a CALL -> the payload of its answer. Raises Refused, TimeoutError, ConnectionError."""
        name, link = self._link(charge_point)
        call = Call(f"cs{next(self._ids)}", action, payload)
        await messages.validate_payload(call, "1.6")
        future = asyncio.get_running_loop().create_future()
        self._waiting[call.unique_id] = action, future
        try:
            await link.send(call.to_json())
            return await asyncio.wait_for(future, timeout_s)
        finally:
            del self._waiting[call.unique_id]

    async def say(self, text, charge_point=None):
        """Send any text, or bytes, OCPP or not. Raises ConnectionError."""
        await self._link(charge_point)[1].send(text)

    async def wait_for(self, condition, timeout_s):
        """-> condition()'s first true value, tried after every message. Raises TimeoutError."""
        async with self._changed:
            return await asyncio.wait_for(self._changed.wait_for(condition), timeout_s)

    def follow(self, clock):
        """Take the time from clock(), unix s: a wallbox whose idle time is shortened runs ahead of the PC."""
        self.clock = clock

    def calls(self, action):
        """-> payloads of every received CALL of that action."""
        return [m.payload for m in self.received if m.action == action]

    def _link(self, charge_point):
        name = charge_point or (self.connected or [None])[-1]
        if name not in self._links:
            raise ConnectionError(f"charge point {name or ''} is not connected")
        return name, self._links[name]


class BackgroundCentralSystem:
    """A CentralSystem in a thread of its own, for plain blocking code; a context.

    What the CentralSystem has, this has: .sessions, .statuses, .answers ...; its coroutines are calls.
    """

    def __init__(self, port=0, tell=lambda message: None, **options):
        self._csms = CentralSystem(port=port, tell=tell, **options)
        self._loop = asyncio.new_event_loop()

    def __getattr__(self, name):
        value = getattr(self._csms, name)
        if not inspect.iscoroutinefunction(value):
            return value
        return lambda *args, **options: self._run(value(*args, **options))

    def __enter__(self):
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._run(self._csms.__aenter__())
        return self

    def __exit__(self, *error):
        self._run(self._csms.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()
