"""The residual current monitor from its pins to the open coil, on the simulated chip."""

# Runs on the simulated chip.

import time

import clock
import link
import micropython
from box import Log, Plain, part_outlet
from check import eq

from pilotwire import hal, loader
from pilotwire.core.connector import Connector
from pilotwire.core.faults import FaultSet
from pilotwire.hal.contactor import Contactor
from pilotwire.parts import Part

TRIP, TEST, COIL = 13, 19, 26


def monitor(active=1, test=TEST):
    class Board:
        RCM = {"trip": TRIP, "test": test, "active": active}

    link.levels.pop(TRIP, None)
    return hal.make(Board, "RCM")


class Bench:
    """The part round a real driver, connector and coil; the safety path is played: look() is a burst."""

    def __init__(self, **spec):
        self.driver = monitor(**spec)
        quiet(spec.get("active", 1))
        self.connector = Connector(30, 30, False)
        self.connector.is_open = True
        self.held = {}
        self.log = Log()
        self.contactor = Contactor(COIL, None, None, 30, 30)
        self.outlet = part_outlet(
            self.connector.faults,
            connector=self.connector,
            hold=lambda name, on: self.held.update({name: on}),
            box=Plain(log=self.log, notices=[]),
        )
        self.safety = Plain(contactor=self.contactor, polls=())
        self.part = self.outlet.parts["rcm"] = Part("rcm", self.outlet, self.driver, self.safety)

    def run(self, ms, sensor=None):
        """Turns of 200 ms with two looks in each; sensor(test line) says what the trip output does."""
        for _ in range(ms // 200):
            for _ in range(2):
                if sensor:
                    link.set_level(TRIP, sensor(self.driver._test.value()))
                for poll in self.safety.polls:
                    poll()
                time.sleep_ms(100)
            self.part.step(time.ticks_ms())
        return self

    @property
    def faults(self):
        return self.connector.faults.names()


def quiet(active=1):
    link.set_level(TRIP, 1 - active)


def ready(**spec):
    """A monitor that has passed its test."""
    bench = Bench(**spec).run(4000, lambda test: test)
    eq((bench.held, bench.faults), ({"rcd_testing": False}, []))
    return bench


def test_the_trip_is_read_by_the_level_of_the_board():
    for active in (0, 1):
        driver = monitor(active)
        link.set_level(TRIP, active)
        eq(driver.tripped(), True)
        link.set_level(TRIP, 1 - active)
        eq(driver.tripped(), False)


def test_a_broken_wire_is_a_trip_whatever_the_level():
    for active in (0, 1):
        driver = monitor(active)
        link.set_level(TRIP, 1 - active)
        eq(driver.tripped(), False)
        link.set_level(TRIP, -1)
        eq(driver.tripped(), True)


def test_a_spike_is_no_trip():
    driver = monitor()
    link.set_level(TRIP, 1)
    clock.at(clock.now + 500, lambda _: link.set_level(TRIP, 0), None)
    eq(driver.tripped(), False)


def test_the_test_line_rests_low_and_is_optional():
    driver = monitor()
    eq((driver.testable, driver._test.value()), (True, 0))
    driver.test(True)
    eq(driver._test.value(), 1)
    driver.test(False)
    eq(driver._test.value(), 0)
    driver = monitor(test=None)
    eq(driver.testable, False)
    driver.test(True)


def test_only_an_edge_towards_the_trip_calls_and_never_inside_another_callback():
    called = []
    for active in (0, 1):
        driver = monitor(active)
        link.set_level(TRIP, 1 - active)
        part = Plain(window=True, first_ms=None, last_ms=None, outlet=Plain(faults=FaultSet()))
        driver.guard(part, None)
        driver.tripped = lambda: called.append(link.levels[TRIP])
        time.sleep_ms(1)
        called.clear()
        link.set_level(TRIP, active)
        eq(called, [])
        time.sleep_ms(1)
        eq(called, [active])
        link.set_level(TRIP, 1 - active)
        time.sleep_ms(1)
        eq(called, [active])


def test_a_monitor_passes_its_test_and_lets_the_outlet_charge():
    bench = Bench()
    eq(bench.held, {"rcd_testing": True})
    bench.run(200)
    eq(bench.held, {"rcd_testing": True})
    bench.run(4000, lambda test: test)
    eq((bench.held, bench.faults), ({"rcd_testing": False}, []))


def test_one_that_does_not_trip_or_does_not_go_back_is_a_fault_until_it_passes():
    for sensor in (lambda test: 0, lambda test: 1):
        bench = Bench().run(6000, sensor)
        eq((bench.held, bench.faults), ({"rcd_testing": True}, ["rcd_test"]))
        bench.run(70_000, lambda test: test)
        eq((bench.held, bench.faults), ({"rcd_testing": False}, []))


def test_an_edge_opens_at_once_and_is_a_fault():
    bench = ready()
    bench.contactor.close()
    link.set_level(TRIP, 1)
    began_us = clock.now
    time.sleep_ms(2)
    eq((bench.contactor.commanded, bench.faults), (False, ["rcd"]))
    assert clock.now - began_us < 3000


def test_without_the_edge_the_next_look_finds_it():
    bench = ready()
    link.edges.clear()
    link.set_level(TRIP, 1)
    bench.run(200)
    eq(bench.faults, ["rcd"])
    assert "residual current" in bench.log.lines[-1]


def test_in_the_window_a_trip_opens_nothing_and_is_no_fault():
    bench = Bench().run(400)
    eq(bench.driver._test.value(), 1)
    link.set_level(TRIP, 1)
    time.sleep_ms(2)
    eq(bench.faults, [])


def test_a_trip_is_held_until_the_level_is_back_the_car_was_unplugged_and_somebody_acknowledged():
    bench = ready()
    faults = bench.connector.faults
    link.set_level(TRIP, 1)
    bench.run(1000)
    faults.unplugged()
    faults.acknowledge()
    eq(bench.faults, ["rcd"])
    quiet()
    bench.run(1000)
    eq(bench.faults, ["rcd"])
    faults.acknowledge()
    eq(bench.faults, ["rcd"])
    faults.unplugged()
    eq(bench.faults, ["rcd"])
    faults.acknowledge()
    eq(bench.faults, [])


def test_without_a_test_line_it_says_so_and_trips_all_the_same():
    bench = Bench(test=None)
    assert "no test line" in bench.outlet.box.notices[0]
    bench.run(600)
    eq((bench.held, bench.faults), ({"rcd_testing": False}, []))
    link.set_level(TRIP, -1)
    bench.run(200)
    eq(bench.faults, ["rcd"])


def test_a_low_active_monitor_is_tested_and_trips():
    bench = Bench(active=0)
    bench.run(4000, lambda test: 1 - test)
    eq((bench.held, bench.faults), ({"rcd_testing": False}, []))
    bench.contactor.close()
    link.set_level(TRIP, 0)
    time.sleep_ms(2)
    eq((bench.contactor.commanded, bench.faults), (False, ["rcd"]))


def test_its_code_is_gone_while_nothing_happens_and_comes_with_a_trip_and_with_a_test_that_is_due():
    def here():
        return loader.here("parts.rcm") or loader.here("core.rcm")

    bench = ready()
    loader.let_go()
    bench.connector.plugged = bench.outlet.allowed = True
    bench.run(1000)
    eq(here(), True)  # there is news
    loader.let_go()
    eq((bench.run(60_000).held, here()), ({"rcd_testing": False}, False))
    bench.connector.closings, bench.connector.plugged, bench.outlet.allowed = 1, False, False
    bench.run(200)
    eq((bench.held, here()), ({"rcd_testing": True}, True))
    bench.run(4000, lambda test: test)
    eq((bench.held, bench.faults), ({"rcd_testing": False}, []))
    loader.let_go()
    link.edges.clear()
    link.set_level(TRIP, 1)
    bench.safety.polls[0]()
    eq((bench.faults, here()), (["rcd"], False))
    bench.run(200)
    eq(here(), True)
    assert "residual current" in bench.log.lines[-1]


def test_a_look_allocates_nothing():
    bench = ready()
    look = bench.safety.polls[0]
    for window in (True, False):
        for level in (0, 1, 1):
            bench.part.window = window
            link.set_level(TRIP, level)
            micropython.heap_lock()
            try:
                look()
            finally:
                micropython.heap_unlock()
        eq((bench.faults, bench.part.first_ms is None), ([] if window else ["rcd"], False))
