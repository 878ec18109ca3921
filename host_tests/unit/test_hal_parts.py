"""Contactor, button, lamp, and how a part is found by its kind; all on the simulated chip."""

# Runs on the simulated chip.

import sys

import link
import micropython
from check import eq, raises
from machine import Pin

from pilotwire import hal, loader
from pilotwire.hal.contactor import Contactor

COIL, MIRROR = 26, 34


class Board:
    LIMITS = {"ma": 16000, "phases": 3}
    CONTACTOR = {
        "coil": COIL,
        "pull_down": True,
        "mirror": MIRROR,
        "mirror_closed": 0,
        "release_ms": 30,
        "close_ms": 40,
    }
    METER = {"kind": "sdm630", "uart": 1, "tx": 25, "rx": 32, "de": 33, "baud": 9600, "address": 1}
    INDICATOR = {"kind": "neopixel_rgb", "pin": 18, "count": 2}
    BUTTON = {"pin": 0}
    PILOT = {"pwm": 27, "adc": 36, "levels": ((2470, 12000), (430, -12000))}
    LOCK = None


def told(call, *args):
    """What the pins did during this call: [(kind, pin, value)]."""
    link.heard = []
    try:
        call(*args)
        return [(line[0], line[2], line[3]) for line in link.heard]
    finally:
        link.heard = None


def duties(call, *args):
    """What the PWM outputs did during this call: [(pin, duty, hertz)]."""
    link.heard = []
    try:
        call(*args)
        return [tuple(line[2:5]) for line in link.heard if line[0] == "D"]
    finally:
        link.heard = None


def heard_hertz(hertz):
    """The chip counts whole microseconds."""
    return 1_000_000 // (1_000_000 // hertz)


def test_a_new_contactor_is_open():
    Pin(COIL, Pin.OUT, value=1)  # left from before a soft reset
    eq(told(hal.make, Board, "CONTACTOR")[0], ("P", COIL, 0))
    eq(hal.make(Board, "CONTACTOR").commanded, False)


def test_a_contactor_closes_and_opens():
    contactor = hal.make(Board, "CONTACTOR")
    eq(told(contactor.close), [("P", COIL, 1)])
    eq(contactor.commanded, True)
    eq(told(contactor.open), [("P", COIL, 0)])
    eq(contactor.commanded, False)


def test_opening_drives_the_pin_even_when_we_believe_it_is_open():
    contactor = hal.make(Board, "CONTACTOR")
    contactor._coil.value(1)
    contactor.open()
    eq(contactor._coil.value(), 0)


def test_the_mirror_contact_is_read_by_the_level_the_board_names():
    for level in (0, 1):
        contactor = Contactor(COIL, MIRROR, level, 30, 30)
        link.set_level(MIRROR, level)
        eq(contactor.feedback(), True)
        link.set_level(MIRROR, 1 - level)
        eq(contactor.feedback(), False)


def test_a_contactor_without_a_mirror_contact_gives_no_feedback():
    eq(Contactor(COIL, None, None, 30, 30).feedback(), None)


def test_the_contactors_times_are_those_of_the_board():
    contactor = hal.make(Board, "CONTACTOR")
    eq((contactor.release_ms, contactor.close_ms), (30, 40))


def test_a_button_is_pressed_while_its_pin_is_low():
    button = hal.make(Board, "BUTTON")
    eq(button.pressed(), False)
    link.set_level(0, 0)
    eq(button.pressed(), True)
    link.set_level(0, 1)
    eq(button.pressed(), False)


def test_a_press_between_two_looks_is_seen_once():
    button = hal.make(Board, "BUTTON")
    link.set_level(0, 0)
    button.poll()
    link.set_level(0, 1)
    button.poll()
    eq((button.pressed(), button.pressed()), (True, False))


def test_a_lamp_of_ws2812_shows_a_colour_on_all_of_them():
    lamp = hal.make(Board, "INDICATOR")
    eq(told(lamp.show, 255, 0, 16), [("N", 18, "ff0010ff0010")])
    eq(told(lamp.show, 0, 0, 0), [("N", 18, "000000000000")])


def test_a_lamp_of_pwm_colours_is_dark_at_first_and_mixes_them_by_duty():
    class Rgb(Board):
        INDICATOR = {"kind": "pwm_rgb", "red": 2, "green": 4, "blue": 12, "hertz": 5000}

    lamp = []
    eq(duties(lambda: lamp.append(hal.make(Rgb, "INDICATOR"))), [(2, 0, 5000), (4, 0, 5000), (12, 0, 5000)])
    eq(duties(lamp[0].show, 255, 0, 51), [(2, 65535, 5000), (4, 0, 5000), (12, 13107, 5000)])
    eq(duties(lamp[0].show, 0, 1, 0), [(2, 0, 5000), (4, 257, 5000), (12, 0, 5000)])


def test_plain_leds_are_dark_at_first_and_high_is_light():
    class Plain(Board):
        INDICATOR = {"kind": "leds", "charging": 36, "error": 37, "wifi": 35}

    leds = []
    eq(told(lambda: leds.append(hal.make(Plain, "INDICATOR"))), [("P", 36, 0), ("P", 37, 0), ("P", 35, 0)])
    eq(told(leds[0].show, True, False, True), [("P", 36, 1), ("P", 35, 1)])
    eq(told(leds[0].show, False, True, True), [("P", 36, 0), ("P", 37, 1)])


def test_a_buzzer_is_silent_at_first_and_has_the_tone_it_is_given():
    class Loud(Board):
        BUZZER = {"pin": 14}

    buzzer = hal.make(Loud, "BUZZER")
    eq(duties(buzzer.tone, 0)[-1][:2], (14, 0))
    eq(duties(buzzer.tone, 3136)[-1], (14, 32767, heard_hertz(3136)))
    eq(duties(buzzer.tone, 2637)[-1], (14, 32767, heard_hertz(2637)))
    eq(duties(buzzer.tone, 0)[-1][:2], (14, 0))


def test_a_buzzer_with_a_tone_of_its_own_is_only_switched():
    class Loud(Board):
        BUZZER = {"pin": 14, "own_tone": True}

    buzzer = hal.make(Loud, "BUZZER")
    eq([duty for _, duty, _ in duties(buzzer.tone, 3136)], [65535])
    eq([duty for _, duty, _ in duties(buzzer.tone, 0)], [0])


def test_a_part_is_made_by_the_driver_that_its_kind_names():
    eq(type(hal.make(Board, "METER")).__name__, "ModbusMeter")
    eq(type(hal.make(Board, "PILOT")).__name__, "AdcPilot")


def test_an_absent_part_is_none_and_loads_nothing():
    eq(hal.make(Board, "LOCK"), None)
    eq(hal.make(Board, "READER"), None)
    assert "pilotwire.hal.lock" not in sys.modules


def test_a_kind_without_a_driver_is_an_import_error():
    class Odd(Board):
        METER = {"kind": "sdm999"}

    raises(ImportError, hal.make, Odd, "METER")


def test_a_part_that_is_let_go_of_can_be_made_again():
    loader.release("hal.button")
    eq(hal.make(Board, "BUTTON").pressed(), False)


def test_moving_and_reading_a_contactor_allocates_nothing():
    contactor = hal.make(Board, "CONTACTOR")
    link.set_level(MIRROR, 1)
    micropython.heap_lock()
    try:
        contactor.close()
        contactor.feedback()
        contactor.open()
    finally:
        micropython.heap_unlock()
