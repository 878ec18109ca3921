"""One phase and three: every event at every step. The relay of the simulation counts what would damage it."""

from box import Plain
from check import eq
from wire import Wire

from pilotwire.core import apart, phases, ticks

PAUSE_MS, REST_MS = 20_000, 600_000
STATES = ("stop", "settle", "pause", "join")


class Relay:
    """In the pilot wire."""

    open = False

    def part(self, on):
        self.open = on


class Bench:
    """A connector on its wire, and the machine at five turns a second, as outlet.py and parts/phases.py do it."""

    def __init__(self, relay=True, psm=2, car="A", **options):
        self.wire = Wire(**options)
        self.box = self.wire.box
        self.relay = Relay() if relay else None
        self.phases = self.line = Plain(outlet=Plain(connector=self.box), driver=Plain(settle_ms=250))
        if relay:
            self.line = Plain(outlet=self.phases.outlet)
        apart.begin(self.line, self.relay)
        phases.begin(self.phases, self.line)
        self.waits_ms = 0  # what the last turn has asked for
        self.psm = psm
        self.car = car
        self.coil = self.three = False  # the relay's coil and its contacts
        self.moves = 0
        self.log = []  # states, each once
        self.turn_at_ms = 0

    def run(self, seconds):
        for _ in range(int(seconds * 5)):
            self.turn()
        return self

    def turn(self):
        self.wire.car = "A" if self.relay and self.relay.open else self.car
        self.wire.run(200)
        part, now_ms = self.phases, self.wire.now_ms
        self.waits_ms = phases.step(part, apart, now_ms, self.psm != 1, self.psm != 0, PAUSE_MS, REST_MS)
        if part.three != self.coil:
            eq((self.box.close, self.wire.contact, self.box.held), (False, False, True))  # never under load
            if self.relay:
                eq(self.relay.open, True)
            self.coil = part.three
            self.moves += 1
        self.three = self.coil
        if self.relay and self.relay.open:
            eq((self.box.close, self.box.held), (False, True))
        offers = not part.hold and self.box.plugged
        self.wire.offer(16000 if offers else 0, offers)
        if not self.log or self.log[-1] != part.state:
            self.log.append(part.state)

    def until(self, state, most_s=120):
        for _ in range(most_s * 5):
            if self.phases.state == state:
                return self
            self.turn()
        raise AssertionError("%s instead of %s" % (self.phases.state, state))

    def charging(self):
        """A car that closes S2 whenever it is offered current, and opens it otherwise, charges."""
        self.car = "B"
        for _ in range(600):
            self.follow()
            if self.box.close:
                return self
        raise AssertionError("it does not charge, " + self.box.state)

    def follow(self):
        """A turn of an obedient car."""
        wire_open = self.relay and self.relay.open
        if self.car in "BC":
            self.car = "C" if self.box.state in ("B2", "C2W", "C2") and not wire_open else "B"
        self.turn()

    def obey(self, seconds, state=None):
        for _ in range(int(seconds * 5)):
            if state and self.phases.state == state:
                return self
            self.follow()
        assert not state, "%s instead of %s" % (self.phases.state, state)
        return self


def test_at_boot_the_relay_is_as_wanted_before_the_first_closing():
    for psm, three in ((0, True), (1, False), (2, True)):
        bench = Bench(psm=psm)
        eq(bench.phases.hold, True)
        bench.run(5)
        eq((bench.three, bench.phases.state, bench.phases.hold, bench.box.held), (three, "rest", False, False))
        bench.charging()
        eq(bench.moves, int(three))


def test_at_boot_nothing_moves_before_the_line_was_read():
    bench = Bench()
    bench.wire.frozen = (0, 0)
    bench.run(20)
    eq((bench.phases.state, bench.moves, bench.phases.hold), ("boot", 0, True))


def test_after_a_restart_with_a_car_there_is_a_pause_where_phases_were_chosen():
    for psm, least_s, most_s in ((2, 19, 22), (0, 0, 2)):
        bench = Bench(psm=psm, car="C").obey(3, "pause")
        at_ms = bench.wire.now_ms
        bench.obey(60, "rest")
        passed_ms = ticks.diff(bench.wire.now_ms, at_ms)
        assert least_s * 1000 <= passed_ms <= most_s * 1000, (psm, passed_ms)
        bench.charging()


def test_three_to_one_and_back_while_charging():
    for relay in (True, False):
        bench = Bench(relay).run(5).charging().obey(5)
        for psm in (1, 2):
            closings = bench.box.closings
            bench.log = []
            bench.psm = psm
            bench.obey(2, "stop").obey(3, "pause")
            at_ms = bench.wire.now_ms
            eq(
                (bench.three, bench.relay and bench.relay.open, bench.box.plugged),
                (psm == 2, relay and True or None, True),
            )
            bench.obey(60, "rest")
            passed_ms = ticks.diff(bench.wire.now_ms, at_ms)
            assert PAUSE_MS - 600 <= passed_ms <= PAUSE_MS + 1200, passed_ms
            eq(bench.log, ["stop", "settle", "pause", "join", "rest"])
            bench.charging()
            eq((bench.box.closings, bench.box.loaded, bench.box.held), (closings + 1, 0, False))


def test_the_contactor_that_opened_under_load_means_a_minute():
    bench = Bench().run(5).charging()
    bench.psm = 1
    bench.car = "C"  # it ignores the withdrawn offer
    bench.until("pause")
    eq(bench.box.loaded, 1)
    at_ms = bench.wire.now_ms
    bench.until("join")
    assert ticks.diff(bench.wire.now_ms, at_ms) >= 59_400


def test_without_a_car_there_is_no_pause():
    bench = Bench().run(5)
    bench.psm = 1
    bench.run(3)
    eq((bench.three, bench.phases.state, bench.phases.hold), (False, "rest", False))


def test_unplugged_at_every_step_is_noticed_and_ends_it():
    for relay in (True, False):
        for state in STATES:
            bench = Bench(relay).run(5).charging()
            bench.psm = 1
            bench.obey(60, state)
            bench.car = "A"
            bench.run(PAUSE_MS // 1000 + 5)
            eq((state, bench.box.plugged, bench.phases.state, bench.box.held), (state, False, "rest", False))
            eq(bench.relay and bench.relay.open, False if relay else None)
            eq(bench.three, False)


def test_without_a_pilot_relay_an_unplug_in_the_pause_is_noticed_at_once():
    bench = Bench(False).run(5).charging()
    bench.psm = 1
    bench.obey(60, "pause").obey(1)
    bench.car = "A"
    bench.run(1)
    eq((bench.box.plugged, bench.phases.hold), (False, False))


def test_a_car_that_is_back_within_half_a_second_after_the_wire_is_whole_was_never_gone():
    bench = Bench().run(5).charging()
    bench.psm = 1
    bench.obey(60, "join")
    bench.turn()
    eq(bench.relay.open, False)
    for bench.car in "AAAB":
        bench.turn()
        eq(bench.box.plugged, True)
    bench.obey(3)
    eq(bench.box.plugged, True)
    bench.charging()


def test_psm_set_back_at_every_step():
    for relay in (True, False):
        for state in STATES:
            bench = Bench(relay).run(5).charging()
            moves, bench.psm = bench.moves, 1
            bench.obey(60, state)
            bench.psm = 2
            bench.obey(2 * PAUSE_MS // 1000 + 20)
            eq((state, bench.three, bench.phases.state, bench.box.held), (state, True, "rest", False))
            eq((state, bench.moves - moves), (state, 0 if state == "stop" else 2))
            bench.charging()


def test_a_fault_at_every_step_changes_nothing_of_what_is_safe():
    for fault in ("rcd", "estop", "meter", "weld"):
        for state in STATES:
            bench = Bench().run(5).charging()
            bench.psm = 1
            bench.obey(60, state)
            bench.box.faults.set(fault)
            bench.obey(2)
            bench.box.faults.set(fault)
            bench.obey(2 * PAUSE_MS // 1000 + 60)
            eq((fault, state, bench.relay.open, bench.box.held), (fault, state, False, False))
            eq((fault, bench.phases.state, bench.phases.hold), (fault, "rest", False))


def test_a_main_contactor_that_is_stuck_moves_no_relay():
    bench = Bench().run(5).charging()
    moves, bench.psm = bench.moves, 1
    bench.wire.welded = True
    bench.obey(60)
    eq((bench.moves, bench.box.faults.names(), bench.box.held), (moves, ["weld"], False))
    eq((bench.phases.state, bench.phases.hold, bench.box.state), ("rest", False, "F"))


def test_a_main_contactor_that_closes_by_itself_stops_it():
    bench = Bench().run(5)
    bench.psm = 1
    bench.obey(2, "stop")
    moves = bench.moves
    bench.wire.contact = bench.wire.welded = True
    bench.wire.run(0)
    bench.box.is_open = False
    bench.run(20)
    eq((bench.moves, bench.relay.open), (moves, False))


def test_nobody_asked_so_it_waits_ten_minutes():
    bench = Bench().run(5)
    bench.psm = 1
    bench.run(10)
    bench.psm = 0
    bench.run(REST_MS // 1000 - 30)
    eq((bench.three, bench.phases.hold), (False, False))
    bench.run(30)
    eq(bench.three, True)
    bench.psm = 1  # and somebody who asks does not
    bench.run(5)
    eq(bench.three, False)


def test_two_that_want_the_wire_open_come_one_after_the_other():
    bench = Bench().run(5)
    bench.car = "B"
    bench.run(2)
    for _ in range(5):
        apart.step(bench.line, bench.wire.now_ms, "wake", True)
        bench.turn()
    eq((apart.has(bench.line, "wake"), bench.relay.open, bench.box.held), (True, True, True))
    bench.psm = 1
    bench.run(5)
    eq((bench.phases.state, bench.three), ("stop", True))
    for _ in range(5):
        apart.step(bench.line, bench.wire.now_ms, "wake", False)
        bench.turn()
    bench.run(2)
    eq((bench.three, bench.phases.state), (False, "pause"))


def test_its_next_turn_is_at_once_while_something_goes_on_and_far_away_at_rest():
    for relay in (True, False):
        bench = Bench(relay)
        eq(bench.run(0.2).waits_ms, 0)
        bench.run(5).charging().obey(1)
        eq((bench.phases.state, bench.waits_ms > 590_000), ("rest", True))
        bench.psm = 1
        bench.follow()
        while bench.phases.state != "rest":
            eq(bench.waits_ms, 0)
            bench.follow()
        eq(bench.wire.now_ms + bench.waits_ms, bench.phases.at_ms + REST_MS)  # then it may move unasked
        bench.psm = 0
        bench.obey(bench.waits_ms // 1000 - 1)
        eq(bench.three, False)
        bench.obey(5)
        eq(bench.three, True)
        bench.obey(700)
        eq((bench.phases.state, bench.waits_ms), ("rest", 3_600_000))
