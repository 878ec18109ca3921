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

The Part remembers:
  .wire      the pilot wire of apart.py
  .three     what the relay shall do
  .hold      no current is to be offered
  .state     see above
  .at_ms     ticks: of the last move
  .pause_ms  of this move
  .loaded    openings under load before this one
  .moved     the relay has, since boot
  .fresh     it has less than the minimum interval ago
"""

from micropython import const

from pilotwire.core import ticks

_FORCED_MS = const(60_000)  # the least pause after an opening under load
_REST_MS = const(3_600_000)  # nothing to wait for
_WHO = "phases"


def begin(part, wire):
    """wire: as apart.py has begun it."""
    part.wire = wire
    part.three = False
    part.hold = True
    part.state = "boot"
    part.at_ms = part.pause_ms = part.loaded = 0
    part.moved = part.fresh = False


def step(part, apart, now_ms, three, asked, pause_ms, rest_ms):
    """A turn -> ms until the next one, if nothing about the outlet changes. apart: core/apart.py; three: wanted; asked:
    by somebody, who waits for nothing but the pause; pause_ms: from an opening to current again; rest_ms: the least
    time between two moves that nobody asked for.
    """
    wire = part.wire
    apart.step(wire, now_ms, _WHO, _wants_apart(part))
    if part.fresh and ticks.diff(now_ms, part.at_ms) >= rest_ms:
        part.fresh = False
    connector = part.outlet.connector
    wanted = three != part.three and not connector.faults.present("weld")
    if part.state == "boot":
        if connector.seen_b or connector.plugged:
            part.state = "rest"
    elif part.state == "stop":
        _stop(part, now_ms, wanted, apart.has(wire, _WHO))
    else:
        _follow(part, now_ms)
    if part.state == "rest":
        part.hold = wanted and (asked or not part.fresh)
        if part.hold:
            part.state = "stop"
            part.pause_ms = pause_ms if asked or part.moved else 0
            part.loaded = connector.loaded
    return _rest_ms(part, now_ms, rest_ms)


def _stop(part, now_ms, wanted, open):
    """Comes a turn after the hold: by now the offer is withdrawn."""
    if open:
        part.state = "join"
        if wanted and part.outlet.connector.is_open:
            part.three = not part.three
            part.at_ms, part.fresh = now_ms, True
            part.moved = True
            part.state = "settle"
    elif not wanted:
        part.state = "join"


def _follow(part, now_ms):
    passed_ms = ticks.diff(now_ms, part.at_ms)
    connector = part.outlet.connector
    if part.state == "settle":
        if passed_ms >= part.driver.settle_ms:
            part.state = "pause" if connector.plugged else "join"
    elif part.state == "pause":
        least_ms = _FORCED_MS if connector.loaded != part.loaded else 0
        if passed_ms >= max(part.pause_ms, least_ms) or not connector.plugged:
            part.state = "join"
    elif not part.wire.who:
        part.state = "rest"


def _wants_apart(part):
    return part.state in ("stop", "settle") or part.state == "pause" and part.wire.relay is not None


def _rest_ms(part, now_ms, rest_ms):
    if part.state != "rest":
        return 0
    return min(_REST_MS, rest_ms - ticks.diff(now_ms, part.at_ms)) if part.fresh else _REST_MS
