"""Pin.irq of the simulated chip. Imported only where a driver asks for it.

Soft interrupts, as on the ESP32: a handler runs between two bytecodes, never inside another one; eight wait at most,
and what comes then is lost without a word. An edge comes with a level (`G`). What is too short for that comes as the
bytes of a UART do (`R`), a pin being number 200 and more there: each byte is so many pulses, low and high again.
"""

import sys

import clock
import link
from micropython import const

_WIRE = const(200)
_MOST = const(8)  # facts 7
_RISING, _FALLING = const(1), const(2)

_waiting = []
_planned = False


class Irq:
    """A pin with a handler; None: nobody listens any more."""

    def __init__(self, pin):
        self.pin = pin
        link.uarts[_WIRE + pin.number] = self
        link.edges[pin.number] = self

    def set(self, handler, trigger):
        self.handler = handler
        self._trigger = trigger if handler else 0
        self._level = self._now()

    def feed(self, data):
        """Pulses."""
        for _ in range(sum(data)):
            self._edge(0)
            self._edge(1)

    def _now(self):
        return link.levels.get(self.pin.number, 1 if self.pin.pull == self.pin.PULL_UP else 0)

    def __call__(self):
        """The pin's level was set."""
        self._edge(self._now())

    def _edge(self, level):
        if level != self._level:
            self._level = level
            if self._trigger & (_RISING if level else _FALLING):
                _schedule(self)


def watch(pin, handler, trigger):
    """What Pin.irq() does; the second time it allocates nothing, as in the port."""
    irq = link.edges.get(pin.number) or Irq(pin)
    irq.set(handler, trigger)


def _schedule(irq):
    global _planned
    if len(_waiting) < _MOST:
        _waiting.append(irq)
    if not _planned:
        _planned = True
        clock.at(clock.now, _run, None)


def _run(_):
    global _planned
    while _waiting:
        irq = _waiting.pop(0)
        clock.leave()
        try:
            if irq.handler:
                irq.handler(irq.pin)
        except Exception as e:  # the port prints it and goes on
            sys.print_exception(e)
        clock.enter()
    _planned = False
