"""The residual current monitor: its trip output at an input pin, and where the board has one a line that tests it.

The pull is towards the trip: a broken wire, or a monitor without power whose output is open, is a trip. Pins that have
no pull of their own (34 to 39 of the ESP32) need a resistor for that.
"""

from time import sleep_ms

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

    def watch(self, handler):
        self._trip.irq(handler=handler, trigger=Pin.IRQ_RISING if self._active else Pin.IRQ_FALLING)

    def test(self, on):
        if self._test:
            self._test.value(on)


def make(spec, board):
    return Monitor(spec["trip"], spec["active"], spec["test"])
