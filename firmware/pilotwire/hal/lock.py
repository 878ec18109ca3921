"""The lock of a socket: a motor between two outputs, or a solenoid at one of them; and a switch that feels the bolt,
where there is one.

A pulse ends by itself: `poll` is called by the safety path's timer as well as by the loop, so a loop that is late, or
dead, burns no motor. The same poll watches switch and mains, and wakes the part. In reset both outputs are low: nothing
moves, a solenoid lets go.
"""

from time import ticks_diff, ticks_ms

from machine import Pin


class Lock:
    """contract.Lock. a, b: pins, b None for a solenoid; rest: the level of both between two pulses; feedback: pin or
    None, locked: its level then; mains: pin that is high while there is mains, or None."""

    def __init__(self, a, b, rest, feedback, locked, mains, pulse_ms, settle_ms, pause_ms):
        self._rest = rest
        self._a = Pin(a, Pin.OUT, value=rest)
        self._b = None if b is None else Pin(b, Pin.OUT, value=rest)
        self._feedback = None if feedback is None else Pin(feedback, Pin.IN)
        self._locked = locked
        self._mains = None if mains is None else Pin(mains, Pin.IN)
        self.pulse_ms = pulse_ms
        self.settle_ms = settle_ms
        self.pause_ms = pause_ms
        self._pulsing = False
        self._began_ms = 0
        self.part = None

    def move(self, lock):
        if not self._b:
            self._a.value(lock)
            return
        self.halt()
        self._began_ms = ticks_ms()
        self._pulsing = True
        # with both high between two pulses it is the other one that moves, and to the same side
        (self._a if lock != bool(self._rest) else self._b).value(1 - self._rest)

    def poll(self):
        part = self.part
        if self._pulsing:
            if ticks_diff(ticks_ms(), self._began_ms) >= self.pulse_ms:
                self.halt()
        elif part and (self.mains() == part.dark or self._feedback and self.feedback() != part.locked):
            part.awake = True

    def halt(self):
        if self._b:
            self._a.value(self._rest)
            self._b.value(self._rest)
            self._pulsing = False

    def feedback(self):
        return None if self._feedback is None else self._feedback.value() == self._locked

    def mains(self):
        return self._mains is None or self._mains.value() == 1


def make(spec, board):
    return Lock(
        spec["a"],
        spec["b"],
        spec.get("rest", 0),
        spec["feedback"],
        spec["locked"],
        spec.get("holdup"),
        spec["pulse_ms"],
        spec["settle_ms"],
        spec["pause_ms"],
    )
