"""The self-test of a residual current monitor, and when a trip is one.

Done at the start, after a session, and before a charge when the last one is older than 24 h; only while the contactor
is proven open and may not be closed, the car in A or B and no PWM. The line is on until the monitor trips, which has
500 ms; then the trip has to go within 2.5 s. In that window a trip is none, everywhere else it is real. A monitor that
fails is tested again each minute.

The window is also open at the start, until the output is quiet for the first time: the monitor gets its power when we
do. While it is open, or a test is due, the outlet is held back, so that no contactor closes in it.
"""

from micropython import const

from pilotwire.core import ticks

_TRIP_MS = const(500)  # from test on
_CLEAR_MS = const(2500)  # from test off
_QUIET_MS = const(150)  # without a trip: it is gone
_VALID_MS = const(86_400_000)
_AGAIN_MS = const(60_000)


class SelfTest:
    """able: there is a test line. Without one nothing is tested, only the start is awaited."""

    def __init__(self, now_ms, able):
        self.on = False  # the test line
        self.window = True  # a trip is expected
        self.due = able  # no charge before it has passed
        self.failed = False
        self._able = able
        self._passing = None  # the test under way: in order so far? None: it is the start
        self._now_ms = now_ms
        self._since_ms = now_ms  # the line was switched
        self._first_ms = None  # the trip of this window was seen first, and last
        self._last_ms = now_ms
        self._age_ms = 0  # of the last test
        self._closings = 0  # of the contactor, as it was then

    @property
    def holds(self):
        """Shall the outlet not charge?"""
        return self.due or self.window

    def saw(self, now_ms):
        """There is a trip, and the window is open. Called from callbacks: allocates nothing."""
        if self._first_ms is None:
            self._first_ms = now_ms
        self._last_ms = now_ms

    def step(self, now_ms, connector):
        """A few times a second. -> the test line: on or off."""
        self._grow_old(now_ms, connector)
        ms = ticks.diff(now_ms, self._since_ms)
        if self.on:
            if self._first_ms is not None or ms >= _TRIP_MS:
                self._tripped(now_ms)
        elif self.window:
            self._await_quiet(now_ms, ms)
        elif self.due and _safe(connector) and (not self.failed or ms >= _AGAIN_MS):
            self._begin(now_ms, connector)
        return self.on

    def _grow_old(self, now_ms, connector):
        if self._age_ms < _VALID_MS:
            self._age_ms += max(0, ticks.diff(now_ms, self._now_ms))
        self._now_ms = now_ms
        over = not connector.plugged and connector.closings != self._closings
        if self._able and not connector.close and (over or self._age_ms >= _VALID_MS):
            self.due = True

    def _begin(self, now_ms, connector):
        self._closings = connector.closings
        self._first_ms = None
        self._since_ms = self._last_ms = now_ms
        self.window = self.on = True

    def _tripped(self, now_ms):
        """Or its time is over."""
        first_ms = self._first_ms
        self._passing = first_ms is not None and ticks.diff(first_ms, self._since_ms) <= _TRIP_MS
        self.on = False
        self._since_ms = now_ms

    def _await_quiet(self, now_ms, ms):
        """Without a trip in time the window stays open for one that is late."""
        quiet = ticks.diff(now_ms, self._last_ms) >= _QUIET_MS
        if ticks.diff(self._last_ms, self._since_ms) > _CLEAR_MS:
            self._passing = False
        if self._passing is False:
            self.failed = True
        if quiet and (self._passing is not False or ms >= _CLEAR_MS):
            self._end()

    def _end(self):
        self.window = False
        self.due = self._able and not self._passing
        if self._passing or not self._able:
            self.failed = False
        if self._passing:
            self._age_ms = 0


def _safe(connector):
    """Is the contactor proven open, can it not be closed, and is the car in A or B without PWM? A monitor that tripped
    is not tested before people have looked at it."""
    return (
        connector.is_open
        and not connector.permit
        and connector.letter in ("A", "B")
        and connector.state in ("A1", "B1", "E")
        and not connector.faults.present("rcd")
    )
