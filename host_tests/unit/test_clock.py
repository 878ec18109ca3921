"""The clock: ticks, time since boot, UTC."""

from check import eq, raises

from pilotwire.net.clock import Clock

S = 1767225600  # 2026-01-01 00:00:00 UTC


class Ticks:
    def __init__(self, ms=0):
        self.ms = ms

    def __call__(self):
        return self.ms


class Rtc:
    def datetime(self, value=None):
        self.value = value


def test_utc_is_unknown_until_someone_sets_it():
    clock = Clock(Ticks())
    eq((clock.utc_s(), clock.utc_ms(), clock.utc(), clock.source), (None, 0, None, None))


def test_utc_runs_with_the_ticks():
    ticks = Ticks(5000)
    clock = Clock(ticks)
    clock.set_utc(S, 250, "ntp")
    ticks.ms += 1800
    eq((clock.utc_s(), clock.utc_ms(), clock.source), (S + 2, 50, "ntp"))


def test_up_ms_starts_at_0_and_passes_the_wrap_of_the_ticks():
    ticks = Ticks((1 << 30) - 100)
    clock = Clock(ticks)
    eq(clock.up_ms(), 0)
    ticks.ms += 300  # the port here does not wrap; the clock does
    eq(clock.ms(), 200)
    eq(clock.up_ms(), 300)
    for _ in range(10):
        ticks.ms += 500_000_000
        clock.up_ms()
    eq(clock.up_ms(), 5_000_000_300)


def test_setting_utc_never_changes_the_time_since_boot():
    ticks = Ticks()
    clock = Clock(ticks)
    ticks.ms = 1000
    clock.set_utc(S, 0, "ntp")
    clock.set_utc(S + 86400, 0, "user")
    eq(clock.up_ms(), 1000)


def test_an_instant_of_the_past_gets_its_utc_after_the_clock_was_set():
    ticks = Ticks(10_000)
    clock = Clock(ticks)
    at_ms = clock.ms()
    ticks.ms += 60_000
    clock.set_utc(S, 0, "ocpp")
    eq(clock.utc(at_ms), (S - 60, 0))
    eq(clock.utc(at_ms - 1), (S - 61, 999))


def test_a_time_before_2025_is_refused():
    clock = Clock(Ticks())
    raises(ValueError, clock.set_utc, 0, 0, "user")
    eq(clock.source, None)


def test_the_chips_own_clock_is_set_too():
    rtc = Rtc()
    Clock(Ticks(), rtc).set_utc(S + 3661, 5, "ntp")
    eq(rtc.value, (2026, 1, 1, 3, 1, 1, 1, 5000))


def test_the_time_the_chip_kept_over_a_reset_is_used():
    clock = Clock(Ticks(), Rtc(), lambda: S)
    eq((clock.source, clock.utc_s()), ("chip", S))


def test_the_time_of_a_chip_that_was_without_power_is_not_believed():
    eq(Clock(Ticks(), Rtc(), lambda: 946684800 + 77).source, None)
