"""The residual current monitor: its trip output at an input pin, and where the board has one a line that tests it.

The pull is towards the trip: a broken wire, or a monitor without power whose output is open, is a trip. Pins that have
no pull of their own (34 to 39 of the ESP32) need a resistor for that.
"""

from time import sleep_ms, ticks_ms

from machine import Pin


class Monitor:
    """contract.Monitor. active: the level of the trip input at a fault; test_pin may be None, high tests."""

    def __init__(self, trip_pin, active, test_pin):
        self._trip = Pin(trip_pin, Pin.IN, Pin.PULL_UP if active else Pin.PULL_DOWN)
        self._active = active
        self._test = None if test_pin is None else Pin(test_pin, Pin.OUT, value=0)
        self.testable = test_pin is not None

    def tripped(self):
        if self._trip.value() != self._active:
            return False
        sleep_ms(1)  # a spike is no trip: both firmwares of the boards that we know look twice, too
        return self._trip.value() == self._active

    def guard(self, part, contactor):
        self._part = part
        self._contactor = contactor
        self._trip.irq(handler=self._edge, trigger=Pin.IRQ_RISING if self._active else Pin.IRQ_FALLING)
        return self._look

    def test(self, on):
        if self._test:
            self._test.value(on)

    def _look(self):
        if self.tripped():
            part = self._part
            if not part.window:
                part.outlet.faults.set("rcd")
                part.awake = True
                return
            part.last_ms = ticks_ms()
            if part.first_ms is None:
                part.first_ms = part.last_ms

    def _edge(self, _pin):
        """Sooner than the next burst. The connector hears of the fault then, and nothing closes before."""
        self._look()
        if self._part.outlet.faults.present("rcd"):
            self._contactor.open()


def make(spec, board):
    return Monitor(spec["trip"], spec["active"], spec["test"])
