"""A long random walk: whatever car, contactor, meter and people do, the contactor is commanded closed only while every
condition holds. The conditions are watched here from outside, with the walk's own knowledge of the world.
"""

from vehicle import current_for
from wire import Wire

from pilotwire.core import ticks
from pilotwire.core.duty import STEADY
from pilotwire.core.pilot import OUTPUT


class Dice:
    """A small generator of our own (Marsaglia's xorshift), so that a walk is the same on every port."""

    def __init__(self, seed):
        self._x = seed

    def roll(self, n):
        x = self._x
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        self._x = x
        return x % n


class Watcher:
    """Knows for how long what has been true, and complains."""

    def __init__(self, wire):
        self.wire = wire
        self.good_ms = 0  # the car asks
        self.away_ms = 0  # with the contactor closed: the car does not ask
        self.diode = 0  # bursts that showed one since the car was plugged in
        self.since_open_ms = 0
        self.withdrawn_ms = 0
        self.changed_ms = 10**9  # since the duty changed
        self.closed_before = False
        self.duty_before = STEADY
        self.closings = 0

    def watch(self, dt_ms):
        wire, box = self.wire, self.wire.box
        high_mv, low_mv = wire.burst()
        if not box.plugged:
            self.diode = 0
        elif low_mv < -10000 and 1500 < high_mv < 10500:
            self.diode += 1
        asks = 4500 < high_mv < 7500  # as far as the ADC tells: one that froze hides the car
        self.good_ms = self.good_ms + dt_ms if asks else 0
        self.since_open_ms = 0 if self.closed_before and not box.close else self.since_open_ms + dt_ms
        if box.close and not self.closed_before:
            self.closing()
        if box.close:
            self.closed(dt_ms, asks)
        else:
            self.away_ms = self.withdrawn_ms = 0
        self.output(dt_ms)
        self.closed_before = box.close

    def closing(self):
        wire, box = self.wire, self.wire.box
        self.closings += 1
        assert box.permit and box.offer_ma >= 6000, "closed without a permit or an offer"
        assert self.good_ms >= 500, "closed %d ms after the car asked" % self.good_ms
        assert self.since_open_ms >= 5000, "closed %d ms after opening" % self.since_open_ms
        assert self.diode >= 5, "closed with the diode seen in %d bursts" % self.diode
        assert not wire.contact, "closed on contacts that are not open"
        assert not box.faults.any and not box.external_fault, "closed with %r" % box.faults.names()
        assert self.duty_before != STEADY, "closed without PWM"

    def closed(self, dt_ms, asks):
        box = self.wire.box
        assert box.state in ("C2", "CX"), box.state
        assert not box.external_fault, "closed with an external fault"
        assert [n for n in box.faults.names() if n != "meter"] == [], "closed with %r" % box.faults.names()
        self.away_ms = 0 if asks else self.away_ms + dt_ms
        assert self.away_ms < 60, "closed %d ms after the car left C" % self.away_ms
        offered = box.permit and box.offer_ma >= 6000 and not box.faults.any
        self.withdrawn_ms = 0 if offered else self.withdrawn_ms + dt_ms
        assert self.withdrawn_ms <= 6040, "closed %d ms after the offer was withdrawn" % self.withdrawn_ms

    def output(self, dt_ms):
        box = self.wire.box
        assert OUTPUT[box.state][1] == box.close
        assert (box.duty not in (STEADY, 0)) == (OUTPUT[box.state][0] == "pwm")
        if box.duty not in (STEADY, 0) and box.duty != self.duty_before:
            assert self.changed_ms >= 4980 or not (self.closed_before and box.close) or self.duty_before == STEADY
            assert current_for(box.duty) <= box.offer_ma, "more than offered"
        self.changed_ms = dt_ms if box.duty != self.duty_before else self.changed_ms + dt_ms
        self.duty_before = box.duty


CARS = "AABBBBCCCCCCCCCCCCDE"
OFFERS = (0, 5999, 6000, 10000, 16000, 16000, 16000, 32000)


def happen(wire, dice, kind):
    """One thing happens to the world; the kinds below 20 are common, the others rare."""
    box = wire.box
    if kind < 10:
        wire.car = CARS[dice.roll(len(CARS))]
    elif kind < 14:
        box.offer_ma = OFFERS[dice.roll(len(OFFERS))]
    elif kind < 16:
        box.permit = dice.roll(4) > 0
    elif kind == 16:
        wire.diode = dice.roll(3) > 0
    elif kind == 17:
        box.external_fault = dice.roll(3) == 0
    elif kind == 18:
        wire.welded = wire.stuck = False
        box.faults.acknowledge()
    elif kind == 19:
        wire.frozen = wire.burst() if dice.roll(3) == 0 else None
    elif kind == 20:
        wire.welded = dice.roll(3) == 0
    elif kind == 21:
        wire.stuck = dice.roll(3) == 0
    elif kind == 22:
        box.restart(wire.now_ms)
    elif kind == 23:
        (box.faults.set if dice.roll(2) else box.faults.clear)("meter")


def heal(wire):
    """Everything is well again and a patient car asks, so that the walk does not end in a corner."""
    wire.welded = wire.stuck = wire.box.external_fault = False
    wire.frozen, wire.diode = None, True
    wire.box.faults.clear("meter")
    wire.offer()


def walk(seed, steps, release_ms=30):
    dice = Dice(seed)
    wire = Wire(release_ms=release_ms, now_ms=(1 << 30) - 20000)  # the ticks wrap on the way
    watcher = Watcher(wire)
    seen = set()
    for i in range(steps):
        if i % 40 == 0:
            heal(wire)
        if i % 40 in (1, 3, 5):
            wire.box.faults.acknowledge()
            wire.car = "ABC"[i % 40 // 2]
            pause_ms = (600, 400, 32000)[i % 40 // 2]
        else:
            if i % 40 > 5:
                happen(wire, dice, dice.roll(24))
                if watcher.closed_before and not wire.box.close:
                    watcher.watch(0)  # a restart opens at once, not with the next tick
            pause_ms = (20, 40, 60, 100, 300, 700, 3000, 8000)[dice.roll(8)]
        while pause_ms > 0:
            dt_ms = wire.box.period_ms
            wire.tick(dt_ms)
            watcher.watch(dt_ms)
            seen.add(wire.box.state)
            pause_ms -= dt_ms
    assert ticks.diff(wire.now_ms, 0) > 0
    return watcher, seen


def test_the_contactor_is_closed_only_while_every_condition_holds():
    closings, met = 0, set()
    for seed in (1, 20, 300):
        watcher, seen = walk(seed, 500)
        closings += watcher.closings
        met |= seen
    assert met == set(OUTPUT), "never in %r" % (set(OUTPUT) - met)
    assert closings > 50, closings  # the walk does charge


def test_the_same_with_a_slow_contactor():
    watcher, _ = walk(5, 500, release_ms=50)
    assert watcher.closings > 15, watcher.closings
