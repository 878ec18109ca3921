"""The relay in the pilot wire: one pin, high opens the wire. Without power it is closed."""

from machine import Pin


class Disconnect:
    """contract.Disconnect."""

    def __init__(self, pin):
        self._pin = Pin(pin, Pin.OUT, value=0)

    def part(self, on):
        self._pin.value(on)


def make(board):
    return Disconnect(board.PILOT["disconnect"])
