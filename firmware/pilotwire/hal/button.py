"""A push button from a pin to ground."""

from machine import Pin


class Button:
    """contract.Button."""

    def __init__(self, pin):
        self._pin = Pin(pin, Pin.IN, Pin.PULL_UP)
        self._seen = False  # pressed, since somebody asked

    def pressed(self):
        seen, self._seen = self._seen, False
        return seen or self._pin.value() == 0

    def poll(self):
        if self._pin.value() == 0:
            self._seen = True


def make(spec, board):
    return Button(spec["pin"])
