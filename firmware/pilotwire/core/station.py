"""The current of a station with several outlets: a car that is alone takes it all, two halve it.

The sum of what the cars may take is never above the station's current, although a car has 5 s to follow a new duty
(IEC 61851-1, Table A.6, sequence 6): a share goes down at once, and up only to what the others have left for sure. What
a car may take is known from the duty that is put out and from the contactor, not from what was decided.

A car that was offered current for a minute and does not ask for it keeps the least there is, so that it can ask; the
others have the rest. Where there is not enough for all, who came last waits.
"""

from micropython import const

from pilotwire.core.duty import LEAST_MA, OFF, STEADY

_ADAPT_MS = const(5500)  # the norm's 5 s, and two turns of the control loop
_IDLE_MS = const(60_000)
_LINEAR = const(55704)  # 85 %


def shares(station_ma, queue, idle):
    """-> {outlet: mA}, 0: it has to wait. queue: the outlets whose car may charge, in the order in which they came;
    idle: those of them whose car does not ask."""
    queue = [n for n in queue if n not in idle] + [n for n in queue if n in idle]
    served = queue[: max(1, station_ma // LEAST_MA)]
    asking = [n for n in served if n not in idle] or served
    found = {n: 0 if n not in served else LEAST_MA for n in queue}
    for n in asking:
        found[n] = (station_ma - LEAST_MA * (len(served) - len(asking))) // len(asking)
    return found


def most_ma(duty):
    """The most that a car reads from a duty, in mA; 0 where nothing is offered. duty: 0..65535, as duty_for() makes
    it."""
    if duty in (STEADY, OFF):
        return 0
    if duty <= _LINEAR:
        return (duty * 4000 + 4368) // 4369
    return ((duty - 41942) * 50000 - 6894) // 13107  # 64 % are 41942.4


class Station:
    """The shares of outlets 0, 1, ... Made once; turn() several times a second."""

    def __init__(self, count):
        self.granted_ma = [0] * count  # what each may offer now
        self._held_ma = [0] * count  # what its car may take now, at the most
        self._fell_ms = [0] * count  # how long its duty has been lower than that, unchanged
        self._duty_ma = [0] * count
        self._idle_ms = [0] * count  # how long it was offered current and did not ask
        self._queue = []
        self._now_ms = None

    def turn(self, dt_ms, station_ma, outlets):
        """Sets granted_ma. dt_ms: since the last turn; outlets: of each (may it charge, apart from us; the car asks;
        duty put out; the contactor is open for sure)."""
        for n, (may, asks, duty, is_open) in enumerate(outlets):
            self._hold(n, most_ma(duty), is_open, dt_ms)
            self._follow(n, may, asks, dt_ms)
        wanted = shares(station_ma, self._queue, [n for n in self._queue if self._idle_ms[n] >= _IDLE_MS])
        granted_ma = self.granted_ma
        for n in range(len(granted_ma)):
            granted_ma[n] = min(granted_ma[n], wanted.get(n, 0))
        for n in self._queue:
            if wanted[n] > granted_ma[n] and wanted[n] + self._taken_ma(n) <= station_ma:
                granted_ma[n] = wanted[n]

    def _taken_ma(self, but):
        """What the others have, or may have the next moment."""
        return sum(max(self.granted_ma[n], ma) for n, ma in enumerate(self._held_ma) if n != but)

    def _hold(self, n, ma, is_open, dt_ms):
        if ma != self._duty_ma[n]:
            self._duty_ma[n] = ma
            self._fell_ms[n] = 0
        elif self._fell_ms[n] < _ADAPT_MS:
            self._fell_ms[n] += dt_ms
        if ma >= self._held_ma[n] or self._fell_ms[n] >= _ADAPT_MS and (ma or is_open) or is_open and not ma:
            self._held_ma[n] = ma

    def _follow(self, n, may, asks, dt_ms):
        """Who is in the queue, and since when its car does not ask."""
        if asks:
            self._idle_ms[n] = 0
        elif self.granted_ma[n] and self._idle_ms[n] < _IDLE_MS:
            self._idle_ms[n] += dt_ms
        if may and n not in self._queue:
            self._queue.append(n)
            self._idle_ms[n] = 0
        elif not may and n in self._queue:
            self._queue.remove(n)
