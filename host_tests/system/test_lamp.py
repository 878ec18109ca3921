"""The world's half of lamp and buzzer: what is seen and heard of duties and levels at the board's pins."""

import pytest

from host_tests.system.world_play import a_world, run

RGB = {"kind": "pwm_rgb", "red": 2, "green": 4, "blue": 12, "hertz": 5000}
LEDS = {"kind": "leds", "charging": 36, "error": 37, "wifi": 35}
HALF, FULL = 32767, 65535


def seen(world):
    state = world.state(1)
    return state["led"], state["leds"]


def test_ws2812_show_what_the_chip_says_of_the_first_one():
    world = a_world()
    assert seen(world) == (None, None)
    world.light(18, "0000ff00ff00")
    assert seen(world) == ("0000ff", None)
    world.chip_stopped("reset")
    assert seen(world) == (None, None)


def test_pwm_colours_are_seen_as_one_colour_and_told_when_they_change():
    world, told = a_world(INDICATOR=RGB), []
    world.listeners.append(told.append)
    world.pwm(2, FULL, 5000)
    world.pwm(12, HALF, 5000)
    world.pwm(12, HALF, 5000)
    world.pwm(13, HALF, 5000)  # nobody's
    assert seen(world) == ("ff007f", None)
    assert [event["led"] for event in told if event["event"] == "led"] == ["ff0000", "ff007f"]
    world.chip_stopped("wdt")
    assert seen(world) == (None, None)
    world.pwm(4, FULL, 5000)
    assert seen(world) == ("00ff00", None)


def test_plain_leds_are_lit_by_a_high_level():
    world = a_world(INDICATOR=LEDS)
    assert seen(world) == (None, {"charging": False, "error": False, "wifi": False})
    world.output(36, 1)
    world.output(35, 1)
    world.output(36, 0)
    assert seen(world)[1] == {"charging": False, "error": False, "wifi": True}
    world.chip_stopped("power")
    assert seen(world)[1]["wifi"] is False


def test_a_board_without_a_lamp_shows_nothing():
    world = a_world(INDICATOR=None)
    world.pwm(2, FULL, 5000)
    assert seen(world) == (None, None)


def test_a_buzzer_is_heard_while_it_is_given_a_tone():
    world = a_world(BUZZER={"pin": 14})
    world.pwm(14, 0, 2637)
    world.pwm(14, HALF, 2637)
    run(world, 0.1)
    world.pwm(14, HALF, 3136)
    run(world, 0.2)
    world.pwm(14, 0, 3136)
    run(world, 1)
    world.pwm(14, FULL, 3136)  # a level: a passive buzzer is silent
    run(world, 1)
    tones = [(tone["hertz"], tone["ms"]) for tone in world.buzzer.heard()]
    assert tones == [(2637, 100), (3136, 200)]
    world.pwm(14, HALF, 2794)
    assert world.buzzer.heard()[-1]["ms"] is None
    world.chip_stopped("reset")
    assert world.buzzer.heard()[-1]["ms"] == 0


@pytest.mark.parametrize("drive", ["pwm", "output"])
def test_a_buzzer_of_one_tone_is_heard_while_its_pin_is_high(drive):
    world = a_world(BUZZER={"pin": 4, "own_tone": True})
    on, off = ((world.pwm, (4, FULL, 2637)), (world.pwm, (4, 0, 2637)))
    if drive == "output":
        on, off = (world.output, (4, 1)), (world.output, (4, 0))
    on[0](*on[1])
    run(world, 0.5)
    off[0](*off[1])
    assert world.buzzer.heard() == [{"at_ms": 0, "hertz": "own", "ms": 500}]


def test_a_board_without_a_buzzer_is_silent():
    world = a_world()
    world.pwm(14, HALF, 2637)
    assert world.buzzer.heard() == []
