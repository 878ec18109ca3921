"""The self-test of a residual current monitor (facts 2.1), on a clock of its own."""

from box import Plain
from check import eq

from pilotwire.core import rcm as core
from pilotwire.core import ticks
from pilotwire.core.faults import FaultSet

DAY_MS = 86_400_000


def idle(**values):
    """A connector without a car, contactor proven open, held back."""
    told = {"state": "A1", "letter": "A", "is_open": True, "permit": False, "close": False}
    told.update({"plugged": False, "closings": 0})
    told.update(values)
    return Plain(faults=FaultSet(), **told)


class Bench:
    """A test with a monitor that trips `trip_ms` after test on (None: never) and is quiet `clear_ms` after test off.
    Looks each 20 ms, as bursts and edges do; steps each 200 ms, but only when it is time or something has changed."""

    def __init__(self, trip_ms=100, clear_ms=100, able=True, now_ms=1000):
        self.now_ms = now_ms
        self.test = Plain()
        core.begin(self.test, now_ms, able)
        self.due_ms, self.news = now_ms, None
        self.steps = 0
        self.connector = idle()
        self.trip_ms = trip_ms
        self.clear_ms = clear_ms
        self.real = False  # a trip of itself
        self.lines = []  # (ms, on): of the test line
        self._on = False
        self._switched_ms = -100_000
        self._tripped = False
        self.ms = 0

    def run(self, ms):
        end = self.ms + ms
        while self.ms < end:
            if self.tripped() and self.test.window:
                self.test.last_ms = self.now_ms
                if self.test.first_ms is None:
                    self.test.first_ms = self.now_ms
            if self.ms % 200 == 0:
                self.turn()
                on = self.test.line
                if on != self._on:
                    self._on, self._switched_ms = on, self.ms
                    self.lines.append((self.ms, on))
                if self.holds:
                    self.connector.permit = False
            self.ms += 20
            self.now_ms = ticks.add(self.now_ms, 20)
        return self

    def skip(self, ms):
        """Nothing happens for so long, step by step of an hour."""
        while ms:
            dt_ms = min(ms, 3_600_000)
            ms -= dt_ms
            self.now_ms = ticks.add(self.now_ms, dt_ms)
            self.turn()
        return self

    def turn(self):
        """As a Part has it."""
        c = self.connector
        news = c.state, c.plugged, c.is_open, c.permit, c.faults.effect()
        if news != self.news or ticks.diff(self.now_ms, self.due_ms) >= 0:
            self.news = news
            self.due_ms = ticks.add(self.now_ms, core.step(self.test, self.now_ms, c))
            self.steps += 1

    @property
    def holds(self):
        return core.holds(self.test)

    def tripped(self):
        ms = self.ms - self._switched_ms
        if self._on:
            if self.trip_ms is not None and ms >= self.trip_ms:
                self._tripped = True
        elif self.clear_ms is not None and ms >= self.clear_ms:
            self._tripped = False
        return self.real or self._tripped


def passed(**values):
    bench = Bench(**values).run(2000)
    eq((bench.test.due, bench.test.failed, bench.holds), (False, False, False))
    return bench


def test_it_is_tested_at_the_start_and_holds_the_outlet_until_it_has_passed():
    bench = Bench()
    eq(bench.holds, True)
    bench.run(500)
    eq((bench.test.line, bench.holds), (True, True))
    bench.run(1600)
    eq((bench.test.line, bench.holds, bench.test.failed, bench.test.window), (False, False, False, False))
    eq([on for _, on in bench.lines], [True, False])


def test_a_trip_has_500_ms():
    for trip_ms, failed in ((0, False), (300, False), (480, False), (520, True), (700, True), (None, True)):
        eq(Bench(trip_ms=trip_ms).run(4000).test.failed, failed)


def test_the_trip_has_to_go_within_2500_ms():
    for clear_ms, failed in ((0, False), (2300, False), (2480, False), (2600, True), (4000, True), (None, True)):
        eq(Bench(clear_ms=clear_ms).run(7000).test.failed, failed)


def test_the_window_is_open_while_a_trip_that_comes_late_could_still_come():
    bench = Bench(trip_ms=None).run(1300)
    eq((bench.test.line, bench.test.window, bench.test.failed), (False, True, True))
    bench.run(2600)
    eq(bench.test.window, False)


def test_a_trip_that_stays_keeps_the_window_open_and_the_outlet_held():
    bench = Bench(clear_ms=None).run(10_000)
    eq((bench.test.window, bench.test.failed, bench.holds), (True, True, True))
    bench.clear_ms = 0
    bench.run(600)
    eq((bench.test.window, bench.test.failed, bench.test.due), (False, True, True))


def test_one_that_failed_is_tested_again_each_minute_and_goes_on_when_it_passes():
    bench = Bench(trip_ms=None).run(62_000)
    eq(len([on for _, on in bench.lines if on]), 2)
    bench.trip_ms = 100
    bench.run(64_000)
    eq((bench.test.failed, bench.holds), (False, False))


def test_a_test_begins_only_in_a_or_b1_with_the_contactor_open_and_held():
    for values in (
        {"is_open": False},
        {"permit": True},
        {"state": "B2", "letter": "B"},
        {"state": "C1", "letter": "C"},
        {"state": "C2W", "letter": "C"},
        {"state": "E", "letter": "E"},
        {"state": "F", "letter": "A"},
        {"state": "D1", "letter": "D"},
    ):
        bench = Bench()
        permit = values.get("permit", False)
        bench.connector = idle(**values)
        for _ in range(20):
            bench.connector.permit = permit
            bench.run(200)
        eq(bench.lines, [])
        eq(bench.holds, True)
    for values in ({"state": "B1", "letter": "B"}, {"state": "E", "letter": "B"}):
        bench = Bench()
        bench.connector = idle(plugged=True, **values)
        eq(bench.run(2000).holds, False)


def test_a_monitor_that_has_found_something_is_not_tested():
    bench = Bench()
    bench.connector.faults.set("rcd")
    eq(bench.run(5000).lines, [])


def test_it_is_tested_again_after_a_session_when_the_car_has_gone():
    bench = passed()
    bench.connector.closings, bench.connector.plugged, bench.connector.state = 1, True, "B1"
    bench.connector.letter = "B"
    eq(bench.run(2000).holds, False)
    bench.connector.plugged, bench.connector.state, bench.connector.letter = False, "A1", "A"
    bench.run(200)
    eq(bench.holds, True)
    eq(bench.run(2000).holds, False)
    eq(len(bench.lines), 4)
    bench.run(5000)
    eq(len(bench.lines), 4)


def test_it_is_tested_again_after_24_h_but_never_while_a_car_charges():
    bench = passed()
    eq(bench.skip(DAY_MS - 60_000).test.due, False)
    bench.connector.close, bench.connector.state, bench.connector.letter = True, "C2", "C"
    bench.connector.plugged, bench.connector.closings, bench.connector.is_open = True, 1, False
    eq(bench.skip(DAY_MS).holds, False)
    bench.connector.close, bench.connector.state, bench.connector.letter = False, "B1", "B"
    bench.connector.is_open = True
    bench.run(200)
    eq((bench.holds, bench.test.line), (True, True))
    eq(bench.run(2000).holds, False)


def test_days_at_rest_do_not_turn_round():
    bench = passed(now_ms=0x3FFFFF00)
    for _ in range(9):
        bench.skip(DAY_MS)
        eq(bench.holds, True)
        bench.run(2000)
        eq(bench.holds, False)


def test_without_a_test_line_only_the_start_is_awaited():
    bench = Bench(able=False)
    bench.real = True
    bench.run(2000)
    eq((bench.holds, bench.test.failed), (True, False))
    bench.run(1000)
    eq((bench.holds, bench.test.failed), (True, True))
    bench.real = False
    bench.run(600)
    eq((bench.holds, bench.test.failed, bench.test.window, bench.lines), (False, False, False, []))
    bench.skip(2 * DAY_MS)
    eq(bench.holds, False)


def test_a_monitor_that_trips_from_the_start_on_is_a_failed_one_until_it_passes():
    bench = Bench()
    bench.real = True
    bench.run(3000)
    eq((bench.test.failed, bench.lines), (True, []))
    bench.real = False
    bench.run(61_000)
    eq((bench.test.failed, bench.holds), (False, False))


def test_it_has_no_turn_while_there_is_nothing_to_do():
    bench = passed()
    before = bench.steps
    bench.skip(DAY_MS - 60_000)
    eq(bench.steps, before)
    bench.connector.permit, bench.connector.plugged, bench.connector.closings = True, True, 1
    bench.connector.close, bench.connector.state, bench.connector.letter = True, "C2", "C"
    bench.skip(3_600_000)
    before = bench.steps
    bench.run(600_000)
    eq(bench.steps, before)
