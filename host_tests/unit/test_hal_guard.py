"""The room that the contract leaves: a pilot whose plateaus another processor delivers, and a contactor that wants a
fresh permission, on the safety path and the connector as they are."""

# Runs on the simulated chip.

import time

import clock
from check import eq
from test_safety import FakeLog, Micropython, run, stall

from pilotwire import safety
from pilotwire.core.connector import Connector
from pilotwire.safety import Guard, Safety

EVERY_MS = 5  # a burst of the other processor
OLD_MS = 20
FRESH_MS = 260


class Delivered:
    """contract.Pilot. The other processor goes on while Python is late; .silent_ms: ticks since when it does not."""

    exact, levels = True, ()

    def __init__(self):
        self.duty = 65535
        self.high_mv = self.low_mv = 0
        self.line = 12000  # of the high plateau
        self.silent_ms = None

    def offer(self, duty_u16):
        self.duty = duty_u16

    def sample(self):
        now_ms = time.ticks_ms()
        began_ms = now_ms - now_ms % EVERY_MS if self.silent_ms is None else self.silent_ms
        if now_ms - began_ms > OLD_MS:
            raise OSError(110)
        self.high_mv = self.line
        self.low_mv = self.line if self.duty == 65535 else -12000


class Guarded:
    """contract.Contactor. Closed for as long as the last close() is fresh; after a lapse it wants an open() first."""

    release_ms = close_ms = 30

    def __init__(self):
        self.commanded = False
        self.until_ms = None  # ticks

    def open(self):
        self.commanded, self.until_ms = False, None

    def close(self):
        self.commanded = True
        if self.until_ms is None or self.feedback():
            self.until_ms = time.ticks_ms() + FRESH_MS

    def feedback(self):
        return self.until_ms is not None and time.ticks_ms() <= self.until_ms


def charging():
    """-> the safety path of a car that charges."""
    clock.timers.clear()
    clock.bite = clock.NEVER
    safety.micropython = Micropython()
    connector = Connector(30, 30, True)
    connector.offer_ma, connector.permit = 16000, True
    path = Safety(1, Delivered(), Guarded(), connector, Guard(), FakeLog())
    path.start()
    for line, ms in ((12000, 6000), (9000, 1000), (6000, 1000)):
        path.pilot.line = line
        run(path, ms)
    eq((connector.state, path.contactor.feedback()), ("C2", True))
    return path


def test_a_car_charges_with_both_for_as_long_as_it_likes():
    path = charging()
    run(path, 20_000)
    eq((path.contactor.feedback(), path.connector.closings), (True, 1))
    eq((path.errors, path.blind, path.connector.faults.names()), (0, 0, []))


def test_a_car_that_leaves_c_is_seen_in_the_plateaus_that_are_delivered():
    for line in (9000, 12000, 0):
        path = charging()
        path.pilot.line = line
        left = clock.now
        while path.contactor.commanded:
            time.sleep_us(500)
            assert clock.now - left < 60_000, clock.now - left
        eq(path.contactor.feedback(), False)


def test_plateaus_that_nobody_delivers_any_more_open_it_and_it_charges_when_they_are_back():
    path = charging()
    path.pilot.silent_ms = began_ms = time.ticks_ms()
    while path.contactor.commanded:
        time.sleep_ms(1)
        assert time.ticks_ms() - began_ms <= 2 * OLD_MS + 1
    run(path, 10_000)
    eq((path.contactor.commanded, path.connector.state), (False, "A1"))
    assert path.errors > 10
    path.pilot.silent_ms = None
    run(path, 10_000)
    eq((path.contactor.feedback(), path.connector.closings), (True, 2))


def test_a_stall_that_both_bear_leaves_it_closed():
    path = charging()
    stall(path, 230)
    run(path, 1000)
    eq((path.contactor.feedback(), path.connector.closings, path.blind), (True, 1, 0))


def test_in_a_longer_stall_the_guard_opens_and_the_safety_path_begins_anew():
    for ms in (FRESH_MS + 5, 400, 2000):
        path = charging()
        until_ms = path.contactor.until_ms
        stall(path, ms)
        assert until_ms < time.ticks_ms()  # it was open before Python was back
        eq((path.contactor.commanded, path.blind), (False, 1))
        run(path, 3000)
        eq(path.contactor.commanded, False)
        run(path, 6000)
        eq((path.contactor.feedback(), path.connector.closings, path.connector.faults.names()), (True, 2, []))


def test_no_gap_lets_a_permission_lapse_that_the_safety_path_takes_for_good():
    for ms in range(200, 300):
        path = charging()
        until_ms = path.contactor.until_ms
        stall(path, ms)
        assert until_ms >= time.ticks_ms() or path.blind == 1, ms


def test_without_python_it_is_open_when_the_permission_is_old():
    path = charging()
    clock.timers.clear()  # nothing runs any more
    time.sleep_ms(FRESH_MS + 1)
    eq((path.contactor.commanded, path.contactor.feedback()), (True, False))
