"""What a person at the wallbox sees and presses: the light and the button of one outlet.

Here it is only seen that the light has to change, or that the button is pressed; what then happens is decided in
light.py and commands.py, which come for it.
"""

from pilotwire import loader


class Panel:
    """indicator and button may be None.

    .outlet
    .down_ms     ticks: the button is pressed since; None: it is not; False: it is, and that does nothing more
    .pressed_ms  up_ms() of its last press, .held_ms of the last one of 3 s; None: there was none
    """

    def __init__(self, outlet, indicator, button):
        self.outlet = outlet
        self._indicator = indicator
        self._button = button
        self.down_ms = False  # a press from before the start does nothing
        self.pressed_ms = self.held_ms = None
        self._seen = None
        self._key = "lbr"  # the setting of the colour that is shown
        self._turn = self._due = 0  # turns since something was seen; in which one light.py wants to look again

    def step(self, now_ms):
        """Five times a second; now_ms: ticks."""
        if self._indicator:
            self._shine()
        if self._button:
            pressed = self._button.pressed()
            if pressed or self.down_ms:
                loader.lend("commands").button(self, pressed, now_ms)
            else:
                self.down_ms = None

    def _shine(self):
        outlet, get = self.outlet, self.outlet.settings.get
        what = outlet.faults.first() or outlet.car
        seen = what, outlet.denied, outlet.id_tag or outlet.trx, get("lbr"), get("lse"), get(self._key)
        self._turn += 1
        if seen != self._seen:
            self._seen, self._turn = seen, 0
        elif self._turn != self._due:
            return
        self._key, self._due = loader.lend("light").show(self._indicator, outlet, what, self._turn, self._key)
