"""What is in the air, as the control port plays it and the world keeps it."""

import json

import pytest
from world_play import a_world

from tools.sim.world import requests, storage
from tools.sim.world.air import FIRST, Air, first_record

OFFICE = {"ssid": "office", "key": "letmein22", "rssi": -70}


def test_it_begins_with_the_network_that_a_new_box_knows():
    world = a_world()
    assert requests.answer(world, {"ask": "air"}) == {
        "networks": [FIRST], "guests": 0, "cable": True, "hotspot": None,
    }  # fmt: skip
    crc, payload = first_record().split(b" ", 2)[1:]
    assert json.loads(payload) == [FIRST["ssid"], FIRST["key"], None]
    assert len(crc) == 8


def test_a_request_changes_what_it_names_and_nothing_else():
    world = a_world()
    requests.answer(world, {"do": "wifi", "networks": [OFFICE, {"ssid": "cafe"}]})
    assert world.air.networks == [OFFICE, {"ssid": "cafe", "key": "", "rssi": -60}]
    assert world.network == "on"
    requests.answer(world, {"do": "wifi", "guests": 2})
    assert (len(world.air.networks), world.air.guests) == (2, 2)
    requests.answer(world, {"do": "wifi", "on": False, "how": "reset"})
    assert (world.network, len(world.air.networks), world.air.guests) == ("reset", 2, 2)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"networks": "home"},
        {"networks": [{}]},
        {"networks": [{"ssid": ""}]},
        {"networks": [{"ssid": "x" * 33}]},
        {"networks": [{"ssid": "a", "password": "b"}]},
        {"networks": [{"ssid": "a", "rssi": "-50"}]},
        {"networks": [{"ssid": "a"}] * 21},
        {"guests": 11},
        {"on": 1},
    ],
)
def test_what_makes_no_sense_is_refused(fields):
    world = a_world()
    with pytest.raises(ValueError, match=next(iter(fields), "on is missing")):
        requests.answer(world, {"do": "wifi", **fields})
    assert world.air.kept() == Air().kept()


def test_a_cable_needs_a_board_that_has_a_place_for_it():
    with pytest.raises(ValueError, match="has no Ethernet"):
        requests.answer(a_world(), {"do": "ethernet", "on": False})


def test_the_chip_is_told_only_what_is_different_from_how_it_begins():
    world = a_world()
    assert world.air.words() == Air().words()
    requests.answer(world, {"do": "wifi", "networks": []})
    assert world.air.words() == (0, 1, b"[]".hex())


def test_the_air_outlives_the_program_and_older_worlds_have_none():
    world, again = a_world(), a_world()
    requests.answer(world, {"do": "wifi", "networks": [OFFICE]})
    kept = storage.kept(world)
    storage.restore(again, json.loads(json.dumps(kept)))
    assert again.air.kept() == world.air.kept()
    kept.pop("air")
    storage.restore(again, kept)
