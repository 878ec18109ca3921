"""The current of a station with several outlets: a car that is alone takes it all, two halve it.

The sum of what the cars may take is never above the station's current, although a car has 5 s to follow a new duty
(IEC 61851-1, Table A.6, sequence 6): a share goes down at once, and up only to what the others have left for sure. What
a car may take is known from the duty that is put out and from the contactor, not from what was decided.

A car that was offered current for a minute and does not ask for it keeps the least there is, so that it can ask; the
others have the rest. Where there is not enough for all, who came last waits.
"""

from micropython import const

from pilotwire.core import ticks
from pilotwire.core.duty import LEAST_MA, OFF, STEADY

_ADAPT_MS = const(5500)  # the norm's 5 s, and two turns of the control loop
_IDLE_MS = const(60_000)


def shares(station_ma, queue, idle):
    """-> {outlet: mA}, 0: it has to wait. queue: the outlets whose car may charge, in the order in which they came;
    idle: those of them whose car does not ask."""
    queue = [n for n in queue if n not in idle] + [n for n in queue if n in idle]
    served = queue[: max(1, station_ma // LEAST_MA)]
    asking = [n for n in served if n not in idle] or served
    found = {n: LEAST_MA if n in served else 0 for n in queue}
    for n in asking:
        found[n] = (station_ma - LEAST_MA * (len(served) - len(asking))) // len(asking)
    return found


class _Place:
    """What is known of one outlet."""

    def __init__(self, outlet):
        self.outlet = outlet
        self.granted_ma = 0  # what it may offer now
        self.held_ma = 0  # what its car may take now, at the most
        self.duty = STEADY
        self.since_ms = 0  # how long it is so
        self.idle_ms = 0  # how long its car was offered current and did not ask

    def look(self, dt_ms):
        """-> whether its car may charge. Whom another limit holds back has its share all the same."""
        outlet, connector = self.outlet, self.outlet.connector
        duty, self.since_ms = connector.duty, min(self.since_ms + dt_ms, _ADAPT_MS)
        if duty != self.duty:
            self.duty, self.since_ms = duty, 0
        ma = 0 if duty in (STEADY, OFF) else (duty * 4000 + 4368) // 4369  # duty.py turned round; up to 51 A
        if ma >= self.held_ma or (connector.is_open if not ma else self.since_ms >= _ADAPT_MS):
            self.held_ma = ma
        if connector.letter == "C":
            self.idle_ms = 0
        elif self.granted_ma:
            self.idle_ms = min(self.idle_ms + dt_ms, _IDLE_MS)
        return outlet.plugged and not outlet.reason and not outlet.faults.any


class Station:
    """Stands in the parts of each of its outlets, so that it has its turn right before they decide what to offer."""

    def __init__(self, box):
        self._box = box
        self._places = [_Place(outlet) for outlet in box.outlets]
        self._queue = []
        self._now_ms = box.clock.ms()

    def step(self, now_ms):
        """Several times a second, now_ms: ticks."""
        dt_ms, self._now_ms = ticks.diff(now_ms, self._now_ms), now_ms
        queue, most_ma = self._queue, self._most_ma()
        for place in self._places:
            if not place.look(dt_ms):
                if place in queue:
                    queue.remove(place)
            elif place not in queue:
                place.idle_ms = 0
                queue.append(place)
        self._grant(most_ma, shares(most_ma, queue, [place for place in queue if place.idle_ms >= _IDLE_MS]))
        for place in self._places:
            place.outlet.limits.set("station", place.granted_ma if place.outlet.plugged else most_ma)

    def _grant(self, most_ma, wanted):
        for place in self._places:
            place.granted_ma = min(place.granted_ma, wanted.get(place, 0))
        for place in self._queue:
            taken_ma = sum(max(p.granted_ma, p.held_ma) for p in self._places if p is not place)
            if wanted[place] + taken_ma <= most_ma:
                place.granted_ma = wanted[place]

    def _most_ma(self):
        get, limits = self._box.settings.get, self._box.board.LIMITS
        board_ma = limits.get("station_ma", len(self._places) * limits["ma"])
        most_ma = min(board_ma, get("installer_max_ma"), get("mmc"))
        grid_ma = self._box.grid_ma
        return most_ma if grid_ma is None else min(most_ma, grid_ma)
