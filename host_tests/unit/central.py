"""A central system that asks a box of plain values, for the tests of the actions in ocpp/."""

import json

from box import Box, Plain

from pilotwire.core import ocpp_status
from pilotwire.ocpp import calls
from pilotwire.proto.ocppj_call import CallError

ocpp_status.status = lambda outlet: outlet.status  # its own tests are in test_ocpp_status.py


class Outlet:
    """Writes down what it is told to do, and when: before or after the answer."""

    def __init__(self, number, central):
        self.number, self._central = number, central
        self.status = "Available", "NoError", None, None
        self.plugged = False
        self.parts = {}
        self.transaction = self.id_tag = self.asking = self.ending = None
        self.connector = Plain(is_open=True)
        self.meter = Plain(fresh=lambda now_ms: True)

    def ask(self, id_tag, how):
        self._central.did(self.number, "ask", id_tag, how)

    def authorise(self, id_tag):
        self._central.did(self.number, "authorise", id_tag)

    def end(self, reason, id_tag=None):
        self._central.did(self.number, "end", reason)

    def begin(self, number):
        """A transaction runs, known to the central system by that number."""
        self.transaction = Plain(id=number)
        return self


class Central:
    """.answered: what was said; .done: what the box did after it was said."""

    def __init__(self, outlets=1):
        self.box = Box()
        self.box.outlets = [Outlet(n + 1, self) for n in range(outlets)]
        self.outlet = self.box.outlets[0]
        self.box.clock.ms = lambda: 5000
        self.box.ocpp.accepted = True
        self.box.ocpp.failed = self.box.log.warn
        self.box.restarting = None
        self.box.journal = Plain(pending=0)
        self.box.tasks = Plain(start=lambda name, make, *args: self.did("task", name, *args[1:]))
        self.booted_here = True
        self.pieces = []  # (text, whether more comes)
        self.done = []

    def did(self, *what):
        assert self.pieces and not self.pieces[-1][1], "done before it was answered: %s" % (what,)
        self.done.append(what)

    def trigger(self, action, connector):
        self.did("trigger", action, connector)

    async def ask(self, action, payload, uid="id-1"):
        """The payload of the answer. Raises CallError."""
        self.pieces, self.done = [], []
        await calls.answer(self.box, self, [2, uid, action, payload], self._say)
        eq_more = [more for _, more in self.pieces]
        assert eq_more == [True] * (len(eq_more) - 1) + [False], eq_more
        kind, answered, *rest = json.loads("".join(text for text, _ in self.pieces))
        assert answered == uid, answered
        if kind == 4:
            raise CallError(rest[0], rest[1])
        return rest[0]

    async def refused(self, action, payload):
        """The error code of the CALLERROR."""
        try:
            await self.ask(action, payload)
        except CallError as e:
            assert e.text, "no reason told"
            assert not self.done, self.done
            return e.code
        raise AssertionError("taken: %s %s" % (action, payload))

    async def _say(self, text, more=False):
        self.pieces.append((text, more))
