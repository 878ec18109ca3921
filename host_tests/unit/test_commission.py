"""What the commissioning runs on the chip: nothing moves while a contactor is closed, and a trip or a bolt is timed."""

# Runs on the simulated chip.

import sys

import clock
import link
from box import Plain
from check import eq, raises

TRIP, TEST, A, B, SWITCH, MIRROR = 13, 19, 16, 17, 35, 34

sys.modules["board"] = Plain(
    NAME="bench",
    LIMITS={"ma": 16000, "phases": 3},
    CONTACTOR={
        "coil": 26,
        "pull_down": True,
        "mirror": MIRROR,
        "mirror_closed": 0,
        "release_ms": 30,
        "close_ms": 30,
    },
    RCM={"trip": TRIP, "test": TEST, "active": 1},
    LOCK={
        "a": A,
        "b": B,
        "pull_down": True,
        "feedback": SWITCH,
        "locked": 1,
        "pulse_ms": 300,
        "settle_ms": 1000,
        "pause_ms": 1000,
    },
    OUTLET_2={"RCM": {"trip": TRIP, "test": None, "active": 1}, "CONTACTOR": None},
)

from pilotwire import commission  # noqa: E402
from pilotwire.commission import lock, rcm  # noqa: E402


def fresh(closed=False):
    """A contactor whose mirror contact says so, no trip, an open bolt."""
    commission._drivers.clear()
    link.set_level(MIRROR, 0 if closed else 1)
    link.set_level(TRIP, 0)
    link.set_level(SWITCH, 0)


def after(ms, pin, level):
    clock.at(clock.now + ms * 1000, lambda _: link.set_level(pin, level), None)


def duty(pin):
    return link.outputs.get(pin, [0])[0]


def test_neither_lock_nor_monitor_is_tested_while_the_contactor_is_closed():
    fresh(closed=True)
    raises(ValueError, lock.run, 1, True)
    raises(ValueError, rcm.run, 1, 1000)
    eq((duty(A), duty(TEST)), (0, 0))


def test_a_bolt_is_timed_by_its_switch():
    fresh()
    after(700, SWITCH, 1)
    has, ms = lock.run(1, True)
    eq(has, True)
    eq(700 <= ms <= 720, True)


def test_a_bolt_whose_switch_says_nothing_has_not_moved():
    fresh()
    eq(lock.run(1, True), [True, None])
    eq((duty(A), duty(B)), (0, 0))


def test_a_switch_that_says_so_too_late_is_none():
    fresh()
    after(1500, SWITCH, 1)
    eq(lock.run(1, True), [True, None])


def test_a_monitor_that_trips_in_time_and_clears_passes():
    fresh()
    after(500, TRIP, 1)
    after(900, TRIP, 0)
    said = rcm.run(1, 0)
    eq(said["passed"], True)
    eq(said["trip_ms"] <= 500, True)


def test_a_monitor_that_does_not_trip_fails():
    fresh()
    said = rcm.run(1, 0)
    eq((said["passed"], said["trip_ms"]), (False, None))
    eq(duty(TEST), 0)


def test_a_trip_that_is_there_before_the_tester_is_no_test():
    fresh()
    commission._drivers[2, "CONTACTOR"] = Plain(open=lambda: None, feedback=lambda: None)
    link.set_level(TRIP, 1)
    raises(ValueError, rcm.run, 2, 1000)


def test_a_trip_by_a_tester_is_seen_and_seen_to_go():
    fresh()
    commission._drivers[2, "CONTACTOR"] = Plain(open=lambda: None, feedback=lambda: None)
    after(400, TRIP, 1)
    after(1000, TRIP, 0)
    said = rcm.run(2, 2000)
    eq(395 <= said["trip_ms"] <= 420, True)
    eq(580 <= said["clear_ms"] <= 620, True)


def test_a_part_that_the_board_has_not_is_named():
    fresh()
    eq(str(raises(ValueError, commission.driver, 2, "LOCK")), "The board has no LOCK.")
