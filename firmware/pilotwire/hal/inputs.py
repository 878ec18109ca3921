"""Digital inputs: contacts that stop or limit, each at a pin.

The pull is towards open, which is the safe side: a broken wire is an open contact. Pins that have no pull of their own
(34 to 39 of the ESP32) need a resistor for that.
"""

from time import sleep_ms

from machine import Pin


class Inputs:
    """contract.Inputs. lines: of the board; closed: the level of the pin while the contact is closed."""

    def __init__(self, lines):
        self.lines = lines
        self._pins = [Pin(at["pin"], Pin.IN, Pin.PULL_DOWN if at["closed"] else Pin.PULL_UP) for at in lines]
        self._closed = bytes([at["closed"] for at in lines])

    def open(self, i):
        pin, closed = self._pins[i], self._closed[i]
        if pin.value() == closed:
            return False
        sleep_ms(1)  # a spike is no contact
        return pin.value() != closed

    def guard(self, part):
        self._part = part
        return self._look

    def _look(self):
        """Counts by hand: an iterator would allocate."""
        part, i = self._part, 0
        while i < len(self.lines):
            is_open = self._pins[i].value() != self._closed[i]
            if is_open != part.opened[i]:
                part.awake = True
            use = self.lines[i]["use"]
            if is_open and (use == "estop" or use == "door") and self.open(i):
                part.outlet.faults.set(use)
                part.opened[i] = 1  # counts at once; closed it counts after its debounce only
                part.since_ms[i] = None
            i += 1


def make(spec, board):
    return Inputs(spec["lines"])
