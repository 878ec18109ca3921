"""What a person at the wallbox sees and presses: the light and the button of one outlet."""

from micropython import const

from pilotwire.core import ticks

_LONG_PRESS_MS = const(3000)

# go-e's `car` of the outlet -> its colour (as its app shows it by default; red for an error)
_COLOURS = ((40, 40, 40), (0, 0, 60), (0, 60, 60), (60, 40, 0), (0, 60, 0), (90, 0, 0))


class Panel:
    """indicator and button may be None. A press of 3 s acknowledges latched faults."""

    def __init__(self, outlet, indicator, button):
        self._outlet = outlet
        self._indicator = indicator
        self._button = button
        self._down_ms = None

    def step(self, now_ms):
        """Several times a second; now_ms: ticks."""
        if self._indicator:
            self._indicator.show(*_COLOURS[self._outlet.car])
        if self._button:
            self._watch(self._button.pressed(), now_ms)

    def _watch(self, pressed, now_ms):
        if not pressed:
            self._down_ms = None
        elif self._down_ms is None:
            self._down_ms = now_ms
        elif ticks.diff(now_ms, self._down_ms) >= _LONG_PRESS_MS:
            self._down_ms = ticks.add(now_ms, _LONG_PRESS_MS)
            self._outlet.act("ack", True)
