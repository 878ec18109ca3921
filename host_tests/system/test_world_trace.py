"""The time line of pilot, coil and contacts, a forced line, and requests at exact instants."""

import pytest
from world_play import DUTY_16A, STEADY, a_world, charging, coil, offer, plug, run

from tools.sim.world import requests


def do(world, name, **fields):
    return requests.answer(world, {"do": name, **fields})


def changes(world, since=0):
    return [change for change in world.outlet(1).trace.told()["changes"] if change["n"] >= since]


def test_the_time_line_has_every_change_with_its_instant():
    world = charging()
    since = world.outlet(1).trace.told()["count"]
    at_ms = world.timeline.now_us / 1000
    world.outlet(1).ready(False)
    run(world, 0.0405)
    coil(world, False)
    run(world, 1)
    left, released, opened = changes(world, since)
    assert (left["at_ms"], left["high_mv"], left["coil"], left["amps"]) == (at_ms, 8979, True, 0)
    assert (released["at_ms"], released["coil"], released["contacts"]) == (at_ms + 40.5, False, True)
    assert (opened["at_ms"], opened["contacts"]) == (at_ms + 70.5, False)
    assert (opened["duty"], opened["hertz"], opened["low_mv"]) == (DUTY_16A, 1000, -12000)


def test_the_time_line_keeps_the_newest_two_hundred():
    world = a_world()
    for duty in range(300):
        offer(world, DUTY_16A + duty)
    told = world.outlet(1).trace.told()
    assert len(told["changes"]) == 200
    assert told["changes"][-1]["n"] == told["count"] - 1 >= 299


def test_a_forced_line_has_its_plateaus_until_it_is_let_go():
    world = a_world()
    offer(world, STEADY)
    plug(world)
    do(world, "line", high_mv=6900, low_mv=-11000)
    assert world.outlet(1).plateaus() == (6900, -11000)
    do(world, "line", high_mv=10900)
    assert world.outlet(1).plateaus() == (10900, -12000)
    do(world, "line")
    assert world.outlet(1).plateaus() == (8979, -12000)
    with pytest.raises(ValueError, match="high_mv"):
        do(world, "line", high_mv=16000)


def test_a_play_does_each_request_at_its_instant():
    world = a_world()
    offer(world, DUTY_16A)
    plug(world)
    run(world, 1)
    since = world.outlet(1).trace.told()["count"]
    at_ms = world.timeline.now_us / 1000
    do(world, "play", steps=[[0, {"do": "ready"}], [250, {"do": "ready", "on": False}]])
    run(world, 1)
    assert [(c["at_ms"] - at_ms, c["high_mv"]) for c in changes(world, since)] == [(0, 5995), (250, 8979)]


def test_a_play_can_begin_when_the_coil_is_energised_and_only_once():
    world = a_world()
    offer(world, STEADY)
    do(world, "play", at="coil", steps=[[5, {"do": "line", "high_mv": 3000}], [10, {"do": "line"}]])
    run(world, 1)
    since = world.outlet(1).trace.told()["count"]
    for _ in range(2):
        coil(world, True)
        run(world, 1)
        coil(world, False)
        run(world, 1)
    assert [c["high_mv"] for c in changes(world, since) if c["high_mv"] != 12000] == [3000]


def test_a_step_that_fails_is_told_and_the_others_go_on():
    world = a_world()
    heard = []
    world.listeners.append(heard.append)
    do(world, "play", steps=[[0, {"do": "ready"}], [1, {"do": "plug"}]])
    run(world, 1)
    assert [e["text"] for e in heard if e["event"] == "log"] == ["sim: play: no car is plugged in"]
    assert world.state(1)["plugged"]


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [[0, {"do": "play", "steps": []}]],
        [[0, {"ask": "state"}]],
        [[-1, {"do": "plug"}]],
        [[0, {"do": "plug"}]] * 21,
    ],
)
def test_a_play_that_cannot_be_is_refused(steps):
    with pytest.raises(ValueError, match="steps"):
        do(a_world(), "play", steps=steps)
