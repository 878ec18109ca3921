"""The car: when it asks, how its current follows the offer, and how it ends."""

import json

import pytest
from world_play import (
    DEVKIT,
    DUTY_6A,
    DUTY_10A,
    DUTY_16A,
    STEADY,
    a_world,
    charging,
    coil,
    offer,
    plug,
    run,
)

from tools.sim.world import requests, storage


def amps(world):
    return world.state(1)["amps"]


def test_a_fresh_car_shows_state_b_before_it_asks():
    world = a_world()
    plug(world, on=True)
    offer(world, STEADY)
    run(world, 0.3)
    assert world.state(1)["car"] == "B"
    run(world, 0.3)
    assert world.state(1)["car"] == "C"


def test_a_car_that_was_not_told_to_ask_stays_in_b_when_offered():
    world = a_world()
    plug(world)
    offer(world, DUTY_16A)
    run(world, 60)
    assert world.state(1)["car"] == "B"


def test_ready_asks_without_an_offer_too_and_stops_at_once():
    world = a_world()
    offer(world, STEADY)
    plug(world)
    run(world, 5)
    world.outlet(1).ready(True)
    run(world, 0)
    assert world.state(1)["car"] == "C"
    run(world, 60)
    assert world.state(1)["car"] == "C"
    world.outlet(1).ready(False)
    assert world.state(1)["car"] == "B"


def test_the_current_follows_the_duty_after_the_reply_time():
    world = charging()
    assert amps(world) == [16.0, 16.0, 16.0]
    offer(world, DUTY_10A)
    run(world, 0.19)
    assert amps(world)[0] == 16.0
    run(world, 0.02)
    assert amps(world) == [10.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"phases": 1}, [16.0, 0, 0]),
        ({"phases": 2, "amps": 12}, [12.0, 12.0, 0]),
        ({"cable": 13}, [13.0, 13.0, 13.0]),
        ({"amps": 9.5}, [9.5, 9.5, 9.5]),
    ],
)
def test_it_draws_the_least_of_car_cable_and_offer_on_its_phases(settings, expected):
    assert amps(charging(**settings)) == expected


def test_nothing_flows_through_an_open_contactor():
    world = a_world()
    plug(world, on=True)
    offer(world, DUTY_16A)
    run(world, 5)
    assert amps(world) == [0, 0, 0]


def test_a_withdrawn_offer_makes_it_leave_c_and_a_new_one_brings_it_back():
    world = charging()
    offer(world, STEADY)
    assert world.state(1)["car"] == "C"
    run(world, 0.21)
    assert (world.state(1)["car"], amps(world)) == ("B", [0, 0, 0])
    offer(world, DUTY_6A)
    run(world, 0.21)
    assert world.state(1)["car"] == "C"


def test_a_stubborn_car_keeps_drawing_for_its_reply_time():
    world = charging(reply_s=30)
    run(world, 60)
    offer(world, STEADY)
    run(world, 29)
    assert amps(world)[0] == 16.0
    run(world, 2)
    assert amps(world)[0] == 0


def test_energy_is_power_times_time_in_the_session_and_in_the_register():
    world = charging()
    start, before = world.state(1)["meter_wh"], world.state(1)["energy_wh"]
    run(world, 3600)
    assert world.state(1)["energy_wh"] - before == pytest.approx(3 * 16 * 230, abs=1)
    assert world.state(1)["meter_wh"] - start == pytest.approx(3 * 16 * 230, abs=1)


def test_a_full_car_stops_asking_by_itself():
    world = charging(kwh=1)
    run(world, 3600)
    state = world.state(1)
    assert (state["car"], state["energy_wh"]) == ("B", pytest.approx(1000, abs=0.1))
    world.outlet(1).ready(True)
    run(world, 10)
    assert world.state(1)["car"] == "B"


def test_energy_counts_from_the_plug_in():
    world = charging()
    run(world, 60)
    world.outlet(1).unplug()
    coil(world, False)
    run(world, 1)
    plug(world)
    assert world.state(1)["energy_wh"] == 0


def test_a_broken_pilot_stops_the_car():
    world = charging()
    world.fault(1, "cp_open", True)
    assert world.state(1)["pilot_v"] == 12.0
    run(world, 1)
    assert amps(world) == [0, 0, 0]


@pytest.mark.parametrize(
    ("fault", "volts"),
    [
        ("overvoltage", [270, 270, 270]),
        ("undervoltage", [180, 180, 180]),
        ("phase_loss", [230, 0, 230]),
    ],
)
def test_the_mains_may_be_wrong(fault, volts):
    world = charging()
    world.fault(1, fault, True)
    state = world.state(1)
    assert state["volts"] == volts
    assert [a > 0 for a in state["amps"]] == [v > 0 for v in volts]


def test_each_phase_of_the_mains_has_the_voltage_it_is_told():
    world = charging()
    with pytest.raises(ValueError, match="three times a number from 0 to 500, or null"):
        requests.answer(world, {"do": "mains", "volts": [230, 230]})
    requests.answer(world, {"do": "mains", "volts": [264, 183.5, 0]})
    assert (world.state(1)["volts"], [a > 0 for a in amps(world)]) == ([264, 183.5, 0], [True, True, False])
    world.fault(1, "phase_loss", True)
    assert world.state(1)["volts"] == [264, 0, 0]
    world.fault(1, "overvoltage", True)
    assert world.state(1)["volts"] == [270, 0, 270]
    for fault in ("phase_loss", "overvoltage"):
        world.fault(1, fault, False)
    requests.answer(world, {"do": "mains"})
    assert world.state(1)["volts"] == [230, 230, 230]


def test_a_car_takes_what_it_is_told_as_long_as_it_asks():
    world = charging()
    requests.answer(world, {"do": "draw", "amps": [20, 16.5, 0]})
    assert amps(world) == [20, 16.5, 0]
    offer(world, STEADY)
    run(world, 1)
    assert amps(world) == [0, 0, 0]
    offer(world, DUTY_10A)
    run(world, 1)
    assert amps(world) == [20, 16.5, 0]
    requests.answer(world, {"do": "draw"})
    assert amps(world) == pytest.approx([10, 10, 10], abs=0.1)


def test_a_greedy_car_takes_5_A_more_than_it_may():
    world = charging(phases=2)
    world.fault(1, "overcurrent", True)
    assert amps(world) == pytest.approx([21, 21, 0], abs=0.1)
    offer(world, STEADY)
    run(world, 1)
    assert amps(world) == [0, 0, 0]


def test_mains_and_what_a_car_takes_are_there_after_a_power_cut():
    world = charging()
    world.outlet(1).hold_mains([230, 190, 230])
    world.outlet(1).draw([20, 0, 0])
    again = a_world()
    storage.restore(again, json.loads(json.dumps(storage.kept(world))))
    assert again.state(1)["volts"] == [230, 190, 230]
    assert again.outlet(1).car.takes_ma == [20000, 0, 0]


def test_only_one_car_fits():
    world = a_world()
    plug(world)
    with pytest.raises(ValueError, match="already"):
        plug(world)


def test_without_a_car_nothing_can_be_ready_or_unplugged():
    world = a_world()
    with pytest.raises(ValueError, match="no car"):
        world.outlet(1).ready(True)
    with pytest.raises(ValueError, match="no car"):
        world.outlet(1).unplug()


def apart_world(**settings):
    """A car that is offered current, on a board with a relay in the pilot wire (pin 15)."""
    world = a_world(PILOT={**DEVKIT.PILOT, "disconnect": 15})
    plug(world, on=True, **settings)
    offer(world, DUTY_16A)
    run(world, 1)
    return world


def interrupt(world, seconds):
    world.output(15, 1)
    run(world, seconds)
    state = world.state(1)
    assert (state["car"], state["pilot_v"], state["low_v"], state["apart"]) == ("A", 12, -12, True)
    world.output(15, 0)
    run(world, 1)


def test_an_open_pilot_wire_shows_no_car_and_the_car_no_pilot():
    world = apart_world()
    assert world.state(1)["car"] == "C"
    world.output(15, 1)
    run(world, 1)
    assert not world.outlet(1).car.s2
    world.output(15, None)  # without power the relay is closed
    run(world, 1)
    assert (world.state(1)["car"], world.state(1)["apart"]) == ("C", False)


def test_a_sleeping_car_wakes_when_the_pilot_was_gone_for_3_s():
    world = apart_world(sleeps=True)
    for seconds, letter in ((2, "B"), (2.5, "B"), (3.5, "C")):
        interrupt(world, seconds)
        assert world.state(1)["car"] == letter
