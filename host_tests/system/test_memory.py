"""The memory of the chip is the budget: what may stay resident, and that a whole session passes in an ESP32's heap."""

import pytest

from host_tests.bench import memory
from tools.session import await_closed, connect

RESIDENT_MPY = 42 * 1024


def test_at_most_42_kb_of_mpy_are_resident_while_charging_with_ocpp(box, csms):
    connect(box, csms)
    box.do("plug")
    box.do("ready")
    await_closed(box)
    total, sizes = memory.resident_mpy(box)
    assert {"pilotwire.safety", "pilotwire.ocpp.charge_point", "pilotwire.net.ocpp_session"} <= set(sizes)
    assert total <= RESIDENT_MPY, sorted(sizes.items(), key=lambda item: -item[1])


@pytest.mark.skipif(not memory.PORT32.exists(), reason="the 32-bit MicroPython cannot be had here (make port32)")
def test_a_whole_session_passes_in_the_heap_of_an_esp32(built):
    figures, _ = memory.scenario(memory.CHIP_HEAP + memory.chip_bytes())
    assert figures["charging"] > 0
