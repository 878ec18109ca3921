"""The S0 meter on the simulated chip's pulse counter; a test gives the pulses."""

# Runs on the simulated chip.

import asyncio
import time

import clock
import link
from check import eq, raises
from machine import Counter, Pin

from pilotwire import hal, loader
from pilotwire.store import files

PIN = 35
PATH = "/s0_35"
PULSE_MS = 326  # 11040 W at 1000 pulses per kWh


class Board:
    LIMITS = {"ma": 16000, "phases": 3}
    METER = {"kind": "s0", "pin": PIN, "pulses_kwh": 1000}


class Records:
    """The flash: what was written, in order; `full`: nothing more can be; `kept`: what a start finds."""

    def __init__(self, kept=None):
        self.written = []
        self.full = False
        self.kept = kept
        self.aside = []
        files.write = self.write
        self._lend, loader.lend = loader.lend, self.lend

    def write(self, path, version, payload):
        eq((path, version), (PATH, 1))
        if self.full:
            raise OSError(28)
        self.written.append((clock.now // 1000, payload))

    def lend(self, name):
        eq(name, "store.records")
        return self

    def read(self, path, version):
        if isinstance(self.kept, Exception):
            raise self.kept
        return self.kept

    def set_aside(self, path):
        self.aside.append(path)


def made(kept=None, **spec):
    records = Records(kept)
    clock.events.clear()  # pulses of the last one

    class Other:
        LIMITS = Board.LIMITS
        METER = dict(Board.METER, **spec)

    try:
        return hal.make(Other, "METER"), records
    finally:
        loader.lend = records._lend


def pulses(count, every_ms=PULSE_MS, first_ms=None):
    """So many pulses come, evenly spaced, the first one after first_ms."""
    for i in range(count):
        at_ms = (every_ms if first_ms is None else first_ms) + i * every_ms
        clock.at(clock.now + 1000 * at_ms, pulse, b"\x01")


def pulse(data):
    link.feed(200 + PIN, data)


def read(meter, times=1, pause_ms=1000):
    """As control.py reads it; -> the longest a reading took, ms."""
    longest = 0
    for _ in range(times):
        before = clock.now
        asyncio.run(meter.read())
        longest = max(longest, clock.now - before)
        time.sleep_ms(pause_ms)
    return longest // 1000


def test_a_pulse_is_its_share_of_a_kwh():
    meter, _ = made()
    eq((meter.energy_wh, meter.at_ms, meter.power_w), (0, None, 0))
    pulse(b"\x07")
    read(meter, 3)
    eq(meter.energy_wh, 7)
    eq((meter.voltages_mv, meter.currents_ma, meter.powers_w, meter.frequency_mhz), ([0] * 3, [0] * 3, [0] * 3, None))


def test_two_thousand_pulses_make_a_kwh_where_the_board_says_so():
    meter, _ = made(pulses_kwh=2000)
    for _ in range(19):
        pulse(b"\x64")
    pulse(b"\x63")
    read(meter, 3)
    eq(meter.energy_wh, 999)
    pulse(b"\x01")
    read(meter, 3)
    eq(meter.energy_wh, 1000)


def test_power_is_what_the_time_between_pulses_says_at_any_rate():
    for every_ms, watts in ((PULSE_MS, 11040), (2609, 1380), (100, 36000), (7200, 500)):
        meter, _ = made()
        pulses(60000 // every_ms, every_ms)
        read(meter, 24)
        assert abs(meter.power_w - watts) * 25 < watts, (every_ms, meter.power_w)


def test_power_falls_when_pulses_stop_and_is_nothing_after_a_minute():
    meter, _ = made()
    pulses(30)
    read(meter, 5)
    assert meter.power_w > 10000
    time.sleep_ms(10000)
    seen = []
    for _ in range(10):
        read(meter)
        seen.append(meter.power_w)
    eq(seen, sorted(seen, reverse=True))
    assert seen[1] < 3600, seen
    assert seen[-1] < 300, seen
    read(meter, 40)
    eq(meter.power_w, 0)


def test_the_first_power_after_a_long_rest_is_not_spread_over_the_rest():
    meter, _ = made()
    pulses(20)
    read(meter, 4)
    time.sleep_ms(7200000)
    read(meter, 2)
    pulses(30)
    read(meter, 4)
    assert 10500 < meter.power_w < 11600, meter.power_w


def test_a_reading_takes_less_than_a_second_and_is_fresh_for_ten():
    meter, _ = made()
    assert read(meter, 3) < 1000
    pulses(20)
    assert read(meter, 3) < 1000
    eq(meter.fresh(time.ticks_add(meter.at_ms, 9999)), True)
    eq(meter.fresh(time.ticks_add(meter.at_ms, 10000)), False)


def test_the_count_goes_on_where_the_record_ends():
    meter, records = made(b"123456789")
    eq(meter.energy_wh, 123456789)
    pulse(b"\x02")
    read(meter, 3)
    eq(meter.energy_wh, 123456791)
    eq(records.written[-1][1], b"123456791")


def test_without_a_record_or_with_a_damaged_one_it_begins_at_nothing():
    meter, records = made(OSError(2))
    eq((meter.energy_wh, records.aside), (0, []))
    for kept in (ValueError("damaged"), b"12x"):
        meter, records = made(kept)
        eq((meter.energy_wh, records.aside), (0, [PATH]))
    meter, records = made(None)
    eq((meter.energy_wh, records.aside), (0, []))


def test_the_record_is_written_when_pulses_stop_and_once_a_minute_while_they_come():
    meter, records = made()
    read(meter, 5)
    eq(records.written, [])
    pulses(600)  # 195 s
    start_ms = clock.now // 1000
    read(meter, 180)
    times = [ms - start_ms for ms, _ in records.written]
    assert 4 <= len(times) <= 6, times
    for before, after in zip(times[1:-1], times[2:-1]):
        assert after - before >= 60000, times
    assert times[-1] - 195600 < 6000, times
    eq(records.written[-1][1], b"600")
    read(meter, 100)
    eq(len(records.written), len(times))


def test_nothing_is_told_that_a_power_cut_could_take_back():
    meter, records = made(b"4000")
    pulses(600)
    for _ in range(130):
        read(meter)
        kept = records.written[-1][1] if records.written else b"4000"
        eq(meter.energy_wh, int(kept))
    assert meter.energy_wh >= 4300


def test_the_end_of_a_transaction_brings_all_that_was_counted():
    meter, records = made()
    pulses(100)
    read(meter, 5)
    told_wh = meter.energy_wh
    assert told_wh < 10, told_wh
    meter.keep()
    assert 15 <= meter.energy_wh <= 25, meter.energy_wh
    eq(records.written[-1][1], b"%d" % meter.energy_wh)
    writes = len(records.written)
    meter.keep()
    eq(len(records.written), writes)


def test_slow_pulses_are_not_taken_for_ends():
    meter, records = made()
    pulses(60, 5000)  # 720 W, 300 s
    read(meter, 160)
    assert len(records.written) <= 9, records.written


def test_a_full_flash_is_no_error_and_the_record_follows():
    meter, records = made()
    records.full = True
    pulse(b"\x05")
    read(meter, 5)
    eq((meter.energy_wh, records.written), (5, []))
    records.full = False
    read(meter, 3)
    eq(records.written[0][1], b"5")


def test_the_journal_may_know_of_more_but_takes_nothing_back():
    meter, records = made(b"1000", pulses_kwh=800)
    eq(meter.energy_wh, 1250)
    meter.at_least(1300)
    eq(meter.energy_wh, 1300)
    meter.at_least(7)
    eq(meter.energy_wh, 1300)
    meter.at_least(1301)
    eq(meter.energy_wh >= 1301, True)
    read(meter, 3)
    eq(records.written[-1][1], b"1041")
    eq(meter.power_w, 0)


def test_the_counter_is_the_chips_and_counts_down_too():
    counter = Counter(3, Pin(4), direction=Counter.DOWN)
    link.feed(204, b"\x02\x03")
    eq((counter.value(9), counter.value()), (-5, 9))
    raises(ValueError, Counter, 8, Pin(4))
