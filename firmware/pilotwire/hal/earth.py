"""The protective earth, by a monitor with a contact or an optocoupler at a digital input.

The pull is away from the level that says that it is there: a broken wire, or a monitor without power, is an earth that
is missing. Pins that have no pull of their own (34 to 39 of the ESP32) need a resistor for that.
"""

from time import sleep_ms, ticks_ms

from machine import Pin


class Earth:
    """contract.Earth. present: the level of the pin while it is there."""

    def __init__(self, pin, present):
        self._pin = Pin(pin, Pin.IN, Pin.PULL_DOWN if present else Pin.PULL_UP)
        self._present = present

    def there(self):
        if self._pin.value() == self._present:
            return True
        sleep_ms(1)  # a spike is no loss; a second burst would be too late for a slow contactor
        return self._pin.value() == self._present

    def guard(self, part):
        return lambda: self._look(part)

    def _look(self, part):
        there = self.there()
        if there:
            if not part.seen:
                part.seen = part.awake = True
        elif there is False:
            part.lost_ms = ticks_ms()
            if not part.outlet.faults.present("earth"):
                part.awake = True
            part.outlet.faults.set("earth")


def make(spec, board):
    return Earth(spec["pin"], spec["present"])
