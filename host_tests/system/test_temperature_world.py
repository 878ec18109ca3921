"""The simulated enclosure and its sensors, without a chip."""

import pytest
from world_play import DUTY_16A, STEADY, a_world, coil, offer, plug, run

from tools.sim.world import requests

CURVE = ((105385, -20), (33621, 0), (10000, 25), (3588, 50), (1760, 70), (934, 90), (529, 110))
DS18B20 = {"kind": "ds18b20", "pin": 15, "stop_c": 65}
MCP9700 = {"kind": "mcp9700", "adc": 37, "stop_c": 65}
NTC = {"kind": "ntc", "adc": 37, "pull_up_ohm": 10000, "supply_mv": 3300, "curve": CURVE, "stop_c": 65}


def hold(world, c):
    requests.answer(world, {"do": "temperature", "c": c})


def say(world, *what):
    assert world.onewire(15, "r") == 1
    for byte in what:
        world.onewire(15, f"w{byte:02x}")


def read(world, count=9):
    return bytes(world.onewire(15, "1") for _ in range(count))


def measured(world):
    say(world, 0xCC, 0x44)
    run(world, 0.8)
    say(world, 0xCC, 0xBE)
    return read(world)


def test_the_box_warms_up_with_the_current_and_cools_down_without():
    world = a_world(TEMPERATURE=MCP9700)
    assert world.state(1)["temperature_c"] == 25
    run(world, 3600)
    assert world.state(1)["temperature_c"] == 25
    offer(world, STEADY)
    plug(world, on=True, amps=16)
    run(world, 1)
    offer(world, DUTY_16A)
    run(world, 1)
    coil(world, True)
    run(world, 600)
    assert world.state(1)["temperature_c"] == pytest.approx(25 + 25 * 0.632, abs=1), "one time constant"
    run(world, 7200)
    assert world.state(1)["temperature_c"] == pytest.approx(50, abs=0.5)
    coil(world, False)
    run(world, 7200)
    assert world.state(1)["temperature_c"] == pytest.approx(25, abs=0.5)


def test_somebody_holds_it_at_a_temperature_and_lets_it_go():
    world = a_world(TEMPERATURE=MCP9700)
    hold(world, 60.5)
    assert world.state(1)["temperature_c"] == 60.5
    hold(world, None)
    assert world.state(1)["temperature_c"] == 25
    world.fault(1, "overheat", True)
    assert world.state(1)["temperature_c"] == 95


def test_the_analog_sensors_are_a_voltage():
    for data, c, mv in (
        (MCP9700, 25, 750),
        (MCP9700, -10, 400),
        (MCP9700, 95, 1450),
        (NTC, 25, 1650),
        (NTC, 50, 871),
        (NTC, 0, 2543),
        (NTC, 60, 657),
    ):
        world = a_world(TEMPERATURE=data)
        hold(world, c)
        high, low, _, pwm = world.inputs()["A", 37]
        assert (high, low, pwm) == (pytest.approx(mv, abs=2), high, -1)
    for data, mv in ((MCP9700, 0), (NTC, 3300)):
        world = a_world(TEMPERATURE=data)
        world.fault(1, "sensor", True)
        assert world.inputs()["A", 37][0] == mv


def test_a_ds18b20_begins_with_85_degrees_and_measures_in_750_ms():
    """The bytes are those of its data sheet."""
    world = a_world(TEMPERATURE=DS18B20)
    say(world, 0xCC, 0xBE)
    assert read(world) == bytes.fromhex("50054b467fff0c101c")
    hold(world, -10.125)
    say(world, 0xCC, 0x44)
    run(world, 0.7)
    say(world, 0xCC, 0xBE)
    assert read(world)[:2] == b"\x50\x05"
    run(world, 0.1)
    say(world, 0xCC, 0xBE)
    assert read(world)[:2] == b"\x5e\xff"
    assert read(world, 2) == b"\xff\xff", "behind its answer the wire is high"


def test_a_ds18b20_keeps_what_is_written_until_its_supply_goes():
    world = a_world(TEMPERATURE=DS18B20)
    say(world, 0xCC, 0x4E, 0x55, 0x2A, 0x7F)
    assert measured(world)[2:5] == b"\x55\x2a\x7f"
    world.fault(1, "sensor", True)
    assert world.onewire(15, "r") == 0
    assert read(world) == b"\xff" * 9
    world.fault(1, "sensor", False)
    say(world, 0xCC, 0xBE)
    assert read(world)[:5] == bytes.fromhex("50054b467f")


def test_trouble_of_a_ds18b20():
    world = a_world(TEMPERATURE=DS18B20)
    right = measured(world)
    world.temperature.trouble = "garbage"
    assert measured(world) not in (right, b"\xff" * 9)
    world.temperature.trouble = "silent"
    assert measured(world) == right[:3] + b"\xff" * 6


def test_nobody_answers_at_another_pin_or_another_address():
    world = a_world(TEMPERATURE=DS18B20)
    assert (world.onewire(16, "r"), world.onewire(16, "1")) == (0, 255)
    say(world, 0x55, 0xBE)
    assert read(world) == b"\xff" * 9
    world = a_world()
    assert (world.onewire(15, "r"), world.onewire(15, "1")) == (0, 255)


def test_a_board_without_a_sensor_says_so():
    world = a_world(TEMPERATURE=None)
    assert world.state(1)["temperature_c"] is None
    with pytest.raises(ValueError, match="no temperature sensor"):
        hold(world, 60)
    for name in ("overheat", "sensor"):
        with pytest.raises(ValueError, match="no temperature sensor"):
            world.fault(1, name, True)
    with pytest.raises(ValueError, match="abacus"):
        a_world(TEMPERATURE={"kind": "abacus"})
