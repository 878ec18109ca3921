"""The pilot driver on the simulated chip: what a burst makes of a line."""

# Runs on the simulated chip.

import clock
import link
import micropython
from check import eq, raises

from pilotwire.hal.pilot import AdcPilot

LEVELS = ((2470, 12000), (2215, 9000), (1960, 6000), (1705, 3000), (430, -12000))
PWM, ADC = 27, 36


def adc_mv(pilot_mv):
    return 1450 + pilot_mv * 85 // 1000


def line(high_mv, low_mv=-12000, noise_mv=0):
    """The pilot's line has these plateaus, in mV at the car's end."""
    link.set_analog(ADC, adc_mv(high_mv), adc_mv(low_mv), noise_mv, PWM)


def made(duty=65535):
    pilot = AdcPilot(PWM, ADC, LEVELS)
    pilot.offer(duty)
    return pilot


def near(got_mv, want_mv, step_mv=12):
    """Within one millivolt of the ADC, which is 12 mV of the pilot."""
    assert abs(got_mv - want_mv) <= step_mv, "got %d, want %d" % (got_mv, want_mv)


def test_both_plateaus_are_read_at_every_duty_a_car_may_see():
    for percent in (10, 16, 25, 50, 85, 90):
        pilot = made(65535 * percent // 100)
        for high_mv in (9000, 6000, 3000, 0):
            line(high_mv)
            pilot.sample()
            near(pilot.high_mv, high_mv)
            near(pilot.low_mv, -12000)


def test_plateaus_shorter_than_two_reads_are_found_by_a_longer_burst():
    for percent in (5, 8, 92, 96):
        pilot = made(65535 * percent // 100)
        for _ in range(50):  # the burst begins anywhere in the period
            clock.cost(37)
            line(6000)
            pilot.sample()
            near(pilot.high_mv, 6000)
            near(pilot.low_mv, -12000)


def test_a_steady_level_is_both_plateaus():
    pilot = made()
    for mv in (12000, 9000, 6000, 3000):
        line(mv)
        pilot.sample()
        near(pilot.high_mv, mv)
        eq(pilot.low_mv, pilot.high_mv)
    pilot.offer(0)
    pilot.sample()
    near(pilot.high_mv, -12000)
    eq(pilot.low_mv, pilot.high_mv)


def test_a_burst_takes_at_most_12_ms():
    for percent in (0, 5, 8, 10, 50, 90, 96, 100):
        pilot = made(65535 * percent // 100)
        line(6000)
        before = clock.now
        pilot.sample()
        assert clock.now - before <= 12000


def test_noise_moves_a_plateau_by_less_than_half_a_volt():
    pilot = made(65535 // 4)
    line(6000, noise_mv=30)
    for _ in range(20):
        pilot.sample()
        near(pilot.high_mv, 6000, 500)
        near(pilot.low_mv, -12000, 500)


def test_a_missing_diode_shows_in_the_low_plateau():
    pilot = made(65535 // 4)
    line(6000, -6000)
    pilot.sample()
    near(pilot.low_mv, -6000)


def test_the_calibration_is_met_at_its_five_levels_and_goes_on_beyond_them():
    pilot = made()
    for adc, mv in LEVELS:
        link.set_analog(ADC, adc, adc)
        pilot.sample()
        eq(pilot.high_mv, mv)
    for adc, mv in ((2555, 13000), (345, -13000)):
        link.set_analog(ADC, adc, adc)
        pilot.sample()
        eq(pilot.high_mv, mv)


def test_a_crooked_divider_is_straightened_between_its_levels():
    levels = ((3000, 12000), (2300, 9000), (2000, 6000), (1700, 3000), (200, -12000))
    pilot = AdcPilot(PWM, ADC, levels)
    for adc, mv in ((2650, 10500), (2150, 7500), (1850, 4500), (950, -4500)):
        link.set_analog(ADC, adc, adc)
        pilot.sample()
        eq(pilot.high_mv, mv)


def test_the_frequency_is_set_once_and_the_duty_only_when_it_changes():
    link.heard = []
    pilot = made()
    for duty in (16384, 16384, 0, 65535, 65535, 16384):
        pilot.offer(duty)
    told = [(told[3], told[4]) for told in link.heard if told[0] == "D"]
    link.heard = None
    eq(told, [(65535, 1000), (16384, 1000), (0, 1000), (65535, 1000), (16384, 1000)])


def test_a_burst_allocates_nothing():
    pilot = made(5000)  # the long way round
    values = [1960000, 430000]

    def read():
        values[0], values[1] = values[1], values[0]
        return values[0]

    pilot.read = read
    pilot.sample()
    micropython.heap_lock()
    try:
        pilot.sample()
        pilot.offer(5000)
    finally:
        micropython.heap_unlock()
    near(pilot.high_mv, 6000)


def test_an_adc_that_fails_raises_an_os_error():
    pilot = made()

    def read():
        raise OSError(5)

    pilot.read = read
    raises(OSError, pilot.sample)
