"""What a person at the wallbox sees and presses: the light and the button of one outlet.

Here it is only seen that the light has to change; what it shows is decided in light.py, which comes for it.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_LONG_PRESS_MS = const(3000)


class Panel:
    """indicator and button may be None. A press of 3 s acknowledges latched faults, once; one from before the start
    does nothing.
    """

    def __init__(self, outlet, indicator, button):
        self._outlet = outlet
        self._indicator = indicator
        self._button = button
        self._down_ms = False  # ticks: pressed since; None: not pressed; False: pressed, and has done its work
        self._seen = None
        self._key = "lbr"  # the setting of the colour that is shown
        self._turn = self._due = 0  # turns since something was seen; in which one light.py wants to look again

    def step(self, now_ms):
        """Five times a second; now_ms: ticks."""
        if self._indicator:
            self._shine()
        if self._button:
            self._watch(self._button.pressed(), now_ms)

    def _shine(self):
        outlet, get = self._outlet, self._outlet.settings.get
        what = outlet.faults.first() or outlet.car
        seen = what, outlet.denied, outlet.id_tag or outlet.trx, get("lbr"), get("lse"), get(self._key)
        self._turn += 1
        if seen != self._seen:
            self._seen, self._turn = seen, 0
        elif self._turn != self._due:
            return
        self._key, self._due = loader.lend("light").show(self._indicator, outlet, what, self._turn, self._key)

    def _watch(self, pressed, now_ms):
        if not pressed:
            self._down_ms = None
        elif self._down_ms is None:
            self._down_ms = now_ms
        elif self._down_ms is not False and ticks.diff(now_ms, self._down_ms) >= _LONG_PRESS_MS:
            self._down_ms = False
            self._outlet.act("ack", True)
