"""The electrical model: voltages of every state, the divider, and the current a duty allows."""

import pytest
from world_play import DEVKIT, DUTY_16A, OFF, STEADY, a_world, adc, offer, plug, run

from tools.sim.world import electrics


@pytest.mark.parametrize(("letter", "high_mv"), [("A", 12000), ("B", 8979), ("C", 5996), ("D", 2930)])
def test_each_state_loads_the_high_half_and_the_diode_spares_the_low_half(letter, high_mv):
    assert electrics.plateaus(letter) == (pytest.approx(high_mv, abs=2), -12000)


def test_a_shorted_diode_loads_both_halves_alike():
    high_mv, low_mv = electrics.plateaus("C", diode_shorted=True)
    assert high_mv == -low_mv
    assert 5000 < high_mv < 7000


def test_a_shorted_pilot_is_zero_in_both_halves():
    assert electrics.plateaus("C", shorted=True) == (0, 0)


def test_a_broken_pilot_looks_like_no_car():
    assert electrics.plateaus("C", broken=True) == electrics.plateaus("A")


@pytest.mark.parametrize(("adc_mv", "pilot_mv"), DEVKIT.PILOT["levels"])
def test_the_divider_meets_every_calibration_level(adc_mv, pilot_mv):
    assert electrics.adc_mv(pilot_mv, DEVKIT.PILOT["levels"]) == adc_mv


def test_the_divider_goes_on_beyond_its_ends():
    levels = DEVKIT.PILOT["levels"]
    assert electrics.adc_mv(13000, levels) == 2470 + 85
    assert electrics.adc_mv(-13000, levels) == 430 - 85
    assert electrics.adc_mv(-20000, levels) == 0


@pytest.mark.parametrize(
    ("percent", "ma"),
    [
        (0, 0), (2, 0), (5, 0), (7.5, 0), (8.1, 6000), (9.9, 6000), (10, 6000), (26.667, 16000),
        (53.334, 32000), (84.9, 50940), (86, 55000), (96, 80000), (96.9, 80000), (97.1, 0), (100, 0),
    ],
)  # fmt: skip
def test_the_car_reads_the_duty_as_the_standard_says(percent, ma):
    assert electrics.current_for(round(percent * 655.35)) == pytest.approx(ma, abs=30)


def test_a_car_without_a_pilot_is_allowed_nothing():
    assert electrics.current_for(None) == 0


def test_state_tells_plateaus_in_volts_and_no_low_one_at_a_steady_pilot():
    world = a_world()
    offer(world, STEADY)
    assert (world.state(1)["pilot_v"], world.state(1)["low_v"]) == (12.0, None)
    plug(world, on=True)
    assert world.state(1)["pilot_v"] == 8.98
    offer(world, DUTY_16A)
    run(world, 1)
    state = world.state(1)
    assert (state["pilot_v"], state["low_v"], state["duty"]) == (6.0, -12.0, 0.2667)
    offer(world, OFF)
    assert (world.state(1)["pilot_v"], world.state(1)["low_v"]) == (-12.0, -12.0)


def test_a_car_that_wants_ventilation_is_state_d():
    world = a_world()
    offer(world, STEADY)
    plug(world, on=True, ventilation=True)
    run(world, 1)
    assert world.state(1)["pilot_v"] == pytest.approx(2.93, abs=0.01)


def test_the_adc_follows_the_pwm_pin_with_noise():
    world = a_world()
    assert adc(world) == (2470, 430, 4, DEVKIT.PILOT["pwm"])
    plug(world)
    assert adc(world)[0] == 2213


def test_a_frozen_adc_keeps_the_value_of_its_moment():
    world = a_world()
    offer(world, STEADY)
    plug(world)
    world.fault(1, "adc_frozen", True)
    before = adc(world)
    world.outlet(1).unplug()
    assert adc(world) == before == (2213, 2213, 0, -1)
    world.fault(1, "adc_frozen", False)
    assert adc(world)[0] == 2470


def test_a_pilot_of_a_wrong_frequency_is_no_pilot():
    world = a_world()
    world.pwm(DEVKIT.PILOT["pwm"], DUTY_16A, 500)
    assert world.state(1)["duty"] == 0
