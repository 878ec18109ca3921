"""A car and its cable: what it loads the pilot with, and how much it draws.

The car closes S2 (state C) when its driver wants to charge and opens it when it is full. It
believes the pilot: `reply_s` after a change of the duty it follows the new current; when an
offer is withdrawn, or the pilot is gone, it opens S2 and closes it again once it is offered
current. A `reply_s` of more than 6 s makes the stubborn car that keeps drawing. A car that sleeps
shows B, whatever its driver wants, until the pilot was gone for 3 s.
"""

from .electrics import current_for

_S = 1_000_000
_WAKE_US = 500_000  # no car closes S2 sooner after the plug went in
_GREED_MA = 5000
_ROUSE_US = 3_000_000  # a sleeping car wakes when the pilot was gone for so long


class Car:
    """One car. `letter` and `drawn_ma()` are what the outlet feels of it.

    amps, cable: A, the car's and the cable's limit; kwh: what fits in, None endless; reply_s: s;
    changed() is called whenever the car itself did something.
    """

    def __init__(self, timeline, changed, **settings):
        self.settings = settings
        self.phases = settings["phases"]
        self._most_ma = round(1000 * min(settings["amps"], settings["cable"]))
        self._reply_us = round(_S * settings["reply_s"])
        self._timeline = timeline
        self._changed = changed
        self._plugged_us = timeline.now_us
        self._heard = None  # the duty it is reacting to
        self._answer = self._wake = self._start = None  # events on the timeline
        self.asleep = settings.get("sleeps", False)
        self._rouse = None  # event
        self.wants = False  # the driver wants to charge
        self.s2 = False
        self.allowed_ma = 0  # what it has understood so far
        self.takes_ma = None  # on L1, L2, L3 whatever it may, while S2 is closed
        self.live = False  # mains voltage at its socket
        self.draws = False  # and that for reply_s
        self.taken_wh = 0.0

    @property
    def letter(self):
        if not self.s2:
            return "B"
        return "D" if self.settings["ventilation"] else "C"

    @property
    def left_wh(self):
        """What still fits in, or None for an endless car."""
        kwh = self.settings["kwh"]
        return None if kwh is None else max(0.0, kwh * 1000 - self.taken_wh)

    def ask(self, on):
        """The driver wants to charge, or no longer. S2 follows at once, but a fresh car wakes
        first.
        """
        self.wants = on
        self._timeline.cancel(self._wake)
        if on:
            awake_us = self._plugged_us + _WAKE_US
            self._wake = self._timeline.after(awake_us - self._timeline.now_us, self._close_s2)
        else:
            self.s2 = False

    def hear(self, duty):
        """The pilot the car sees: duty 0..65535, None for no pilot at all."""
        if duty != self._heard:
            self._heard = duty
            self._timeline.cancel(self._answer)
            self._answer = self._timeline.after(self._reply_us, self._follow)
            self._timeline.cancel(self._rouse)
            if not duty:
                self._rouse = self._timeline.after(_ROUSE_US, self._roused)

    def _roused(self):
        self.asleep = False

    def power(self, on):
        """Mains voltage arrived at the car, or went. It takes reply_s before it draws."""
        self._timeline.cancel(self._start)
        self.live, self.draws = on, False
        if on:
            self._start = self._timeline.after(self._reply_us, self._draw)

    def drawn_ma(self, powered, greedy=False):
        """mA on each phase the car uses; powered: which of L1..L3 carry voltage at the socket; greedy: more than it
        may.
        """
        ma = min(self._most_ma, self.allowed_ma) + _GREED_MA * greedy
        wanted = self.takes_ma or [ma if phase < self.phases else 0 for phase in range(3)]
        return [wanted[phase] if self.s2 and self.draws and powered[phase] else 0 for phase in range(3)]

    def gone(self):
        """The car drives away: nothing it planned happens any more."""
        for event in (self._answer, self._wake, self._start, self._rouse):
            self._timeline.cancel(event)

    def _close_s2(self):
        full = self.left_wh is not None and self.left_wh <= 0
        if self.wants and not full and not self.s2 and not self.asleep:
            self.s2 = True
            self._changed()

    def _follow(self):
        offered_ma = current_for(self._heard)
        withdrawn = self.allowed_ma and not offered_ma
        self.allowed_ma = offered_ma
        if withdrawn or not self._heard:
            self.s2 = False
        elif offered_ma:
            self._close_s2()
        self._changed()

    def _draw(self):
        self.draws = True
        self._changed()
