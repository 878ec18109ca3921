"""The memory of the chip is the budget: what may stay resident, and the heap in which a whole session passes."""

import pytest

from host_tests.bench import memory
from tools.build import modules

RESIDENT_MPY = 42 * 1024


def test_at_most_42_kb_of_mpy_are_resident_while_charging_with_ocpp(built):
    total, sizes = memory.resident_while_charging()
    assert {"safety", *map(modules().flat, ("ocpp.charge_point", "net.ocpp_session"))} <= set(sizes)
    assert total <= RESIDENT_MPY, sorted(sizes.items(), key=lambda item: -item[1])


def test_the_simulated_chip_takes_at_most_17_kb_itself(built):
    if not memory.PORT32.exists():
        pytest.skip("the 32-bit MicroPython cannot be had here (make port32)")
    assert memory.chip_bytes() <= 17 * 1024  # with the pins of devkit, 1 KB


@pytest.mark.parametrize("board", ["devkit", "smartevse_v31"])  # the default, and the one with the most parts
def test_a_whole_session_passes_in_the_heap_of_an_esp32_without_psram(built, board):
    """Where the blocks fall differs from run to run, and a session that has little room may be told to try again: the
    best of three counts.
    """
    if not memory.PORT32.exists():
        pytest.skip("the 32-bit MicroPython cannot be had here (make port32)")
    told = []
    for _ in range(3):
        good, why = memory.passed(board, 1)
        if good:
            return
        told += why
    raise AssertionError("\n".join(told))
