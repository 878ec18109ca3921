"""A small central system, OCPP 1.6-J: for `make run` and for the tests.

    async with CentralSystem() as csms:
        ...                                     # the wallbox connects to csms.url
        await csms.wait_for(lambda: csms.sessions, 10)
        answer = await csms.call("GetConfiguration", key=["HeartbeatInterval"])

It accepts every boot and every card that is not in `refused`, books sessions and checks every message
of the charge point against the JSON schemas of the `ocpp` package: what breaks them is kept in
`violations` and answered with a CALLERROR, as a strict central system would.
"""

import asyncio
import contextlib
import itertools
import threading
from dataclasses import dataclass

from ocpp import messages
from ocpp.exceptions import OCPPError
from ocpp.messages import Call, CallError, CallResult
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from tools.books import HEARTBEAT_S, Books


@dataclass
class Message:
    """A CALL of a charge point and what was answered (a dict, or the text of a CALLERROR)."""

    charge_point: str
    action: str
    payload: dict
    answer: object = None


class Refused(Exception):
    """The charge point answered a CALL with a CALLERROR: code, then its description."""


class CentralSystem(Books):
    """host, port: where it listens; port 0 takes a free one. tell(message): called with each Message
    once it is answered.

    .received every Message, in order    .connected names of charge points, the newest last
    """

    def __init__(self, host="127.0.0.1", port=0, tell=lambda message: None, heartbeat_s=HEARTBEAT_S):
        super().__init__(heartbeat_s)
        self.host, self.port, self.tell = host, port, tell
        self.received = []
        self._links = {}  # charge point: its WebSocket, the newest last
        self._waiting = {}  # message id of our CALL: (action, future)
        self._ids = itertools.count(1)
        self._changed = asyncio.Condition()

    @property
    def url(self):
        """What goes into the wallbox's `ocppu`; the charge point adds its name."""
        return f"ws://{self.host}:{self.port}/ocpp"

    @property
    def connected(self):
        return list(self._links)

    async def __aenter__(self):
        """Raises OSError when the port is taken."""
        self._server = await serve(self._serve, self.host, self.port, subprotocols=["ocpp1.6"], ping_interval=None)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error):
        self._server.close()
        await self._server.wait_closed()

    # --- for tests and tools

    async def call(self, action, charge_point=None, timeout_s=10, **payload):
        """Send a CALL -> the payload of its answer. Raises Refused, TimeoutError, ConnectionError."""
        name = charge_point or (self.connected or [None])[-1]
        if name not in self._links:
            raise ConnectionError(f"charge point {name or ''} is not connected")
        call = Call(f"cs{next(self._ids)}", action, payload)
        await messages.validate_payload(call, "1.6")
        future = asyncio.get_running_loop().create_future()
        self._waiting[call.unique_id] = action, future
        try:
            await self._links[name].send(call.to_json())
            return await asyncio.wait_for(future, timeout_s)
        finally:
            del self._waiting[call.unique_id]

    async def wait_for(self, condition, timeout_s):
        """-> condition()'s first true value, tried after every message. Raises TimeoutError."""
        async with self._changed:
            return await asyncio.wait_for(self._changed.wait_for(condition), timeout_s)

    async def drop(self):
        """Close every connection without a word, as a crash would."""
        for link in list(self._links.values()):
            link.transport.abort()

    def calls(self, action):
        """-> payloads of every received CALL of that action."""
        return [m.payload for m in self.received if m.action == action]

    # --- the wire

    async def _serve(self, link):
        name = link.request.path.rstrip("/").rpartition("/")[2]
        self._links.pop(name, None)
        self._links[name] = link
        try:
            async for text in link:
                await self._hear(name, link, text)
        except ConnectionClosed:
            pass
        finally:
            if self._links.get(name) is link:
                del self._links[name]
            await self._notify()

    async def _hear(self, name, link, text):
        try:
            message = messages.unpack(text)
        except OCPPError as e:
            self.violations.append(f"{name}: {text!r}: {e}")
            return
        if isinstance(message, Call):
            await self._answer(name, link, message)
        else:
            await self._take(name, message)
        await self._notify()

    async def _answer(self, name, link, call):
        record = Message(name, call.action, call.payload)
        self.received.append(record)
        try:
            await messages.validate_payload(call, "1.6")
            record.answer = self.react(name, call.action, call.payload)
            reply = record.answer is not None and call.create_call_result(record.answer)
        except OCPPError as e:
            self.violations.append(f"{name}: {call.action} {call.payload}: {e}")
            record.answer = f"{e.code}: {e}"
            reply = call.create_call_error(e)
        if reply:
            with contextlib.suppress(ConnectionClosed):
                await link.send(reply.to_json())
        self.tell(record)

    async def _take(self, name, message):
        """An answer to a CALL of ours."""
        action, future = self._waiting.get(message.unique_id, (None, None))
        if future is None or future.done():
            self.violations.append(f"{name}: answer to no CALL: {message.unique_id}")
        elif isinstance(message, CallError):
            code, text = message.error_code, message.error_description
            future.set_exception(Refused(f"{code}: {text}"))
        else:
            try:
                await messages.validate_payload(
                    _with_action(CallResult(message.unique_id, message.payload), action), "1.6"
                )
            except OCPPError as e:
                self.violations.append(f"{name}: answer to {action} {message.payload}: {e}")
            future.set_result(message.payload)

    async def _notify(self):
        async with self._changed:
            self._changed.notify_all()


def _with_action(result, action):
    result.action = action
    return result


class BackgroundCentralSystem:
    """A CentralSystem in a thread of its own, for plain blocking code; a context.

    What the CentralSystem has, this has: .sessions, .statuses, .answers ...; its coroutines are calls.
    """

    def __init__(self, port=0, tell=lambda message: None, **options):
        self._csms = CentralSystem(port=port, tell=tell, **options)
        self._loop = asyncio.new_event_loop()

    def __getattr__(self, name):
        return getattr(self._csms, name)

    def __enter__(self):
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._run(self._csms.__aenter__())
        return self

    def __exit__(self, *error):
        self._run(self._csms.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def call(self, action, **payload):
        """As CentralSystem.call()."""
        return self._run(self._csms.call(action, **payload))

    def wait_for(self, condition, timeout_s):
        """As CentralSystem.wait_for()."""
        return self._run(self._csms.wait_for(condition, timeout_s))

    def drop(self):
        """As CentralSystem.drop()."""
        self._run(self._csms.drop())

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()
