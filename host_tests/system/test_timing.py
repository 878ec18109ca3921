"""The car leaves C while the wallbox is busy, on a chip as slow as an ESP32: the contactor opens in time."""

import pytest

from host_tests.bench import memory
from host_tests.bench.timing import COIL_MS, CONTACTS_MS, openings

_ENOUGH = 3  # full answers a second, of five asked for, that a chip gives: a PC that gives fewer is slower than a chip
_LEAST = 1  # a second: the load was there
_GAP_MS = 80  # between two samples; more raises an alarm
_BEGINS_S = 10  # from the car's asking to a closed contactor, with all that is said and written down before
_RUNS = 3  # the best counts: a PC that others use too can only make the firmware later than it is


@pytest.mark.alone
def test_the_contactor_opens_in_time_under_five_requests_a_second(built):
    told = []
    for _ in range(_RUNS):
        found = openings(cpu=50, trials=4)
        told.append(f"coil {found.coil_ms}, contacts {found.contacts_ms}, gap {found.gap_ms}, stalls {found.stalls}")
        if in_time(found):
            return
    raise AssertionError("\n".join(told))


@pytest.mark.alone
def test_the_board_with_the_most_parts_charges_soon_in_a_chips_memory_at_its_speed(built):
    """Pieces of the firmware that push one another out of a small memory took half a minute, and the pilot waited."""
    if not memory.PORT32.exists():
        pytest.skip("the 32-bit MicroPython cannot be had here (make port32)")
    told = []
    for _ in range(_RUNS):
        begins_s, _, gap_ms = memory.on_a_chip("smartevse_v31")
        told.append(f"it charges after {begins_s} s, gap {gap_ms} ms")
        if begins_s <= _BEGINS_S and gap_ms <= _GAP_MS:
            return
    raise AssertionError("\n".join(told))


def in_time(found):
    assert len(found.coil_ms) == 4
    busy = found.failed == 0 and found.served >= _LEAST * found.seconds
    slower = max(1, _ENOUGH * found.seconds / max(1, found.served))  # what takes its time takes so much longer
    opens = max(found.coil_ms) <= COIL_MS and max(found.contacts_ms) <= CONTACTS_MS
    return busy and opens and found.gap_ms <= _GAP_MS * slower
