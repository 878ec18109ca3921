"""The wire of the test's central system: sessions with charge points, CALLs in, answers out.

A message is checked, booked and answered in this order, with three moments at which a test may step in (hitches.py).
"""

import asyncio
import contextlib
import itertools
from dataclasses import dataclass

from ocpp import messages
from ocpp.exceptions import OCPPError, ProtocolError
from ocpp.messages import Call, CallError, CallResult
from websockets.exceptions import ConnectionClosed

from tools.books import Books
from tools.hitches import ANSWERED, BOOKED, HEARD, LOST, NEVER, Hitches, Refuse


@dataclass
class Message:
    """A CALL of a charge point and what was answered (a dict, or the text of a CALLERROR)."""

    charge_point: str
    action: str
    payload: dict
    answer: object = None
    id: str = ""


class Refused(Exception):
    """The charge point answered a CALL with a CALLERROR: code, then its description."""


class Wire(Books, Hitches):
    """.received every Message, in order    .busy messages that are being booked or answered at this moment"""

    def __init__(self, heartbeat_s, books, clock):
        Books.__init__(self, heartbeat_s, books, clock)
        Hitches.__init__(self)
        self.received = []
        self.busy = 0
        self._links = {}  # charge point: its WebSocket, the newest last
        self._waiting = {}  # message id of our CALL: (action, future)
        self._ids = itertools.count(1)
        self._replies = set()  # tasks that answer later
        self._changed = asyncio.Condition()

    def cancel_replies(self):
        """What is answered late is not answered any more."""
        for task in self._replies:
            task.cancel()

    async def serve(self, link):
        """One connection, until it ends."""
        name = link.request.path.rstrip("/").rpartition("/")[2]
        self._links.pop(name, None)
        self._links[name] = link
        ids = set()  # of this session's messages
        try:
            async for text in link:
                await self._hear(name, link, ids, text)
        except ConnectionClosed:
            pass
        finally:
            if self._links.get(name) is link:
                del self._links[name]
            await self._notify()

    async def _hear(self, name, link, ids, text):
        try:
            message = messages.unpack(text)
        except OCPPError as e:
            self.violations.append(f"{name}: {text!r}: {e}")
            return
        if isinstance(message, Call):
            self.busy += 1
            try:
                await self._answer(name, link, ids, message)
            finally:
                self.busy -= 1
        else:
            await self._take(name, message)
        await self._notify()

    async def _answer(self, name, link, ids, call):
        record = Message(name, call.action, call.payload, id=call.unique_id)
        behaviour = self._next_behaviour(call.action)
        if LOST in (behaviour, await self._moment(HEARD, record)):
            return
        self.received.append(record)
        reply = await self._reply(record, ids, call, behaviour)
        lost = NEVER in (behaviour, await self._moment(BOOKED, record))
        if reply and not lost:
            task = asyncio.create_task(self._send(link, record, reply.to_json(), behaviour))
            self._replies.add(task)
            task.add_done_callback(self._replies.discard)
            if not self._delays(behaviour, call.action):
                await task
        self.tell(record)

    async def _reply(self, record, ids, call, behaviour):
        """Book it -> the CallResult or CallError, None: no answer."""
        try:
            if call.unique_id in ids:
                raise ProtocolError(description=f"message id {call.unique_id} came twice")
            ids.add(call.unique_id)
            await messages.validate_payload(call, "1.6")
            if isinstance(behaviour, Refuse):
                record.answer = f"{behaviour.code}: {behaviour.description}"
                return CallError(call.unique_id, behaviour.code, behaviour.description, {})
            if callable(behaviour) or isinstance(behaviour, dict):
                record.answer = behaviour(call.payload) if callable(behaviour) else behaviour
            else:
                record.answer = self.react(record.charge_point, call.action, call.payload)
            return record.answer is not None and call.create_call_result(record.answer)
        except OCPPError as e:
            self.violations.append(f"{record.charge_point}: {call.action} {call.payload}: {e}")
            record.answer = f"{e.code}: {e}"
            return call.create_call_error(e)

    async def _send(self, link, record, text, behaviour):
        await self._before_answer(behaviour, record.action)
        with contextlib.suppress(ConnectionClosed):
            await link.send(text)
        await self._moment(ANSWERED, record)

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
