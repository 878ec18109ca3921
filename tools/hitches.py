"""What a test has a central system do wrong, and when: answer late, never, with an error; lose a message;
be cut off at a moment of the test's choice.

    csms.script("StartTransaction", Late(3), NEVER, Refuse("InternalError"))   # for the next three, in order
    csms.hold("MeterValues"); ...; csms.release("MeterValues")                 # answers wait
    csms.at(BOOKED, "StopTransaction", lambda message: box.do("power_cut"))    # once, its answer is not sent before
    csms.boots("Pending", "Rejected", interval_s=1)                            # then Accepted again
"""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass

HEARD, BOOKED, ANSWERED = "heard", "booked", "answered"  # moments of a message of the charge point
LOST = "lost"  # it never came: neither booked nor answered
NEVER = "never"  # booked, the answer is lost


@dataclass
class Late:
    """Booked at once, answered so many seconds of the PC's time later."""

    seconds: float


@dataclass
class Refuse:
    """A CALLERROR; nothing is booked."""

    code: str = "InternalError"
    description: str = "as the test wants it"


class Hitches:
    """Part of a CentralSystem."""

    def __init__(self):
        self._scripts = defaultdict(deque)  # action: what becomes of its next messages
        self._acts = {}  # (moment, action): [messages to pass by, act]
        self._gates = {}  # action: Event that its answers wait for

    def script(self, action, *behaviours):
        """What becomes of the next messages of that action, one each: Late, Refuse, NEVER, LOST, None (all is well),
        a dict (the answer's payload) or a function(payload) that makes it.
        """
        self._scripts[action].extend(behaviours)

    def boots(self, *statuses, interval_s=1):
        """The next BootNotifications are answered with these."""
        for status in statuses:
            self.script("BootNotification", lambda _, status=status: self._boot_with(status, interval_s))

    def _boot_with(self, status, interval_s):
        return {"status": status, "currentTime": self.utc(), "interval": interval_s}

    def hold(self, action):
        """Book its messages, but do not answer them before release()."""
        self._gates[action] = asyncio.Event()

    async def release(self, action):
        self._gates.pop(action).set()

    def at(self, moment, action, act, passing=0):
        """Call act(message) once, at a moment of that action's next message (after `passing` others), in a thread
        of its own; what it returns counts: LOST at HEARD, NEVER at BOOKED.
        """
        self._acts[moment, action] = [passing, act]

    def clear_hitches(self):
        """Everything is right again; held answers stay unsent."""
        self._scripts.clear()
        self._acts.clear()
        self._gates.clear()

    def _next_behaviour(self, action):
        script = self._scripts.get(action)
        return script.popleft() if script else None

    async def _moment(self, moment, message):
        entry = self._acts.get((moment, message.action))
        if entry is None:
            return None
        entry[0] -= 1
        if entry[0] >= 0:
            return None
        del self._acts[moment, message.action]
        return await asyncio.to_thread(entry[1], message)

    async def _before_answer(self, behaviour, action):
        """Wait as long as the test wants."""
        if isinstance(behaviour, Late):
            await asyncio.sleep(behaviour.seconds)
        if action in self._gates:
            await self._gates[action].wait()

    def _delays(self, behaviour, action):
        return isinstance(behaviour, Late) or action in self._gates
