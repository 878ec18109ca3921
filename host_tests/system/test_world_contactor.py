"""The contactor, its wear and its faults, and the figures of the safety path."""

import pytest
from world_play import DEVKIT, DUTY_16A, STEADY, a_world, charging, coil, mirror, offer, plug, run


def closed(world):
    return world.state(1)["contactor"]


def test_the_main_contacts_follow_the_coil_after_the_boards_times():
    world = a_world()
    coil(world, True)
    assert (world.state(1)["coil"], closed(world)) == (True, False)
    run(world, 0.029)
    assert not closed(world)
    run(world, 0.002)
    assert closed(world)
    coil(world, False)
    run(world, 0.029)
    assert closed(world)
    run(world, 0.002)
    assert not closed(world)


def test_a_coil_pulse_shorter_than_the_closing_time_closes_nothing():
    world = a_world()
    coil(world, True)
    run(world, 0.02)
    coil(world, False)
    run(world, 1)
    assert world.state(1)["wear"]["closings"] == 0


def test_the_mirror_contact_tells_the_main_contacts():
    world = a_world()
    assert mirror(world) == 1 - DEVKIT.CONTACTOR["mirror_closed"]
    coil(world, True)
    run(world, 0.1)
    assert mirror(world) == DEVKIT.CONTACTOR["mirror_closed"]


def test_a_weld_holds_contacts_that_are_closed_until_it_is_taken_off():
    world = charging()
    world.fault(1, "weld", True)
    coil(world, False)
    run(world, 10)
    assert closed(world)
    world.fault(1, "weld", False)
    run(world, 0.1)
    assert not closed(world)


def test_a_weld_of_an_open_contactor_waits_for_the_next_closing():
    world = a_world()
    world.fault(1, "weld", True)
    run(world, 1)
    assert not closed(world)
    coil(world, True)
    run(world, 1)
    coil(world, False)
    run(world, 1)
    assert closed(world)


def test_no_close_keeps_it_open_and_opens_it():
    world = a_world()
    world.fault(1, "no_close", True)
    coil(world, True)
    run(world, 1)
    assert not closed(world)
    world.fault(1, "no_close", False)
    run(world, 1)
    assert closed(world)
    world.fault(1, "no_close", True)
    run(world, 1)
    assert not closed(world)


def test_only_an_opening_under_current_wears_under_load():
    world = charging()
    world.outlet(1).ready(False)
    coil(world, False)
    run(world, 1)
    assert world.state(1)["wear"]["openings_loaded"] == 0
    world = charging()
    coil(world, False)
    run(world, 1)
    assert world.state(1)["wear"] == {
        "closings": 1, "openings": 1, "closings_loaded": 0, "openings_loaded": 1,
    }  # fmt: skip


def test_a_reset_of_the_chip_opens_it_and_takes_the_pilot_away():
    world = charging()
    world.chip_stopped("wdt")
    world.chip_starts(again=True)
    state = world.state(1)
    assert (state["coil"], state["contactor"], state["pilot_v"]) == (False, False, -12.0)
    assert (state["resets"], state["uptime_ms"]) == (1, 0)


def test_a_soft_reset_leaves_the_outputs_as_they_are():
    world = charging()
    world.chip_stopped("soft", outputs_stay=True)
    world.chip_starts(again=True)
    assert closed(world)


def figures(world):
    return world.outlet(1).timing.figures()


def test_an_opening_is_measured_from_the_car_leaving_c():
    world = charging()
    world.outlet(1).timing.reset()
    world.outlet(1).ready(False)
    run(world, 0.055)
    coil(world, False)
    run(world, 1)
    got = figures(world)
    assert (got["coil_ms_last"], got["open_ms_last"], got["openings"]) == (55, 85, 1)


def test_an_unplug_and_a_short_of_the_pilot_are_measured_too():
    for leave in (
        lambda world: world.outlet(1).unplug(),
        lambda world: world.fault(1, "pilot_short", True),
        lambda world: world.fault(1, "cp_open", True),
    ):
        world = charging()
        leave(world)
        run(world, 0.04)
        coil(world, False)
        run(world, 1)
        assert figures(world)["coil_ms_last"] == 40


def test_the_worst_stays_and_the_last_changes():
    world = charging()
    for late_s in (0.05, 0.02):
        world.outlet(1).ready(False)
        run(world, late_s)
        coil(world, False)
        run(world, 1)
        world.outlet(1).ready(True)
        coil(world, True)
        run(world, 1)
    got = figures(world)
    assert (got["coil_ms_last"], got["coil_ms_max"]) == (20, 50)
    assert (got["open_ms_last"], got["open_ms_max"], got["openings"]) == (50, 80, 2)


def test_a_forced_opening_counts_but_is_not_late():
    world = charging()
    world.outlet(1).timing.reset()
    coil(world, False)
    run(world, 1)
    got = figures(world)
    assert (got["openings"], got["coil_ms_last"], got["open_ms_max"]) == (1, None, None)


def test_a_closing_is_measured_from_asking_and_offer_together():
    world = a_world()
    plug(world, on=True)
    run(world, 2)
    offer(world, DUTY_16A)
    run(world, 0.5)
    coil(world, True)
    run(world, 1)
    assert figures(world)["close_ms_last"] == 530


def test_erases_with_the_contactor_closed_are_counted_apart():
    world = a_world()
    world.flashed("e", 4096)
    coil(world, True)
    run(world, 1)
    world.flashed("e", 4096)
    world.flashed("p", 128)
    assert world.flash == {"erases": 2, "programs": 1, "bytes": 128, "erases_closed": 1}


PHASES = {"coil": 13, "pull_down": True, "in_series": True, "mirror": 39, "mirror_closed": 0, "release_ms": 20}


def two_contactors(three=True, **settings):
    """A world in which a car charges through two contactors."""
    world = a_world(PHASES=PHASES)
    world.output(PHASES["coil"], int(three))
    run(world, 1)
    offer(world, STEADY)
    plug(world, on=True, **settings)
    run(world, 1)
    offer(world, DUTY_16A)
    run(world, 1)
    coil(world, True)
    run(world, 1)
    return world


def relay(world):
    return world.state(1)["phase_relay"]


def test_the_phase_relay_lets_l2_and_l3_through():
    for three, amps in ((True, [16, 16, 16]), (False, [16, 0, 0])):
        world = two_contactors(three)
        assert (world.state(1)["amps"], relay(world)["closed"], relay(world)["damage"]) == (amps, three, 0)
        assert world.inputs()["G", PHASES["mirror"]][0] == (0 if three else 1)


def test_the_phase_relay_that_moves_under_load_is_damaged():
    world = two_contactors()
    world.output(PHASES["coil"], 0)
    run(world, 1)
    assert (relay(world)["closed"], relay(world)["wear"]["openings_loaded"]) == (False, 1)
    assert relay(world)["damage"] >= 1
    coil(world, False)
    run(world, 1)
    worn = relay(world)["damage"]
    world.output(PHASES["coil"], 1)
    run(world, 1)
    assert relay(world)["damage"] == worn


def test_a_car_that_gets_other_phases_without_a_pause_is_damaged():
    for pause_s, damage in ((5, 1), (15, 0)):
        world = two_contactors()
        coil(world, False)
        run(world, 1)
        world.output(PHASES["coil"], 0)
        run(world, pause_s)
        coil(world, True)
        run(world, 1)
        assert relay(world)["damage"] == damage


def test_a_weld_of_the_phase_relay_is_its_own():
    world = two_contactors()
    world.fault(1, "phases_weld", True)
    coil(world, False)
    world.output(PHASES["coil"], None)
    run(world, 1)
    assert (closed(world), relay(world)["closed"]) == (False, True)
    world.fault(1, "phases_weld", False)
    world.fault(1, "phases_no_close", True)
    world.output(PHASES["coil"], 1)
    run(world, 1)
    assert not relay(world)["closed"]


def test_a_world_without_a_phase_relay_has_none():
    assert relay(a_world()) is None
    with pytest.raises(ValueError, match="phase relay"):
        a_world().fault(1, "phases_weld", True)
