"""When the plug is locked, and what to do about it.

A car is offered current only while its plug is proven locked, and the plug is let go only while the contactor is proven
open and nothing is offered. A motion is a pulse and the time in which the feedback settles; without feedback a motion
that was made is proof enough. What did not move is tried again after a pause, five times, then it is a fault; a plug
that is stuck in the lock is tried every half minute, for somebody may push it.
"""

from micropython import const

from pilotwire.core import ticks

_TRIES = const(5)
_STUCK_MS = const(30_000)  # between two tries to unlock, after the fault
_BELIEVED = const(2)  # steps in which the feedback contradicts, before it is believed

_ALWAYS = const(2)  # go-e's `ust`; 0 normal, 1 unlocked when the car is full, too
_FORCED = const(3)


def wanted(ust, plugged, active, locked, let_go):
    """-> True: the plug shall be locked, False: let go, None: left as it is.

    ust: the setting. plugged: a car is. active: someone may charge or is about to; None: that has been interrupted.
    locked: it is now. let_go: somebody asked for it, or the car is full and that is enough.
    """
    if ust == _FORCED or let_go:
        return False
    if ust == _ALWAYS:
        return plugged or bool(locked)
    return plugged and active if active is not None else None


class Lock:
    """The bolt: where it is, where it shall be, and the tries to get it there."""

    def __init__(self, motion_ms, pause_ms):
        """motion_ms: pulse and settling together; pause_ms: between two motions."""
        self.locked = None  # None: not known
        self.wanted = None
        self.failed = False  # all tries were in vain
        self._motion_ms = motion_ms
        self._pause_ms = pause_ms
        self._goal = None  # of the motion under way
        self._began_ms = None  # of the last motion, until its pause is over
        self._tries = 0
        self._odd = 0  # steps in which the feedback contradicts

    def step(self, now_ms, wanted, free, feedback):
        """-> True: lock now, False: unlock now, None: nothing to do. To be called several times a second.

        wanted: as above; free: it may be let go; feedback: True locked, False open, None: there is none.
        """
        if wanted != self.wanted:
            self.wanted = wanted
            self._tries = 0
            self.failed = False
        waits = self._waits(now_ms, feedback)
        if wanted is None or wanted == self.locked:
            self._tries = 0
            self.failed = False
            return None
        if waits or (wanted and self.failed) or not (wanted or free):
            return None
        self._goal, self._began_ms = wanted, now_ms
        return wanted

    def again(self):
        """Somebody doubts it: without feedback it moves again."""
        self._tries = 0
        self.failed = False
        if self._goal is None:
            self.locked = None

    @property
    def proven(self):
        """Is it locked, and to stay so?"""
        return self.locked is True and self.wanted is not False and self._goal is None

    def _waits(self, now_ms, feedback):
        """Is a motion, or the pause after it, under way?"""
        age_ms = 0 if self._began_ms is None else ticks.diff(now_ms, self._began_ms)
        if self._goal is None:
            self._feel(feedback)
        elif age_ms < self._motion_ms:
            return True
        else:
            self._arrive(feedback)
        if self._began_ms is not None:
            if age_ms < self._motion_ms + (_STUCK_MS if self.failed else self._pause_ms):
                return True
            self._began_ms = None
        return False

    def _arrive(self, feedback):
        goal, self._goal = self._goal, None
        self.locked = goal if feedback is None else feedback
        if self.locked != goal:
            self._tries += 1
            self.failed = self._tries >= _TRIES

    def _feel(self, feedback):
        if feedback is None or feedback == self.locked:
            self._odd = 0
            return
        self._odd += 1
        if self._odd >= _BELIEVED or self.locked is None:
            self.locked = feedback
