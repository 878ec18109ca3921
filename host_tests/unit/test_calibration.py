"""What the pilot's ADC tells on one unit: its own levels, and a chip without a reference. On the simulated chip."""

# Runs on the simulated chip.

import link
import machine
import micropython
from box import Log, Plain
from check import eq

from pilotwire import calibration, texts
from pilotwire.core import pilot_levels
from pilotwire.hal.adc_reader import reader
from pilotwire.hal.analog import Analog
from pilotwire.hal.pilot import AdcPilot

BOARD = ((2470, 12000), (2215, 9000), (1960, 6000), (1705, 3000), (430, -12000))
OWN = "2510 2252 1993 1734 440"
PWM, ADC = 27, 36


class Settings:
    def __init__(self, levels):
        self.levels = levels
        self.notices = []

    def get(self, key):
        eq(key, "pilot_levels")
        return self.levels

    def notice(self, text):
        self.notices.append(text)


class Outlet:
    def __init__(self):
        self.holds = []

    def hold(self, name, on):
        self.holds.append((name, on))


class NoReference:
    """The chip is an old ESP32 while this holds."""

    def __init__(self, error=ValueError):
        self.error = error

    def __enter__(self):
        self.read_uv = machine.ADC.read_uv

        def read_uv(adc):
            raise self.error("no calibration")

        machine.ADC.read_uv = read_uv

    def __exit__(self, *_):
        machine.ADC.read_uv = self.read_uv


def started(levels="", outlets=1):
    """-> the box after calibrate(); its pilots are those of outlets with the same board."""
    board = Plain(PILOT={"pwm": PWM, "adc": ADC, "levels": BOARD})
    box = Plain(settings=Settings(levels), outlets=[], paths=[], log=Log())
    for _ in range(outlets):
        box.outlets.append(Outlet())
        box.paths.append(Plain(pilot=AdcPilot(PWM, ADC, BOARD)))
    calibration.calibrate(box, [board] * outlets)
    return box


def high_mv(box, adc_mv, n=0):
    link.set_analog(ADC, adc_mv, adc_mv)
    box.paths[n].pilot.sample()
    return box.paths[n].pilot.high_mv


def near(got, want, most):
    assert abs(got - want) <= most, "got %d, want %d" % (got, want)


# --- levels of the unit


def test_without_levels_of_its_own_those_of_the_board_are_in_force():
    box = started()
    eq(high_mv(box, 1960), 6000)
    eq((box.settings.notices, box.outlets[0].holds), ([], []))


def test_the_levels_of_the_unit_take_the_place_of_the_boards():
    box = started(OWN)
    for adc_mv, mv in ((2510, 12000), (2252, 9000), (1993, 6000), (1734, 3000), (440, -12000)):
        eq(high_mv(box, adc_mv), mv)
    eq((box.settings.notices, box.outlets[0].holds), ([], []))


def test_each_outlet_has_its_own():
    box = started(";" + OWN, outlets=2)
    eq(high_mv(box, 1960, 0), 6000)
    eq(high_mv(box, 1993, 1), 6000)


def test_levels_that_cannot_be_are_told_and_not_used():
    for text in (
        "1 2 3 4 5",
        "2470 2215 1960 1705",
        "2470 2215 1960 1705 430 0",
        "2470 2215 x 1705 430",
        "2470,2215,1960,1705,430",
        "1705 1960 2215 2470 430",  # rising
        "2470 2215 2215 1705 430",  # a step that is none
        "2470 2470 1960 1705 430",
        "2470 2050 1960 1705 430",  # 9 V measured with the resistor of state C
        "2900 2645 2390 2135 860",  # all of it 0.4 V too high
        "2470 2215 1960 1705 1600",
    ):
        box = started(text)
        eq(high_mv(box, 1960), 6000)
        eq(len(box.settings.notices), 1)
        eq(box.outlets[0].holds, [])


def test_a_saturated_top_of_a_board_is_borne():
    smartevse = ((3177, 12000), (2811, 9000), (2445, 6000), (2079, 3000), (249, -12000))
    assert pilot_levels.parse("3100 2800 2440 2075 260", smartevse)


# --- a chip without a reference


def test_such_a_chip_reads_by_the_nominal_line():
    for error in (ValueError, OSError):
        with NoReference(error):
            adc = machine.ADC(machine.Pin(ADC))
            read, exact = reader(adc)
            eq(exact, False)
            for mv in (200, 1000, 1960, 2470, 3000):
                link.set_analog(ADC, mv, mv)
                raw = mv * 4095 // 3100  # as the simulated chip counts
                near(read(), 142_000 + raw * 806, 3000)
            micropython.heap_lock()
            try:
                read()
            finally:
                micropython.heap_unlock()


def test_a_chip_with_a_reference_reads_as_before():
    read, exact = reader(machine.ADC(machine.Pin(ADC)))
    link.set_analog(ADC, 1960, 1960)
    eq((read(), exact), (1_960_000, True))


def test_without_a_reference_and_without_levels_it_does_not_charge():
    with NoReference():
        box = started()
        eq(box.outlets[0].holds, [("uncalibrated", True)])
        eq(len(box.settings.notices), 1)
        assert "calibrat" in texts.why(("uncalibrated", None, None))


def test_without_a_reference_levels_of_its_own_are_enough():
    with NoReference():
        read, _ = reader(machine.ADC(machine.Pin(ADC)))
        own = []
        for adc_mv, _ in BOARD:  # measured on this unit, by the same line
            link.set_analog(ADC, adc_mv, adc_mv)
            own.append(str((read() + 500) // 1000))
        box = started(" ".join(own))
        eq((box.settings.notices, box.outlets[0].holds), ([], []))
        for adc_mv, mv in BOARD:
            near(high_mv(box, adc_mv), mv, 30)
        for adc_mv, mv in ((2342, 10500), (2087, 7500), (1832, 4500), (1577, 1500)):
            near(high_mv(box, adc_mv), mv, 30)


def test_without_a_reference_a_burst_allocates_nothing():
    with NoReference():
        box = started(OWN)
        pilot = box.paths[0].pilot
        pilot.offer(5000)
        link.set_analog(ADC, 1960, 430, 0, PWM)
        pilot.sample()
        micropython.heap_lock()
        try:
            pilot.sample()
        finally:
            micropython.heap_unlock()


def test_without_a_reference_a_slow_voltage_is_read_too():
    with NoReference():
        pin = Analog(ADC)
        link.set_analog(ADC, 750, 750)
        near(pin.mv(), 142 + 750 * 4095 * 806 // 3_100_000, 5)
