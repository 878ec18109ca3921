# Runs on the simulated chip.
import asyncio

import clock
from check import eq

from pilotwire.hal.estimated_meter import EstimatedMeter


class Outlet:
    """16 A are offered, the contactor is open."""

    offered_ma = 16000

    def __init__(self):
        self.connector = self
        self.settings = self.values = {"ocppem": False}
        self.close = False


def metered(phases=3):
    outlet = Outlet()
    return outlet, EstimatedMeter(outlet, phases)


def read_for(meter, seconds):
    """Once a second, as control.py does."""
    asyncio.run(meter.read())
    for _ in range(seconds):
        clock.sleep_us(1_000_000)
        asyncio.run(meter.read())


def test_an_open_contactor_counts_nothing():
    _, meter = metered()
    read_for(meter, 100)
    eq((meter.energy_wh, meter.power_w, meter.currents_ma), (0, 0, [0, 0, 0]))
    eq(meter.voltages_mv, [230000, 230000, 230000])


def test_three_phases_of_16_a_are_11040_w():
    outlet, meter = metered()
    outlet.close = True
    read_for(meter, 360)
    eq((meter.power_w, meter.powers_w, meter.currents_ma), (11040, [3680] * 3, [16000] * 3))
    assert 1103 <= meter.energy_wh <= 1105, meter.energy_wh


def test_one_phase_is_a_third():
    outlet, meter = metered(1)
    outlet.close = True
    read_for(meter, 360)
    eq((meter.power_w, meter.voltages_mv, meter.currents_ma), (3680, [230000, 0, 0], [16000, 0, 0]))
    assert 367 <= meter.energy_wh <= 369, meter.energy_wh


def test_another_offer_and_an_opening_count_from_the_next_second_on():
    outlet, meter = metered(1)
    outlet.close = True
    read_for(meter, 1)
    outlet.offered_ma = 6000
    read_for(meter, 1)
    eq(meter.power_w, 1380)
    outlet.close = False
    read_for(meter, 1)
    wh = meter.energy_wh
    read_for(meter, 1000)
    eq((meter.energy_wh, meter.power_w), (wh, 0))


def test_time_that_nobody_saw_is_not_counted_beyond_10_s():
    outlet, meter = metered()
    outlet.close = True
    read_for(meter, 0)
    clock.sleep_us(3_600_000_000)
    asyncio.run(meter.read())
    assert 30 <= meter.energy_wh <= 31, meter.energy_wh


def test_it_is_marked_and_not_for_billing_unless_the_owner_says_so():
    outlet, meter = metered()
    read_for(meter, 1)
    eq((meter.estimated, meter.fresh(0)), (True, False))
    outlet.values["ocppem"] = True
    eq(meter.fresh(0), True)
