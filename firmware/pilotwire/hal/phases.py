"""The phase relay: a second contactor, for L2 and L3, behind the main one. Its mirror contact must follow it."""

from time import ticks_diff, ticks_ms

from machine import Pin
from micropython import const

_LATE_MS = const(150)  # what a mirror contact may be late beyond the relay's own time
_BOUNCE_MS = const(250)  # a mirror contact that disagrees for so long is believed


class Phases:
    """contract.Phases. coil, mirror: pins, mirror None where there is no such contact; closed: the level of the mirror
    pin while the relay's contacts are closed; release_ms: what it takes, either way."""

    def __init__(self, coil, mirror, closed, release_ms):
        self._coil = Pin(coil, Pin.OUT, value=0)
        self._mirror = None if mirror is None else Pin(mirror, Pin.IN)
        self._closed = closed
        self.settle_ms = max(release_ms + _LATE_MS, _BOUNCE_MS)
        self.three = False
        self.faults = None
        self._late_ms = None  # ticks: since when the mirror contact disagrees
        self._wrong = None  # the fault that it shows

    def move(self, three):
        self.three = three
        self._coil.value(three)

    def feedback(self):
        return None if self._mirror is None else self._mirror.value() == self._closed

    def poll(self):
        if (self._mirror.value() == self._closed) == self.three:
            self._wrong = self._late_ms = None
        elif self._late_ms is None:
            self._late_ms = ticks_ms()
        elif ticks_diff(ticks_ms(), self._late_ms) >= self.settle_ms:
            self._wrong = "no_close" if self.three else "weld"
        if self._wrong:
            self.faults.set(self._wrong)


def make(spec, board):
    return Phases(spec["coil"], spec.get("mirror"), spec.get("mirror_closed"), spec["release_ms"])
