"""The protective earth from its pin to the fault, on the simulated chip."""

# Runs on the simulated chip.

import time

import clock
import link
import micropython
from box import Log, Plain, part_outlet
from check import eq

from pilotwire import app, hal, loader
from pilotwire.core import earth as core
from pilotwire.core.faults import FaultSet
from pilotwire.parts import Part

PIN = 12


def driver(**spec):
    class Board:
        EARTH = {"pin": PIN}

    Board.EARTH.update(spec)
    link.levels.pop(PIN, None)
    link.edges.pop(PIN, None)
    return hal.make(Board, "EARTH")


class Bench:
    """The part round a real driver; the safety path is played: a look each 20 ms, a turn each 200 ms."""

    def __init__(self, **spec):
        self.driver = driver(**(spec or {"present": 1}))
        self.held, self.log, self.faults = {}, Log(), FaultSet()
        self.outlet = part_outlet(
            self.faults, hold=lambda name, on: self.held.update({name: on}), box=Plain(log=self.log)
        )
        self.safety = Plain(polls=())
        self.part = Part("earth", self.outlet, self.driver, self.safety)

    def look(self, looks=1):
        for _ in range(looks):
            time.sleep_ms(20)
            for poll in self.safety.polls:
                poll()
        return self.faults.names()

    def run(self, ms, pulses=0):
        """-> the faults. pulses: of the mains in each 20 ms."""
        for i in range(ms // 20):
            if pulses:
                link.feed(200 + PIN, bytes((pulses,)))
            self.look()
            if i % 10 == 9:
                self.part.step(time.ticks_ms())
        return self.faults.names()

    def lose(self):
        link.set_level(PIN, 0)

    def repair(self):
        link.set_level(PIN, 1)


def ready():
    bench = Bench()
    bench.repair()
    eq(bench.run(1000), [])
    return bench


def test_the_level_of_the_board_is_earth_and_a_broken_wire_is_none():
    for present in (0, 1):
        sense = driver(present=present)
        link.set_level(PIN, present)
        eq(sense.there(), True)
        link.set_level(PIN, 1 - present)
        eq(sense.there(), False)
        link.set_level(PIN, -1)
        eq(sense.there(), False)


def test_nobody_charges_before_it_was_seen():
    bench = Bench()
    eq(bench.held, {"earth_check": True})
    bench.lose()
    eq(bench.run(1000), ["earth"])
    eq(bench.held, {"earth_check": True})
    bench.repair()
    bench.run(200)
    eq(bench.held, {"earth_check": False})
    eq(bench.run(6000), [])


def test_it_is_a_fault_at_the_next_look():
    bench = ready()
    bench.lose()
    eq(bench.look(), ["earth"])
    bench.run(200)
    assert "protective earth" in bench.log.lines[-1]


def test_a_spike_of_less_than_1_ms_is_no_loss():
    bench = ready()
    bench.lose()
    clock.at(clock.now + 20_500, lambda _: bench.repair(), None)
    eq(bench.look(), [])


def test_it_is_over_when_it_was_seen_for_five_seconds_without_a_break():
    bench = ready()
    bench.lose()
    bench.run(20_000)
    bench.repair()
    eq(bench.run(4600), ["earth"])
    bench.lose()
    bench.look()
    bench.repair()
    eq(bench.run(4600), ["earth"])
    eq(bench.run(600), [])


def test_it_comes_back_six_times_a_day_and_then_waits_for_a_person_or_the_next_day():
    for wait in (False, True):
        bench = ready()
        for n in range(7):
            bench.lose()
            eq(bench.run(200), ["earth"])
            bench.repair()
            eq(bench.run(5600), ["earth"] if n == 6 else [])
        eq((bench.faults.too_often(), bench.run(60_000)), (True, ["earth"]))
        if wait:
            bench.faults.elapse(86_400_000)
            eq(bench.run(60_200), [])
        else:
            bench.faults.acknowledge()
            eq(bench.run(200), [])


def test_of_the_mains_more_than_ten_edges_in_250_ms_are_earth():
    bench = Bench(kind="earth_mains")
    eq(bench.driver.there(), None)
    eq((bench.look(10), bench.held), ([], {"earth_check": True}))  # nobody knows yet
    for _ in range(2):
        eq(bench.run(6000, pulses=1), [])
        eq(bench.held, {"earth_check": False})
        eq((bench.run(200), bench.run(240)), ([], ["earth"]))
    eq(bench.run(6000, pulses=1), [])


def test_a_square_wave_of_which_most_is_lost_is_no_earth():
    def edges(n):
        bench = Bench(kind="earth_mains")
        bench.run(1000, pulses=1)
        bench.look(13 - (time.ticks_ms() - bench.driver._since_ms) // 20)  # to the end of a window
        for i in range(13):
            if i < n // 2:
                link.feed(200 + PIN, b"\x01")
            bench.look()
        return bench.driver._there

    eq((edges(10), edges(12)), (False, True))


def test_edges_that_a_long_stall_has_lost_say_nothing():
    bench = Bench(kind="earth_mains")
    bench.run(1000, pulses=1)
    time.sleep_ms(600)
    eq(bench.look(2), [])
    eq(bench.run(400), ["earth"])


def test_a_look_allocates_nothing():
    for spec in ({"present": 1}, {"kind": "earth_mains"}):
        bench = Bench(**spec)
        bench.look(20)
        micropython.heap_lock()
        try:
            for poll in bench.safety.polls:
                poll()
                poll()
        finally:
            micropython.heap_unlock()


def test_two_outlets_have_one_earth():
    first = {"pin": PIN, "kind": "earth_mains"}
    board = Plain(LIMITS={}, EARTH=first, OUTLET_2={"PILOT": {}})
    one, two = app._outlets(board)
    eq(hal.make(one, "EARTH") is hal.make(two, "EARTH"), True)


def test_its_code_goes_while_nothing_happens_and_comes_when_it_is_lost():
    bench = ready()
    bench.run(400)
    loader.let_go()
    bench.run(10_000)
    eq((loader.here("parts.earth"), loader.here("core.earth")), (False, False))
    bench.lose()
    bench.run(400)
    assert "protective earth" in bench.log.lines[-1]
    bench.repair()
    eq(bench.run(6000), [])


def test_the_ticks_may_turn_round():
    from pilotwire.core import ticks

    faults, earth = FaultSet(), Plain()
    start = ticks.add(0, -1000)
    core.begin(earth, start)
    eq(core.step(earth, start, faults) > 3_600_000, True)
    faults.set("earth")
    eq(core.step(earth, ticks.add(start, 2000), faults), 3000)
    eq(core.step(earth, ticks.add(start, 5000), faults) > 0, True)
    eq(faults.names(), [])
