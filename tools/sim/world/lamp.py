"""The indicator as it is seen, where it hangs on pins: three PWM colours, or three plain LEDs. The colours of a WS2812
come from the chip as such.
"""

from .electrics import OFF, STEADY

_COLOURS = ("red", "green", "blue")
_LEDS = ("charging", "error", "wifi")


class Lamp:
    """spec: INDICATOR of the board, or None."""

    def __init__(self, spec):
        names = [name for name in (*_COLOURS, *_LEDS) if name in (spec or {})]
        self._pins = {spec[name]: name for name in names}
        self._duty = dict.fromkeys(names, OFF)

    def drive(self, pin, duty):
        """The duty, 0..65535, of an output pin -> is it one of the lamp's, and another duty?"""
        name = self._pins.get(pin)
        if name is None or self._duty[name] == duty:
            return False
        self._duty[name] = duty
        return True

    def dark(self):
        """No pin is driven."""
        self._duty = dict.fromkeys(self._duty, OFF)

    @property
    def colour(self):
        """RRGGBB in hex; None: it has no colours."""
        if _COLOURS[0] not in self._duty:
            return None
        return "".join(f"{round(self._duty[name] * 255 / STEADY):02x}" for name in _COLOURS)

    @property
    def leds(self):
        """{name: is it lit}; None: it has no plain LEDs."""
        if _LEDS[0] not in self._duty:
            return None
        return {name: self._duty[name] > STEADY // 2 for name in _LEDS}
