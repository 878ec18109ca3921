"""The simulated clock: what makes time pass, what is due when, and what the world may ask."""

# Runs on the simulated chip.

import time

import clock
import costs
import link
import machine
from check import eq, raises


class World:
    """A world in memory: answers each S by `answers`, lines by the time of the S; keeps what it was told."""

    def __init__(self, **answers):
        self.told = []
        self.answers = answers
        self.waiting = []

    def write(self, data):
        for line in data.decode().split("\n")[:-1]:
            self.told.append(line)
            if line[0] == "S":
                self.waiting += self.answers.get("at" + line.split()[1], []) + ["T -1"]

    def readline(self):
        return self.waiting.pop(0).encode() + b"\n" if self.waiting else b""


def linked(world, test):
    """Run test() with this world at the other end of the link."""
    clock.now = clock.left = clock.free = link.synced_us = 0
    link.file, link.next_us = world, -1
    try:
        test()
    finally:
        link.file = None
        link.out.clear()


def test_an_hour_of_sleep_passes_at_once_and_is_an_hour():
    began_ms = time.ticks_ms()
    time.sleep(3600)
    eq(time.ticks_diff(time.ticks_ms(), began_ms), 3_600_000)


def test_ticks_wrap_at_two_to_the_thirty_ms_as_on_the_chip():
    eq(time.ticks_add(2**30 - 1, 2), 1)
    eq(time.ticks_diff(1, 2**30 - 1), 2)
    eq(time.ticks_diff(2**30 - 1, 1), -2)
    was, clock.now = clock.now, (2**30 + 5) * 1000
    eq(time.ticks_ms(), 5)
    clock.now = was


def test_an_ordered_stall_begins_in_a_wait_and_no_timer_runs_in_it():
    fired = []
    timer = machine.Timer(0)
    link.heard = told = []
    try:
        began_us = clock.now
        timer.init(period=20, callback=lambda _: fired.append(clock.now))
        link.ordered_us = 100_000
        time.sleep_ms(5)
        eq(len(fired), 1)
        assert 100_000 <= fired[0] - began_us < 100_500, fired
    finally:
        timer.deinit()
        link.heard = None
    eq([line[0] for line in told if line[0] == "Y"], ["Y"])


def test_a_call_that_blocks_in_c_holds_the_timers_and_its_end_lets_them_run():
    fired = []
    timer = machine.Timer(0)
    timer.init(period=20, callback=lambda _: fired.append(clock.now))
    try:
        clock.hold(True)
        time.sleep_ms(100)
        clock.hold(False)
        eq(fired, [])
        time.sleep_ms(1)
        eq(len(fired), 1)
    finally:
        timer.deinit()


def test_the_epoch_is_2000_and_seconds_are_whole():
    time.set_us = clock.now
    eq(time.time(), 0)
    eq(time.gmtime(0), (2000, 1, 1, 0, 0, 0, 5, 1))
    time.sleep_ms(1999)
    eq(time.time(), 1)


def test_mktime_is_the_inverse_of_gmtime():
    for seconds in (0, 68_255_999, 68_256_000, 5_097_600, 848_620_800, 1_000_000_000):
        eq(time.mktime(time.gmtime(seconds)), seconds)


def test_the_clock_counts_from_what_the_rtc_was_set_to():
    machine.RTC().datetime((2026, 11, 21, 5, 3, 10, 8, 250_000))
    time.sleep_ms(750)
    eq(machine.RTC().datetime()[:7], (2026, 11, 21, 5, 3, 10, 9))
    eq(time.time(), time.mktime((2026, 11, 21, 3, 10, 9, 0, 0)))


def test_a_hardware_call_costs_what_the_table_says():
    adc = machine.ADC(machine.Pin(32))
    began_us = clock.now
    adc.read_uv()
    eq(clock.now - began_us, costs.ADC_READ)


def test_busy_time_counts_as_often_as_the_factor_says():
    def busy_us(factor):
        clock.cpu = factor
        clock.leave()
        began_us = clock.now
        for _ in range(3000):
            pass
        clock.enter()
        clock.cpu = 0
        return clock.now - began_us

    once = min(busy_us(1) for _ in range(5))
    often = min(busy_us(50) for _ in range(5))
    assert once > 0
    assert 25 * once < often < 100 * once, (once, often)


def test_a_timer_fires_on_its_grid_while_the_firmware_sleeps():
    fired = []
    timer = machine.Timer(0)
    began_us = clock.now
    timer.init(period=20, mode=machine.Timer.PERIODIC, callback=lambda t: fired.append(clock.now - began_us))
    time.sleep_ms(70)
    timer.deinit()
    time.sleep_ms(70)
    eq(fired, [20_000, 40_000, 60_000])


def test_a_late_timer_fires_once_and_keeps_its_grid():
    fired = []
    timer = machine.Timer(0)
    began_us = clock.now
    timer.init(period=20, mode=machine.Timer.PERIODIC, callback=lambda t: fired.append(clock.now - began_us))
    clock.cost(70_000)  # a C call of 70 ms
    eq(fired, [])
    machine.Pin(2).value()  # the next call from Python
    time.sleep_ms(10)
    timer.deinit()
    eq(fired, [70_000 + costs.PIN, 80_000])


def test_a_one_shot_timer_fires_once():
    fired = []
    machine.Timer(1).init(period=5, mode=machine.Timer.ONE_SHOT, callback=fired.append)
    time.sleep_ms(50)
    eq(len(fired), 1)


def test_a_callback_that_waits_does_not_let_another_in():
    depth = [0]
    deepest = [0]

    def callback(timer):
        depth[0] += 1
        deepest[0] = max(deepest[0], depth[0])
        time.sleep_ms(30)
        depth[0] -= 1

    timers = [machine.Timer(i) for i in range(2)]
    for timer in timers:
        timer.init(period=10, mode=machine.Timer.PERIODIC, callback=callback)
    time.sleep_ms(100)
    for timer in timers:
        timer.deinit()
    eq(deepest, [1])


def test_an_exception_in_a_callback_does_not_stop_the_timer():
    fired = []

    def callback(timer):
        fired.append(1)
        raise ValueError("on purpose")

    timer = machine.Timer(0)
    timer.init(period=10, mode=machine.Timer.PERIODIC, callback=callback)
    time.sleep_ms(35)
    timer.deinit()
    eq(len(fired), 3)


def test_a_fed_watchdog_sleeps_and_a_hungry_one_bites():
    dog = machine.WDT(timeout=1000)
    try:
        for _ in range(3):
            time.sleep_ms(900)
            dog.feed()
        eq(str(raises(SystemExit, time.sleep_ms, 1100)), "wdt")
    finally:
        clock.bite = clock.NEVER
        clock.plan()


def test_reset_ends_a_test_by_system_exit():
    eq(str(raises(SystemExit, machine.reset)), "reset")
    eq(machine.reset_cause(), machine.PWRON_RESET)


def test_an_input_that_lies_ahead_comes_at_its_time():
    clock.at(clock.now + 5000, lambda level: link.set_level(14, level), 1)
    pin = machine.Pin(14, machine.Pin.IN)
    time.sleep_ms(4)
    eq(pin.value(), 0)
    time.sleep_ms(1)
    eq(pin.value(), 1)


def test_the_world_hears_of_an_output_before_the_chip_idles_on():
    world = World()

    def test():
        machine.Pin(13, machine.Pin.OUT, value=1)
        time.sleep_ms(30)

    linked(world, test)
    eq(world.told, ["P 1 13 1", "S 1 1"])


def test_the_world_is_told_every_100_ms_that_nothing_happened():
    world = World()
    linked(world, lambda: time.sleep_ms(350))
    eq(world.told, ["S 100000 1", "S 200000 1", "S 300000 1"])


def test_the_chip_does_not_idle_beyond_the_worlds_next_event():
    world = World(at100000=["T 130000"])
    world.answers["at130000"] = ["G 130000 14 0"]
    seen = []

    def test():
        time.sleep_ms(100)
        world.waiting.clear()
        link.next_us = 130_000
        time.sleep_ms(40)
        seen.append(link.levels[14])

    linked(world, test)
    eq(world.told, ["S 100000 1", "S 130000 1"])
    eq(seen, [0])


def test_an_event_during_a_stall_is_told_at_its_begin():
    # X came while the firmware was busy for 60 ms: the world first hears when that began.
    world = World()

    def test():
        time.sleep_ms(10)
        clock.cost(60_000)
        world.waiting.append("X")
        link.receive()
        time.sleep_ms(5)

    linked(world, test)
    eq(world.told[0], "S 10000 0")


def test_a_stretch_of_more_than_20_ms_without_a_timer_is_told_with_what_is_known():
    world = World()

    def test():
        time.sleep_ms(10)
        clock.cost(20_000)
        time.sleep_ms(10)  # 20 ms are no stall yet
        clock.cost(20_001)
        machine.Pin(4).value()
        time.sleep_ms(5)

    linked(world, test)
    eq([line for line in world.told if line[0] == "Y"], ["Y 60002 20002 task 0, flash 20 ms, until 1 us"])


def test_the_longest_gap_between_bursts_is_told_once():
    world = World()
    adc = machine.ADC(machine.Pin(36))

    def burst():
        for _ in range(4):
            adc.read_uv()

    def test():
        world.waiting.append("Q 36 1")
        link.receive()
        for pause_ms in (20, 20, 50, 20):
            burst()
            time.sleep_ms(pause_ms)
        burst()
        link.flush()

    linked(world, test)
    gaps = [int(line.split()[3]) for line in world.told if line[0] == "Q"]
    eq(gaps, [20_200, 50_200])


def test_an_event_is_not_told_before_the_last_burst_that_did_not_see_it():
    world = World()
    adc, coil = machine.ADC(machine.Pin(36)), machine.Pin(26, machine.Pin.OUT)

    def test():
        world.waiting.append("Q 36 1")
        link.receive()
        time.sleep_ms(10)
        clock.cost(30_000)
        coil.on()
        adc.read_uv()
        clock.cost(10_000)
        coil.off()
        world.waiting.append("X")
        link.receive()
        time.sleep_ms(5)

    linked(world, test)
    told = [line for line in world.told if line[0] in "PS"]
    eq(told[-4:], ["P 40001 26 1", "S 40051 0", "P 50052 26 0", "S 50052 1"])


def test_a_line_of_the_log_keeps_its_spaces():
    world = World()

    def test():
        link.tell("L", "Traceback (most recent call last):")
        link.flush()

    linked(world, test)
    eq(world.told, ["L 0 Traceback (most recent call last):"])
