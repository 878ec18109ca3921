"""What outlives the wallbox: the world of a folder, through stops, power cuts and bad files."""

import json

import pytest
from world_play import DUTY_16A, a_world, charging, coil, offer, plug, run

from tools.sim.world.storage import Shelf


def again(world, folder):
    """The world after a stop and a start."""
    Shelf(folder).save(world)
    fresh = a_world()
    Shelf(folder).load(fresh)
    return fresh


def test_a_fresh_folder_has_no_car_and_a_factory_register(tmp_path):
    world = a_world()
    Shelf(tmp_path).load(world)
    state = world.state(1)
    assert (state["plugged"], state["meter_wh"], state["wifi"]) == (False, 12_345_678, "on")


def test_car_register_wear_faults_and_network_are_there_again(tmp_path):
    world = charging(phases=1, cable=20)
    run(world, 600)
    world.fault(1, "diode", True)
    world.set_network("silent")
    before = world.state(1)
    after = again(world, tmp_path).state(1)
    for field in ("plugged", "energy_wh", "meter_wh", "faults", "wifi", "wear"):
        assert after[field] == before[field]
    assert (after["contactor"], after["coil"]) == (False, False)


def test_a_car_that_charged_waits_in_b_and_goes_on_when_it_is_offered_current(tmp_path):
    world = again(charging(kwh=10), tmp_path)
    assert world.state(1)["car"] == "B"
    offer(world, DUTY_16A)
    run(world, 1)
    assert world.state(1)["car"] == "C"
    coil(world, True)
    run(world, 1)
    assert world.state(1)["amps"] == [16.0, 16.0, 16.0]


def test_a_car_that_did_not_ask_does_not_ask_afterwards(tmp_path):
    world = a_world()
    plug(world)
    world = again(world, tmp_path)
    offer(world, DUTY_16A)
    run(world, 10)
    assert world.state(1)["car"] == "B"


def test_a_weld_stays_closed_without_power(tmp_path):
    world = charging()
    world.fault(1, "weld", True)
    world = again(world, tmp_path)
    run(world, 1)
    assert world.state(1)["contactor"]
    world.fault(1, "weld", False)
    run(world, 1)
    assert not world.state(1)["contactor"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_file_it_cannot_read_is_named_and_kept(tmp_path, text):
    path = tmp_path / "world.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"world\.json"):
        Shelf(tmp_path).load(a_world())
    assert path.read_text() == text


def test_nothing_is_written_when_nothing_changed(tmp_path):
    shelf, world = Shelf(tmp_path), a_world()
    shelf.save(world)
    (tmp_path / "world.json").unlink()
    shelf.save(world)
    assert not (tmp_path / "world.json").exists()
    plug(world)
    shelf.save(world)
    assert json.loads((tmp_path / "world.json").read_text())["outlets"]["1"]["car"]
