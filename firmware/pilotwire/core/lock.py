"""When the plug is locked, and what to do about it.

A car is offered current only while its plug is proven locked, and the plug is let go only while the contactor is proven
open and nothing is offered. A motion is a pulse and the time in which the feedback settles; without feedback a motion
that was made is proof enough. What did not move is tried again after a pause, five times, then it is a fault; a plug
that is stuck in the lock is tried every half minute, for somebody may push it.

The bolt, where it is, where it shall be, and the tries to get it there, is any object that begin() was called for.
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


def begin(bolt, motion_ms, pause_ms):
    """motion_ms: pulse and settling together; pause_ms: between two motions."""
    bolt.locked = None  # None: not known
    bolt.wanted = None
    bolt.failed = False  # all tries were in vain
    bolt.motion_ms = motion_ms
    bolt.pause_ms = pause_ms
    bolt.goal = None  # of the motion under way
    bolt.began_ms = None  # of the last motion, until its pause is over
    bolt.tries = 0
    bolt.odd = 0  # steps in which the feedback contradicts


def step(bolt, now_ms, wanted, free, feedback):
    """-> True: lock now, False: unlock now, None: nothing to do. To be called several times a second, until it rests.

    wanted: as above; free: it may be let go; feedback: True locked, False open, None: there is none.
    """
    if wanted != bolt.wanted:
        bolt.wanted = wanted
        bolt.tries = 0
        bolt.failed = False
    waits = _waits(bolt, now_ms, feedback)
    if wanted is None or wanted == bolt.locked:
        bolt.tries = 0
        bolt.failed = False
        return None
    if waits or (wanted and bolt.failed) or not (wanted or free):
        return None
    bolt.goal, bolt.began_ms = wanted, now_ms
    return wanted


def again(bolt):
    """Somebody doubts it: without feedback it moves again."""
    bolt.tries = 0
    bolt.failed = False
    if bolt.goal is None:
        bolt.locked = None


def proven(bolt):
    """Is it locked, and to stay so?"""
    return bolt.locked is True and bolt.wanted is not False and bolt.goal is None


def rests(bolt):
    """Is there nothing to do until something else is wanted, or felt?"""
    if bolt.goal is not None or bolt.began_ms is not None or bolt.odd:
        return False
    return bolt.wanted in (None, bolt.locked) or bool(bolt.wanted and bolt.failed)


def _waits(bolt, now_ms, feedback):
    """Is a motion, or the pause after it, under way?"""
    age_ms = 0 if bolt.began_ms is None else ticks.diff(now_ms, bolt.began_ms)
    if bolt.goal is None:
        _feel(bolt, feedback)
    elif age_ms < bolt.motion_ms:
        return True
    else:
        _arrive(bolt, feedback)
    if bolt.began_ms is not None:
        if age_ms < bolt.motion_ms + (_STUCK_MS if bolt.failed else bolt.pause_ms):
            return True
        bolt.began_ms = None
    return False


def _arrive(bolt, feedback):
    goal, bolt.goal = bolt.goal, None
    bolt.locked = goal if feedback is None else feedback
    if bolt.locked != goal:
        bolt.tries += 1
        bolt.failed = bolt.tries >= _TRIES


def _feel(bolt, feedback):
    if feedback is None or feedback == bolt.locked:
        bolt.odd = 0
        return
    bolt.odd += 1
    if bolt.odd >= _BELIEVED or bolt.locked is None:
        bolt.locked = feedback
