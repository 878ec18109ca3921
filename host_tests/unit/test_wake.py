"""A car that sleeps is woken by an interrupted pilot wire, twice at the most in a plug-in."""

from box import Plain
from check import eq
from wire import Wire

from pilotwire.core import apart, wake


class Bench:
    """The pilot relay counts its time; the car wakes after `wakes_s` without a pilot, None: never."""

    def __init__(self, wakes_s=None):
        self.wire = Wire()
        self.box = self.wire.box
        self.open = False
        self.memory = Plain(outlet=Plain(connector=self.box))
        apart.begin(self.memory, self)
        wake.begin(self.memory)
        self.waits_ms = 0  # what the last turn has asked for
        self.allowed = True
        self.wake_ms, self.always = 4000, False  # sumd, sua
        self.car = "A"
        self.wakes_s = wakes_s
        self.spells = []  # s of each interruption
        self.run(6)
        self.car = "B"

    def part(self, on):
        eq((self.box.held, self.box.close, self.box.is_open), (True, False, True))
        self.open = on
        if on:
            self.spells.append(0)

    def run(self, seconds):
        for _ in range(int(seconds * 5)):
            self.wire.car = "A" if self.open else self.car
            self.wire.run(200)
            offers = self.allowed and self.box.plugged
            self.wire.offer(16000 if offers else 0, offers)
            self.waits_ms = wake.step(self.memory, apart, self.wire.now_ms, self.allowed, self.wake_ms, self.always)
            if self.open:
                self.spells[-1] += 0.2
                if self.wakes_s and self.spells[-1] >= self.wakes_s and self.car == "B":
                    self.car = "C"
        return self

    def rounded(self):
        return [int(s + 0.5) for s in self.spells]


def test_a_car_that_asks_in_time_is_left_alone():
    bench = Bench().run(85)
    bench.car = "C"
    bench.run(20)
    eq(bench.box.close, True)
    bench.car = "B"  # full
    bench.run(3600)
    eq(bench.spells, [])


def test_4_s_after_90_s_wake_a_car():
    bench = Bench(3).run(88)
    eq(bench.spells, [])
    bench.run(10)
    eq(bench.rounded(), [4])
    bench.run(10)
    eq((bench.box.close, bench.box.plugged, bench.box.held), (True, True, False))
    bench.run(600)
    eq(bench.rounded(), [4])


def test_30_s_after_30_s_wake_another_one():
    bench = Bench(20).run(98)
    eq((bench.rounded(), bench.box.state), ([4], "B2"))
    bench.run(25)
    eq(len(bench.spells), 1)
    bench.run(45)
    eq((bench.rounded(), bench.box.close), ([4, 30], True))


def test_a_car_that_does_not_wake_is_left_alone_until_the_next_plug_in():
    bench = Bench().run(4000)
    eq((bench.rounded(), bench.box.state), ([4, 30], "B2"))
    bench.car = "A"
    bench.run(2)
    bench.car = "B"
    bench.run(110)
    eq(bench.rounded(), [4, 30, 4])


def test_nobody_is_woken_who_is_not_offered_current():
    bench = Bench()
    bench.allowed = False
    eq(bench.run(4000).spells, [])
    bench.allowed = True
    bench.run(60)
    bench.allowed = False
    bench.run(1)
    bench.allowed = True
    eq(bench.run(60).spells, [])
    eq(len(bench.run(40).spells), 1)


def test_an_offer_that_is_withdrawn_ends_the_interruption():
    bench = Bench().run(92)
    eq(bench.open, True)
    bench.allowed = False
    bench.run(1)
    eq(bench.open, False)
    bench.run(1)
    eq((bench.box.held, bench.box.state, bench.box.plugged), (False, "B1", True))


def test_a_car_unplugged_meanwhile_is_gone_after_it():
    bench = Bench().run(92)
    eq(bench.open, True)
    bench.car = "A"
    bench.run(1)
    eq(bench.box.plugged, True)
    bench.run(5)
    eq((bench.box.plugged, bench.open, bench.box.held), (False, False, False))


def test_a_contactor_that_is_not_proven_open_keeps_the_wire_whole():
    bench = Bench().run(80)
    bench.wire.contact = bench.wire.welded = True
    bench.run(60)
    eq((bench.spells, bench.box.held), ([], False))


def test_its_next_turn_is_when_something_is_due():
    bench = Bench()
    eq(bench.waits_ms, 3_600_000)  # no car
    bench.run(1)
    began_ms, waits_ms = bench.wire.now_ms, bench.waits_ms
    bench.run(50)
    eq(bench.wire.now_ms + bench.waits_ms, began_ms + waits_ms)
    while bench.memory.at == 0:
        bench.run(0.2)
    eq(bench.wire.now_ms, began_ms + waits_ms)
    while bench.memory.who or bench.memory.at == 1:
        eq(bench.waits_ms, 0)  # until the wire is whole again
        bench.run(0.2)
    eq((bench.rounded(), bench.waits_ms), ([4], 30_000))
    bench.run(100)
    eq(bench.waits_ms, 3_600_000)  # it sleeps on


def test_a_car_that_charges_is_not_looked_at():
    bench = Bench().run(20)
    bench.car = "C"
    eq(bench.run(5).waits_ms, 3_600_000)


def test_the_first_interruption_is_as_long_as_somebody_wants():
    bench = Bench()
    bench.wake_ms = 10_000
    bench.run(98)
    eq(len(bench.spells), 1)
    bench.run(80)
    eq(bench.rounded(), [10, 30])


def always(bench):
    bench.always, bench.car = True, "A"
    bench.run(1)
    bench.car = "B"
    return bench


def test_a_car_is_woken_with_each_offer_where_somebody_wants_that():
    bench = always(Bench(3)).run(10)
    eq((bench.rounded(), bench.box.close), ([4], True))
    for pauses in range(2, 4):
        bench.allowed, bench.car = False, "B"
        bench.run(20)
        eq((bench.box.close, len(bench.spells), bench.waits_ms), (False, pauses - 1, 3_600_000))
        bench.allowed = True
        bench.run(10)
        eq((bench.rounded(), bench.box.close), ([4] * pauses, True))
    bench.car = "B"  # full, and the offer stays
    bench.run(600)
    eq(bench.rounded(), [4] * 3)


def test_a_contactor_that_closed_before_the_interruption_ends_it():
    bench = Bench().run(1)
    bench.car = "C"
    bench.run(10)
    eq(bench.box.close, True)
    bench.memory.at = 1  # the turn for it came late
    bench.run(1)
    bench.car = "B"  # full
    bench.run(300)
    eq((bench.memory.at, bench.spells), (2, []))
