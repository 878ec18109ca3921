"""Every request of the control port, on a model without a chip, over a real socket."""

import asyncio
import json

import pytest
from world_play import a_world, charging, run

from tools.sim.world import faults, options
from tools.sim.world.calls import named
from tools.sim.world.control import Control


class Desk:
    """A control port and one connection to it; `ask` is a coroutine of one line out and one in."""

    def __init__(self, world):
        self.world = world
        self.cut = False

    async def __aenter__(self):
        control = Control(self.world, self._moment, self._power_cut)
        self.port = await control.open("127.0.0.1", 0)
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    async def _moment(self, act):
        return act()

    def _power_cut(self):
        self.cut = True

    async def say(self, line):
        self.writer.write(line + b"\n")
        return json.loads(await self.reader.readline())

    async def ask(self, **request):
        return await self.say(json.dumps(request).encode())


def answers(requests, world=None):
    """The answers to requests sent one after the other."""

    async def talk():
        async with Desk(world or a_world()) as desk:
            return [await desk.ask(**request) for request in requests]

    return asyncio.run(talk())


def error(**request):
    got = answers([request])[0]
    assert got["ok"] is False
    return got["error"]


def test_state_has_every_field_of_the_design():
    state = answers([{"ask": "state"}])[0]
    assert state.pop("ok") is True
    fields = (
        "pilot_v low_v duty contactor coil phases amps volts energy_wh meter_wh locked led uptime_ms resets plugged"
    )
    assert set(fields.split()) <= set(state)


def test_timing_and_flash_have_every_field_of_the_design():
    timing, flash = answers([{"ask": "timing"}, {"ask": "flash"}])
    assert list(timing) == [
        "ok", "pilot_gap_ms_max", "coil_ms_last", "coil_ms_max", "open_ms_last", "open_ms_max",
        "openings", "close_ms_last", "safety_share",
    ]  # fmt: skip
    assert flash == {"ok": True, "erases": 0, "programs": 0, "bytes": 0, "erases_closed": 0}


def test_plug_has_the_defaults_of_the_design():
    world = a_world()
    assert answers([{"do": "plug"}], world) == [{"ok": True}]
    assert world.outlet(1).car.settings == {
        "phases": 3, "amps": 16, "kwh": None, "cable": 32, "reply_s": 0.2, "ventilation": False, "sleeps": False,
    }  # fmt: skip


def test_a_stall_is_ordered_from_the_chip_and_the_car_leaves_in_the_middle_of_it():
    world = charging()
    steps = [[0, {"do": "stall", "ms": 35}], [20, {"do": "ready", "on": False}]]
    assert answers([{"do": "play", "steps": steps}], world) == [{"ok": True}]
    run(world, 0.019)
    assert (world.stall_ms, world.state(1)["car"]) == (35, "C")
    run(world, 0.002)
    assert world.state(1)["car"] == "B"
    assert error(do="stall", ms=0) == "ms: want a whole number from 1 to 60000"


@pytest.mark.parametrize(
    ("told", "said"),
    {
        "ordered": "ordered",
        "task 3, gc, until wait": "task 3, gc, until wait",
        "task 0, flash 20 ms, until 1 us": "task 0, flash 20 ms, until pin",
        "task 0, until 30 us": "task 0, until flash_read/neopixel_led/uart",
        "task 0, until 0 us": "task 0, until ticks",
        "task 0, until 31 us": "task 0, until a cost of 31 us",
    }.items(),
)
def test_the_call_that_ended_a_stall_is_told_by_its_name(told, said):
    assert named(told) == said


def test_a_car_comes_asks_and_goes():
    world = a_world()
    requests = [{"do": "plug"}, {"ask": "state"}, {"do": "ready", "on": True}, {"do": "unplug"}]
    got = answers(requests, world)
    assert [entry["ok"] for entry in got] == [True] * 4
    assert got[1]["plugged"]
    assert world.outlet(1).car is None


def test_a_second_car_and_no_car_are_errors():
    got = answers([{"do": "plug"}, {"do": "plug"}, {"do": "unplug"}, {"do": "unplug"}])
    assert [entry["ok"] for entry in got] == [True, False, True, False]
    assert "no car" in error(do="ready", on=True)


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ({"do": "plug", "phases": 4}, "phases: want a whole number from 1 to 3"),
        ({"do": "plug", "phases": True}, "phases"),
        ({"do": "plug", "amps": "16"}, "amps: want a number"),
        ({"do": "plug", "kwh": -1}, "kwh: want a number from 0 to 1000, or null"),
        ({"do": "plug", "on": 1}, "on: want true or false"),
        ({"do": "plug", "color": "red"}, "unknown field: color"),
        ({"do": "button", "ms": 0}, "ms: want"),
        ({"do": "power_cut", "programs": -1}, "programs: want a whole number"),
        ({"do": "meter", "wh": 1.5}, "wh: want a whole number"),
        ({"do": "meter"}, "wh is missing"),
        ({"do": "wifi", "on": False, "how": "softly"}, "how: want one of silent, reset"),
        ({"do": "fault", "name": 7}, "name: want a text"),
        ({"do": "fault"}, "name is missing"),
        ({"ask": "state", "connector": 2}, "connector: want one of [1]"),
        ({"ask": "state", "connector": "1"}, "connector"),
        ({"do": "ready", "on": True, "connector": 2}, "connector"),
    ],
)
def test_bad_fields_are_named(request_, named):
    assert named in error(**request_)


@pytest.mark.parametrize("request_", [{"do": "dance"}, {"ask": "why"}, {"do": [1]}, {"x": 1}, {}])
def test_an_unknown_request_names_the_known_ones(request_):
    text = error(**request_)
    for name in ["plug", "ready", "unplug", "card", "button", "fault", "power_cut", "wifi", "meter", "timing_reset"]:
        assert name in text
    for name in ["state", "timing", "flash"]:
        assert name in text


def test_a_fault_names_the_known_ones_or_the_missing_part():
    assert "known: adc_frozen" in error(do="fault", name="gremlin")
    for name, part in {
        "rcd": "RCM", "pe": "EARTH", "lock": "LOCK", "overheat": "TEMPERATURE", "pp_short": "PROXIMITY",
        "estop": "ESTOP",
    }.items():  # fmt: skip
        assert f"({part})" in error(do="fault", name=name, on=True)


def test_every_other_fault_goes_on_and_off():
    names = "diode pilot_short weld no_close meter overvoltage undervoltage phase_loss cp_open"
    for name in (names + " adc_frozen").split():
        world = a_world()
        requests = [{"do": "fault", "name": name, "on": on} for on in (True, False)]
        assert [entry["ok"] for entry in answers(requests, world)] == [True, True]
        assert not world.outlet(1).faults


def test_the_button_is_down_for_its_time():
    world = a_world()
    pin = world.board.BUTTON["pin"]
    assert world.inputs()["G", pin] == (1,)
    answers([{"do": "button", "ms": 200}], world)
    assert world.inputs()["G", pin] == (0,)
    run(world, 0.21)
    assert world.inputs()["G", pin] == (1,)


def test_wifi_goes_silently_or_with_a_reset_and_comes_back():
    world = a_world()
    for request, mode in (
        ({"on": False}, "silent"),
        ({"on": False, "how": "reset"}, "reset"),
        ({"on": True}, "on"),
    ):
        answers([{"do": "wifi", **request}], world)
        assert world.network == mode


def test_the_register_is_set():
    got = answers([{"do": "meter", "wh": 98765432}, {"ask": "state"}])
    assert got[1]["meter_wh"] == 98765432


def test_timing_reset_starts_the_figures_anew():
    world = charging()
    assert world.outlet(1).timing.close_ms_last is not None
    got = answers([{"do": "timing_reset"}, {"ask": "timing"}], world)
    assert got[1]["close_ms_last"] is None


def test_what_is_not_a_json_object_is_said_so_and_the_connection_lives():
    async def talk():
        async with Desk(a_world()) as desk:
            for line in (b"", b"nonsense", b"[1]", b"\xff\xfe", b'{"do":"plug","amps":NaN}'):
                assert (await desk.say(line))["ok"] is False
            assert (await desk.ask(ask="state"))["ok"] is True

    asyncio.run(talk())


def test_a_line_without_end_is_refused():
    async def talk():
        async with Desk(a_world()) as desk:
            got = await desk.say(b"x" * 70_000)
            assert "longer than 65536" in got["error"]
            assert await desk.reader.read() == b""

    asyncio.run(talk())


def test_power_cut_is_answered_and_then_happens():
    async def talk():
        async with Desk(a_world()) as desk:
            assert await desk.ask(do="power_cut") == {"ok": True}
            await asyncio.sleep(0.01)
            assert desk.cut

    asyncio.run(talk())


def test_a_power_cut_at_a_flash_program_is_the_chips_to_do():
    async def talk():
        world = a_world()
        async with Desk(world) as desk:
            assert await desk.ask(do="power_cut", programs=3, erases=1) == {"ok": True}
            assert await desk.ask(do="power_cut", programs=0) == {"ok": True}
            assert world.fuses == [("p", 3), ("e", 1), ("p", 0)]
            assert not desk.cut

    asyncio.run(talk())


def test_who_watches_hears_every_change_and_who_leaves_is_forgotten():
    async def talk():
        world = a_world()
        async with Desk(world) as desk:
            assert await desk.ask(do="watch") == {"ok": True}
            world.outlet(1).plug(phases=3, amps=16, kwh=None, cable=32, reply_s=0.2, ventilation=False)
            event = json.loads(await desk.reader.readline())
            assert event == {
                "event": "car", "at_ms": 0, "connector": 1, "plugged": True, "state": "B",
            }  # fmt: skip
        await asyncio.sleep(0.05)
        assert world.listeners == []

    asyncio.run(talk())


def test_the_readme_says_what_each_fault_does():
    text = (options.ROOT / "tools" / "sim" / "README.md").read_text()
    for name, (part, meaning) in faults.FAULTS.items():
        assert f"| `{name}` | {part or '-'} | {meaning} |" in text
