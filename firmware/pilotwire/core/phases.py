"""One phase or three: when the phase relay moves, and what a car gets before it has current again.

The relay is a second contactor, in L2 and L3 behind the main one. It moves only while the main contactor is proven open
and cannot close (apart.py). The order is that of facts 1.6:

  boot    nothing is known of the line yet
  rest    nothing to do
  stop    the offer is withdrawn: the car has its 6 s, then the contactor opens, then the pilot wire
  settle  the phase relay moves
  pause   the car has time to notice, with the pilot wire open where the board has a relay for it
  join    the pilot wire is whole again, and will soon be believed

Without power the relay is open: where three phases are wanted it is moved before the first closing. Then a car that is
there gets its pause only where somebody has chosen the phases: the choice may be as fresh as that.
"""

from micropython import const

from pilotwire.core import ticks

_FORCED_MS = const(60_000)  # the least pause after an opening under load
_LATE_MS = const(150)  # what a mirror contact may be late beyond the relay's own time
_BOUNCE_MS = const(250)  # a mirror contact that disagrees for so long is believed
_WHO = "phases"


class Phases:
    """connector: Connector; apart: Apart; release_ms: what the relay takes, either way.

    .three  what the relay shall do    .hold  no current is to be offered    .state  see above
    .wrong  the fault that the relay's mirror contact shows, None: it follows
    """

    def __init__(self, connector, apart, release_ms):
        self.three = False
        self.hold = True
        self.wrong = None
        self.state = "boot"
        self._connector = connector
        self._apart = apart
        self._settle_ms = max(release_ms + _LATE_MS, _BOUNCE_MS)
        self._at_ms = 0  # ticks: of the last move
        self._pause_ms = 0
        self._loaded = 0  # openings under load before this one
        self._moved = False  # the relay, since boot
        self._fresh = False  # the relay has moved less than the minimum interval ago
        self._late_ms = None  # ticks: since when the mirror contact disagrees

    def watch(self, now_ms, mirror):
        """The relay's mirror contact: True closed, False open, None: there is none."""
        if mirror is None or mirror == self.three:
            self.wrong = self._late_ms = None
        elif self._late_ms is None:
            self._late_ms = now_ms
        elif ticks.diff(now_ms, self._late_ms) >= self._settle_ms:
            self.wrong = "no_close" if self.three else "weld"

    def step(self, now_ms, three, asked, pause_ms, rest_ms):
        """A turn. three: wanted; asked: by somebody, who waits for nothing but the pause; pause_ms: from an opening to
        current again; rest_ms: the least time between two moves that nobody asked for.
        """
        self._apart.step(now_ms, _WHO, self._wants_apart())
        if self._fresh and ticks.diff(now_ms, self._at_ms) >= rest_ms:
            self._fresh = False
        connector = self._connector
        wanted = three != self.three and not connector.faults.present("weld")
        if self.state == "boot":
            if connector.seen_b or connector.plugged:
                self.state = "rest"
        elif self.state == "stop":
            self._stop(now_ms, wanted)
        else:
            self._follow(now_ms)
        if self.state == "rest":
            self.hold = wanted and (asked or not self._fresh)
            if self.hold:
                self.state = "stop"
                self._pause_ms = pause_ms if asked or self._moved else 0
                self._loaded = connector.loaded

    def _stop(self, now_ms, wanted):
        """Comes a turn after the hold: by now the offer is withdrawn."""
        if self._apart.has(_WHO):
            self.state = "join"
            if wanted and self._connector.is_open:
                self.three = not self.three
                self._at_ms, self._fresh = now_ms, True
                self._moved = True
                self.state = "settle"
        elif not wanted:
            self.state = "join"

    def _follow(self, now_ms):
        passed_ms = ticks.diff(now_ms, self._at_ms)
        if self.state == "settle":
            if passed_ms >= self._settle_ms:
                self.state = "pause" if self._connector.plugged else "join"
        elif self.state == "pause":
            least_ms = _FORCED_MS if self._connector.loaded != self._loaded else 0
            if passed_ms >= max(self._pause_ms, least_ms) or not self._connector.plugged:
                self.state = "join"
        elif not self._apart.busy:
            self.state = "rest"

    def _wants_apart(self):
        return self.state in ("stop", "settle") or self.state == "pause" and self._apart.has_relay
