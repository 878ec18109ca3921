"""The residual current monitor: a trip output, and on some a line that tests it.

It trips soon after its test line was switched on, and its output goes back soon after that was switched off. Trouble,
as faults: rcm_dead does not trip by its test line, rcm_stuck keeps the trip that it shows, and rcm_wire is a broken
wire: nothing drives the chip's pin.
"""

TRIP_US = 120_000  # both as of a usual module
CLEAR_US = 350_000
_FLOATS = -1


class Monitor:
    """data: the board's RCM. faults: names of those that are on. changed(): is called when the output has moved;
    tell(event, **fields): hears of it."""

    def __init__(self, data, timeline, faults, changed, tell):
        self.test_pin = data["test"]
        self._data = data
        self._timeline = timeline
        self._faults = faults
        self._changed = changed
        self._tell = tell
        self._testing = False
        self._move = None
        self.tripped = False

    def test(self, on):
        """The chip switches the test line."""
        if on != self._testing:
            self._testing = on
            self._tell("rcm", test=on, trip=self.tripped)
            self.settle()

    def settle(self):
        """A residual current trips at once, the test a little later."""
        wanted = "rcd" in self._faults or self._testing and "rcm_dead" not in self._faults
        if "rcm_stuck" in self._faults:
            wanted = wanted or self.tripped
        self._timeline.cancel(self._move)
        self._move = None
        if "rcd" in self._faults:
            self._show(True)
        elif wanted != self.tripped:
            self._move = self._timeline.after(TRIP_US if wanted else CLEAR_US, lambda: self._moved(wanted))

    def _moved(self, tripped):
        self._show(tripped)
        self._changed()

    def _show(self, tripped):
        if tripped != self.tripped:
            self.tripped = tripped
            self._tell("rcm", test=self._testing, trip=tripped)

    def levels(self):
        """(pin, level), the level -1 where nothing drives it."""
        level = self._data["active"] if self.tripped else 1 - self._data["active"]
        yield self._data["trip"], _FLOATS if "rcm_wire" in self._faults else level
