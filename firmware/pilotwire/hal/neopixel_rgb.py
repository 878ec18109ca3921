"""A colour lamp of one or more WS2812 in a row, all showing the same."""

from machine import Pin
from neopixel import NeoPixel


class NeopixelRgb:
    """contract.Indicator; 30 us per lamp, during which interrupts of this core wait."""

    def __init__(self, pin, count):
        self._lamps = NeoPixel(Pin(pin, Pin.OUT), count)

    def show(self, *colour):
        self._lamps.fill(colour)
        self._lamps.write()


def make(spec, board):
    return NeopixelRgb(spec["pin"], spec["count"])
