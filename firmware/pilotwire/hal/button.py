"""A push button from a pin to ground."""

from machine import Pin


class Button:
    """contract.Button."""

    def __init__(self, pin):
        self._pin = Pin(pin, Pin.IN, Pin.PULL_UP)

    def pressed(self):
        return self._pin.value() == 0


def make(spec, board):
    return Button(spec["pin"])
