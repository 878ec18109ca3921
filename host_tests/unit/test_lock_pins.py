"""The drivers of lock and proximity on the simulated chip, their pins watched."""

# Runs on the simulated chip.

import sys
import time

import link
import micropython
from check import eq
from machine import Timer

from pilotwire import hal
from pilotwire.hal.lock import Lock

A, B, SWITCH, MAINS, PP = 16, 17, 35, 36, 34  # the first three as in LOCK
sys.path.append("boards/blueprint")
LOCK = __import__("board").LOCK


class Board:
    PROXIMITY = {"adc": PP, "pull_up_ohm": 1000, "supply_mv": 3300, "least_ohm": 50, "most_ohm": 4500}


def made(**spec):
    class Other(Board):
        pass

    Other.LOCK = dict(LOCK)
    Other.LOCK.update(spec)
    return hal.make(Other, "LOCK")


def rested(rest):
    made(rest=rest)


def told(call, *args):
    """What the two pins did in this call: [(us, pin, level)]."""
    link.heard = []
    try:
        call(*args)
        return [(line[1], line[2], line[3]) for line in link.heard if line[0] == "P" and line[2] in (A, B)]
    finally:
        link.heard = None


def pulsed(lock, lock_it):
    """A motion and its pause."""
    lock.move(lock_it)
    waited(lock, 1000)


def waited(lock, ms):
    for _ in range(ms // 10):
        lock.poll()
        time.sleep_ms(10)


def levels(steps, rest):
    """Both levels after each step."""
    now, seen = {A: rest, B: rest}, []
    for _, pin, level in steps:
        now[pin] = level
        seen.append((now[A], now[B]))
    return seen


def test_a_new_lock_does_not_move():
    for rest in (0, 1):
        eq([line[1:] for line in told(rested, rest)], [(A, rest), (B, rest)])


def test_a_pulse_of_its_length_at_one_pin_and_never_at_both():
    lock = made()
    for way, pin in ((True, A), (False, B), (True, A)):
        steps = told(pulsed, lock, way)
        eq([line[1:] for line in steps], [(pin, 1), (pin, 0)])
        assert 300 <= (steps[1][0] - steps[0][0]) // 1000 <= 320, steps
        assert (1, 1) not in levels(steps, 0)


def test_a_lock_with_both_high_at_rest_pulls_the_other_one_low():
    lock = made(rest=1)
    for way, pin in ((True, B), (False, A)):
        steps = told(pulsed, lock, way)
        eq([line[1:] for line in steps], [(pin, 0), (pin, 1)])


def test_turned_round_in_the_middle_of_a_pulse_the_first_one_ends_before_the_other_begins():
    lock = made()
    steps = told(lambda: (lock.move(True), waited(lock, 100), lock.move(False), waited(lock, 500)))
    eq([line[1:] for line in steps], [(A, 1), (A, 0), (B, 1), (B, 0)])
    assert 300 <= (steps[3][0] - steps[2][0]) // 1000 <= 320, steps


def test_a_pulse_ends_by_the_timer_although_the_loop_hangs():
    lock = made()
    timer = Timer(0)
    timer.init(mode=Timer.PERIODIC, period=100, callback=lambda _: lock.poll())
    steps = told(lambda: (lock.move(True), time.sleep_ms(2000)))
    timer.deinit()
    eq([line[1:] for line in steps], [(A, 1), (A, 0)])
    assert (steps[1][0] - steps[0][0]) // 1000 <= 410, steps


def test_a_solenoid_is_held():
    lock = made(b=None)
    steps = told(lambda: (lock.move(True), waited(lock, 3000), lock.move(False)))
    eq([line[1:] for line in steps], [(A, 1), (A, 0)])


def test_the_switch_is_read_by_the_level_the_board_names():
    for locked in (0, 1):
        lock = made(locked=locked)
        link.set_level(SWITCH, locked)
        eq(lock.feedback(), True)
        link.set_level(SWITCH, 1 - locked)
        eq(lock.feedback(), False)
    eq(made(feedback=None, locked=None).feedback(), None)


def test_the_mains_is_there_unless_the_board_can_tell():
    eq(made().mains(), True)
    lock = made(holdup=MAINS)
    link.set_level(MAINS, 1)
    eq(lock.mains(), True)
    link.set_level(MAINS, 0)
    eq(lock.mains(), False)


def test_ending_a_pulse_allocates_nothing():
    lock = Lock(A, B, 0, None, None, None, 10, 0, 0)
    lock.move(True)
    time.sleep_ms(20)
    micropython.heap_lock()
    try:
        lock.poll()
        lock.poll()
    finally:
        micropython.heap_unlock()


def test_the_resistor_is_measured_through_the_divider():
    contact = hal.make(Board, "PROXIMITY")
    eq((contact.least_ohm, contact.most_ohm), (50, 4500))
    for ohm in (60, 100, 220, 680, 1500, 4000):
        mv = 3300 * ohm // (1000 + ohm)
        for noise in (0, 4):
            link.set_analog(PP, mv, mv, noise)
            assert abs(contact.ohm() - ohm) <= 2 + ohm // 50, (ohm, contact.ohm())


def test_open_and_shorted_are_out_of_bounds():
    contact = hal.make(Board, "PROXIMITY")
    link.set_analog(PP, 3300, 3300)
    assert contact.ohm() is None or contact.ohm() > 4500
    link.set_analog(PP, 0, 0)
    assert contact.ohm() < 50


def awake(lock, **part):
    """Does its poll wake a part that believes this?"""
    lock.part = type("", (), dict({"awake": False, "dark": False, "locked": None}, **part))
    lock.poll()
    return lock.part.awake


def test_the_part_is_woken_when_the_switch_is_not_what_it_believes():
    lock = made()
    for level in (0, 1):
        link.set_level(SWITCH, level)
        eq([awake(lock, locked=locked) for locked in (False, True, None)], [level == 1, level == 0, True])
    lock.move(True)
    eq(awake(lock, locked=False), False)  # in a pulse nobody believes it
    eq([awake(made(feedback=None, locked=None), locked=locked) for locked in (False, True, None)], [False] * 3)


def test_the_part_is_woken_when_the_mains_is_not_what_it_believes():
    lock = made(holdup=MAINS, feedback=None, locked=None)
    for level in (0, 1):
        link.set_level(MAINS, level)
        eq([awake(lock, dark=dark) for dark in (False, True)], [level == 0, level == 1])
    eq(awake(made(feedback=None, locked=None)), False)


class Cable:
    """The part of the proximity contact. .outlet.connector.close as given."""

    def __init__(self, ohm, close=True):
        self.ohm, self.awake, self.close = ohm, False, close
        self.outlet = self.connector = self


def looked(contact, ohm, known_ohm, close=True):
    """Is its part awake after a second of polls?"""
    mv = 3300 * ohm // (1000 + ohm)
    link.set_analog(PP, mv, mv)
    contact.part = Cable(known_ohm, close)
    for _ in range(50):
        contact.poll()
    return contact.part.awake


def test_the_part_is_woken_when_another_resistor_is_there_while_it_charges():
    contact = hal.make(Board, "PROXIMITY")
    known = (100, 220, 680, 1500)
    for ohm in known + (0, 10**6):
        eq((ohm, [looked(contact, ohm, k) for k in known]), (ohm, [k != ohm for k in known]))
    eq(looked(contact, 220, None), True)
    eq(looked(contact, 220, 100, close=False), False)


def test_a_poll_without_a_part_looks_at_nothing():
    made().poll()
    hal.make(Board, "PROXIMITY").poll()


def test_what_watches_allocates_nothing():
    lock, contact = made(holdup=MAINS), hal.make(Board, "PROXIMITY")
    link.set_level(SWITCH, 1)
    awake(lock, locked=True)
    looked(contact, 220, 220)
    micropython.heap_lock()
    try:
        lock.poll()
        for _ in range(50):
            contact.poll()
    finally:
        micropython.heap_unlock()
