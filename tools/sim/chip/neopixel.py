"""neopixel: the indicator's colours go to the world as RRGGBB for each LED."""

import clock
import costs
import link


class NeoPixel:
    def __init__(self, pin, n, bpp=3, timing=1):
        self._pin = pin.number
        self._leds = [(0, 0, 0)] * n

    def __setitem__(self, i, colour):
        self._leds[i] = colour

    def fill(self, colour):
        for i in range(len(self._leds)):
            self._leds[i] = colour

    def write(self):
        clock.spend(costs.NEOPIXEL_LATCH + costs.NEOPIXEL_LED * len(self._leds))
        link.tell("N", self._pin, "".join("%02x%02x%02x" % tuple(led[:3]) for led in self._leds))
        clock.leave()
