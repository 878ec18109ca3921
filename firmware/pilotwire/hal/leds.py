"""Three LEDs of fixed colours, each at a pin; high is light."""

from machine import Pin


class Leds:
    """contract.Leds."""

    def __init__(self, *pins):
        self._pins = [Pin(pin, Pin.OUT, value=0) for pin in pins]

    def show(self, *lit):
        for pin, on in zip(self._pins, lit):
            pin.value(on)


def make(spec, board):
    return Leds(spec["charging"], spec["error"], spec["wifi"])
