"""The model of lock and cable: a bolt that takes its time, a switch that feels it, a plug that it holds."""

import pytest
from world_play import a_world, plug, run

from tools.sim.world import board, options, storage

BLUEPRINT = board.load(options.ROOT, "blueprint")
LOCK, PROXIMITY = BLUEPRINT.LOCK, BLUEPRINT.PROXIMITY
A, B, SWITCH = LOCK["a"], LOCK["b"], LOCK["feedback"]


def a_socket(**spec):
    return a_world(LOCK={**LOCK, **spec}, PROXIMITY=PROXIMITY)


def pulse(world, pin, ms=300, rest=0):
    world.output(pin, 1 - rest)
    run(world, ms / 1000)
    world.output(pin, rest)


def locked(world):
    return world.state(1)["locked"]


def switch(world):
    return world.inputs()["G", SWITCH][0]


def pp_mv(world):
    return world.inputs()["A", 39][0]


def test_a_pulse_of_its_length_moves_the_bolt_and_it_stays():
    world = a_socket()
    assert (locked(world), switch(world)) == (False, 0)
    pulse(world, A)
    run(world, 100)
    assert (locked(world), switch(world)) == (True, 1)
    world.chip_stopped("power")
    assert locked(world)
    pulse(world, B)
    assert (locked(world), switch(world)) == (False, 0)
    assert (world.outlet(1).lock.pulses, world.outlet(1).lock.shorts) == (2, 0)


def test_a_short_pulse_is_not_enough_and_two_are():
    world = a_socket()
    pulse(world, A, 100)
    assert not locked(world)
    pulse(world, A, 100)
    assert locked(world)


def test_a_lock_that_rests_high_turns_by_the_other_output_and_its_switch_has_no_supply_meanwhile():
    world = a_socket(rest=1)
    world.output(A, 1)
    world.output(B, 1)
    pulse(world, B, rest=1)
    assert (locked(world), switch(world)) == (True, 1)
    world.output(A, 0)
    assert switch(world) == 0
    assert world.outlet(1).lock.shorts == 0


def test_both_outputs_at_once_are_counted_and_move_nothing():
    world = a_socket()
    world.output(A, 1)
    world.output(B, 1)
    run(world, 1)
    assert (locked(world), world.outlet(1).lock.shorts) == (False, 1)


def test_a_solenoid_is_held_and_lets_go_without_power():
    world = a_socket(b=None)
    world.output(A, 1)
    run(world, 1)
    assert locked(world)
    world.chip_stopped("power")
    run(world, 1)
    assert not locked(world)


def test_trouble():
    world = a_socket()
    world.fault(1, "lock", True)
    pulse(world, A)
    assert not locked(world)
    world.fault(1, "lock", False)
    world.outlet(1).lock.trouble = "slow"
    pulse(world, A)
    assert not locked(world)
    world.outlet(1).lock.trouble = None
    pulse(world, A)
    assert locked(world)
    world.fault(1, "lock_wire", True)
    assert switch(world) == 0


def test_a_locked_plug_stays_in_and_a_locked_socket_takes_none():
    world = a_socket()
    outlet = world.outlet(1)
    plug(world)
    pulse(world, A)
    with pytest.raises(ValueError, match="the plug is locked"):
        outlet.unplug()
    outlet.unplug("car")
    assert (world.state(1)["plugged"], world.state(1)["cable"]) == (False, 32)
    with pytest.raises(ValueError, match="no car"):
        outlet.unplug("car")
    with pytest.raises(ValueError, match="the plug is locked"):
        outlet.unplug()
    plug(world, cable=20)  # at the other end of the cable that is there
    assert world.state(1)["cable"] == 32
    outlet.unplug("car")
    pulse(world, B)
    outlet.unplug()
    pulse(world, A)
    with pytest.raises(ValueError, match="the socket is locked"):
        plug(world)


def test_the_cables_resistor_at_the_divider():
    for cable, ohm in (
        (63, 100),
        (70, 100),
        (32, 220),
        (40, 220),
        (20, 680),
        (25, 680),
        (13, 1500),
        (16, 1500),
        (6, 1500),
    ):
        world = a_socket()
        assert pp_mv(world) == 3300
        plug(world, cable=cable)
        assert pp_mv(world) == round(3300 * ohm / (1000 + ohm)), cable
        world.fault(1, "pp_short", True)
        assert pp_mv(world) == 0
        world.fault(1, "pp_short", False)
        world.outlet(1).unplug()
        assert pp_mv(world) == 3300


@pytest.mark.parametrize(("b", "stays"), [(B, True), (None, False)])
def test_the_bolt_of_a_motor_outlives_the_simulator_and_a_solenoids_does_not(b, stays):
    world = a_socket(b=b)
    plug(world, cable=20)
    world.output(A, 1)
    run(world, 1)
    assert locked(world)
    again = a_socket(b=b)
    storage.restore(again, storage.kept(world))
    assert (locked(again), again.state(1)["cable"]) == (stays, 20)


def test_boards_without_a_lock_say_so():
    world = a_world()
    assert locked(world) is None
    for name in ("lock", "lock_wire", "pp_short"):
        with pytest.raises(ValueError, match="devkit has no"):
            world.fault(1, name, True)
