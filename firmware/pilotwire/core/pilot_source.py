"""The self-test of the pilot's source: can it drive the wire to -12 V, and back to +12 V?

Without its -12 V no diode is ever seen, and that would be told as the car's fault; a car does not see state F either.
So it is tested before there is a car: the output goes to -12 V from one look to another, 60 ms later or more, and back.

While it lasts the connector is held: what is on the line says nothing, and nothing can close. It begins only where the
contactor is proven open and the line is +12 V, so no car sees an F. One that comes just then makes the test void: it is
seen as soon as the test is over, and what its load does to the levels proves nothing about the source. A source that
never reaches +10.5 V cannot be told from a car.
"""

from micropython import const

from pilotwire.core import ticks
from pilotwire.core.duty import OFF, STEADY

_LEAST_MV = const(10_500)  # no car: as levels.py
_CAR_MV = const(1_500)  # from here to there: a car's load
_LOW_MV = const(-10_000)  # as the diode's, connector.py
_SETTLED_MS = const(60)


class Test:
    """One test. .over; .passed: True, False, or None where a car came."""

    def __init__(self, connector, wire=None):
        """wire: of apart.py, where the outlet has one."""
        self.over = False
        self.passed = None
        self._connector = connector
        self._wire = wire
        self._began_ms = None  # ticks: the output was switched; None: it waits for the line
        self._negative = None  # was -12 V seen?

    def look(self, now_ms, mv):
        """With every burst of the safety path, before the connector has it. Allocates nothing."""
        if self.over:
            return
        if self._began_ms is None:
            self._begin(now_ms, mv)
        elif ticks.diff(now_ms, self._began_ms) < _SETTLED_MS:
            return
        elif self._negative is None:
            self._negative = mv < _LOW_MV
            self._output(STEADY, now_ms)
        else:
            self._end(mv)

    def _begin(self, now_ms, mv):
        connector = self._connector
        self.over = connector.plugged
        if self._may_begin(mv):
            connector.held = True
            self._output(OFF, now_ms)

    def _may_begin(self, mv):
        connector = self._connector
        return (
            mv >= _LEAST_MV
            and connector.is_open
            and connector.seen_b
            and not connector.plugged
            and connector.letter == "A"
            and connector.state in ("A1", "E")
            and not connector.held
            and not self._taken()
        )

    def _taken(self):
        """Has somebody else a use for the wire? Who came in the middle of the test finds it held, and keeps it so."""
        return self._wire is not None and self._wire.who is not None

    def _output(self, duty, now_ms):
        self._connector.duty = duty
        self._began_ms = now_ms

    def _end(self, mv):
        if not _CAR_MV <= mv < _LEAST_MV:
            self.passed = self._negative and mv >= _LEAST_MV
        self._connector.held = self._taken()
        self.over = True
