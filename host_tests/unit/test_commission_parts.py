"""What the commissioning runs on the chip: earth monitor, phase relay, proximity contact, right and wrong."""

# Runs on the simulated chip.

import sys
import time

import clock
import link
from box import Plain
from check import eq, raises

EARTH, RELAY, FOLLOWER, MIRROR, PP = 12, 13, 15, 34, 39
LEVEL = {"pin": EARTH, "present": 0}
WAVE = {"kind": "earth_mains", "pin": EARTH}
RELAY_MS = 45

board = sys.modules["board"] = Plain(
    NAME="bench",
    LIMITS={"ma": 16000, "phases": 3},
    CONTACTOR={"coil": 26, "mirror": MIRROR, "mirror_closed": 0, "release_ms": 30, "close_ms": 30},
    PHASES={"coil": RELAY, "mirror": FOLLOWER, "mirror_closed": 0, "release_ms": RELAY_MS},
    PROXIMITY={"adc": PP, "pull_up_ohm": 1000, "supply_mv": 3300, "least_ohm": 50, "most_ohm": 4500},
    EARTH=LEVEL,
)

from pilotwire import commission  # noqa: E402
from pilotwire.commission import earth, phases, proximity  # noqa: E402


def fresh(earth=LEVEL, relay_closed=False):
    """An open contactor and a relay whose mirror contact says so."""
    time.sleep_ms(5000)  # what was planned by the test before is over
    commission.feed()
    commission._drivers.clear()
    board.EARTH = earth
    link.set_level(MIRROR, 1)
    link.set_level(FOLLOWER, 0 if relay_closed else 1)


def after(ms, act):
    clock.at(clock.now + ms * 1000, lambda _: act(), None)


def shows(ms, pin, level):
    after(ms, lambda: link.set_level(pin, level))


def mains(from_ms, to_ms):
    """Of each period of 50 Hz a pulse."""
    for ms in range(from_ms, to_ms, 20):
        after(ms, lambda: link.feed(200 + EARTH, b"\x01"))


def coil(pin=RELAY):
    return link.outputs.get(pin, [0])[0] > 0


# --- earth


def test_an_earth_that_is_there_for_a_second_is_there():
    fresh()
    link.set_level(EARTH, 0)
    eq(earth.run(True, 3000), 0)
    eq(earth.run(False, 3000), None)


def test_an_earth_that_comes_and_goes_is_neither_there_nor_missing():
    fresh()
    for ms in range(0, 8000, 500):
        shows(ms, EARTH, ms // 500 % 2)
    eq(earth.run(True, 3000), None)
    eq(earth.run(False, 3000), None)


def test_a_wire_that_is_taken_off_is_timed():
    fresh()
    link.set_level(EARTH, 0)
    shows(2000, EARTH, 1)
    ms = earth.run(False, 5000)
    eq(2000 <= ms <= 2050, True)


def test_the_wave_of_the_mains_is_an_earth_as_long_as_it_comes():
    fresh(dict(WAVE))
    mains(0, 4000)
    ms = earth.run(True, 3000)
    eq(250 <= ms <= 400, True)
    ms = earth.run(False, 9000)  # its begin: what is left of 4 s
    eq(2000 <= ms <= 3200, True)
    eq(earth.run(True, 2000), None)


def test_what_the_driver_leaves_in_the_board_is_not_told_as_data():
    fresh(dict(WAVE))
    eq(earth.run(True, 500), None)
    eq(board.EARTH, WAVE)


# --- phases


def test_a_relay_whose_mirror_contact_follows_is_timed_both_ways():
    fresh()
    shows(RELAY_MS, FOLLOWER, 0)
    has, ms = phases.run(1, True)
    eq((has, coil(), coil(26)), (True, True, False))
    eq(RELAY_MS <= ms <= RELAY_MS + 10, True)
    shows(RELAY_MS, FOLLOWER, 1)
    has, ms = phases.run(1, False)
    eq((has, coil()), (True, False))
    eq(RELAY_MS <= ms <= RELAY_MS + 10, True)


def test_a_relay_that_does_not_follow_either_way():
    fresh()
    eq(phases.run(1, True), [True, None])
    fresh(relay_closed=True)
    eq(phases.run(1, False), [True, None])


def test_a_mirror_contact_that_goes_back_has_not_followed():
    fresh()
    shows(50, FOLLOWER, 0)
    shows(150, FOLLOWER, 1)
    eq(phases.run(1, True), [True, None])


def test_without_a_mirror_contact_a_person_has_to_see_it():
    fresh()
    commission._drivers[1, "PHASES"] = Plain(move=lambda three: None, feedback=lambda: None, settle_ms=250)
    eq(phases.run(1, True), [False, None])


def test_it_does_not_move_behind_a_closed_contactor():
    fresh()
    link.set_level(MIRROR, 0)
    raises(ValueError, phases.run, 1, True)
    eq(coil(), False)


def test_a_contactor_that_closes_with_it_is_let_go():
    fresh()
    shows(40, MIRROR, 0)
    eq("wires of both coils" in str(raises(ValueError, phases.run, 1, True)), True)
    eq((coil(), coil(26)), (False, False))


# --- proximity


def reads(ohm):
    """None: an open contact."""
    mv = 3300 if ohm is None else 3300 * ohm // (ohm + 1000)
    link.set_analog(PP, mv, mv)


def test_the_class_of_a_cable_a_short_and_none():
    fresh()
    for ohm, amps in ((100, 63), (220, 32), (680, 20), (1500, 13), (0, 0), (None, 0)):
        reads(ohm)
        found, rating_a = proximity.run(1)
        eq((ohm, rating_a), (ohm, amps))
        eq(found is None or found > 4500 if ohm is None else abs(found - ohm) <= 5, True)


def test_a_loose_wire_is_told():
    fresh()
    for ms in range(0, 2000, 100):
        after(ms + 50, lambda ohm=680 if ms // 100 % 2 else 0: reads(ohm))
    reads(680)
    eq("loose wire" in str(raises(ValueError, proximity.run, 1)), True)


def test_an_adc_that_fails_is_told():
    fresh()

    def ohm():
        raise OSError("ADC")

    commission._drivers[1, "PROXIMITY"] = Plain(ohm=ohm, least_ohm=50, most_ohm=4500)
    raises(OSError, proximity.run, 1)
