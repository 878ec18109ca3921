"""The safety path: when it samples, what it commands, and that whatever goes wrong opens the contactor."""

# Runs on the simulated chip.

import time

import clock
import link
import micropython
from check import eq, raises

from pilotwire import safety
from pilotwire.core.connector import Connector
from pilotwire.hal.contactor import Contactor
from pilotwire.hal.pilot import AdcPilot
from pilotwire.safety import Guard, Safety

LEVELS = ((2470, 12000), (2215, 9000), (1960, 6000), (1705, 3000), (430, -12000))
PWM, ADC, COIL, MIRROR = 27, 36, 26, 34


class FakePilot:
    """Counts its bursts; raises `error` when there is one."""

    def __init__(self):
        self.duty = 65535
        self.high_mv = self.low_mv = 6000
        self.bursts = 0
        self.error = None

    def offer(self, duty_u16):
        self.duty = duty_u16

    def sample(self):
        self.bursts += 1
        if self.error:
            raise self.error


class FakeContactor:
    """`mirror`: what feedback() says, "follows" for what is commanded."""

    def __init__(self):
        self.commanded = False
        self.mirror = "follows"
        self.error = None

    def open(self):
        self.commanded = False

    def close(self):
        self.commanded = True

    def feedback(self):
        if self.error:
            raise self.error
        return self.commanded if self.mirror == "follows" else self.mirror


class FakeConnector:
    """Wants what the test says; remembers when it was ticked."""

    def __init__(self):
        self.close = False
        self.is_open = True
        self.duty = 65535
        self.period_ms = 100
        self.ticks = []  # (ms, high, low, contact)
        self.restarts = 0

    def tick(self, now_ms, high_mv, low_mv, contact):
        self.ticks.append((now_ms, high_mv, low_mv, contact))

    def restart(self, now_ms):
        self.restarts += 1
        self.close = False
        self.duty = 65535


class FakeLog:
    def __init__(self):
        self.lines = []

    def warn(self, text):
        self.lines.append(text)

    error = warn


class Path(Safety):
    """A safety path on doubles; `fed` counts how often the watchdog was fed."""

    def __init__(self):
        self.guard = Guard()
        self.guard._watchdog = self
        self.fed = 0
        self.log = FakeLog()
        super().__init__(1, FakePilot(), FakeContactor(), FakeConnector(), self.guard, self.log)
        self.start()

    def feed(self):
        self.fed += 1

    def want(self, close, period_ms=20):
        self.connector.close = close
        self.connector.period_ms = period_ms


_kbd = []  # what micropython.kbd_intr was told


class Micropython:
    """The module, with kbd_intr heard."""

    const = micropython.const

    def kbd_intr(self, character):
        _kbd.append(character)


def made():
    clock.timers.clear()  # of the test before
    clock.bite = clock.NEVER  # and its watchdog
    _kbd.clear()
    safety.micropython = Micropython()
    path = Path()
    clock.bite = clock.NEVER
    return path


def run(path, ms, beat=True):
    """Time passes, the main loop beating or not."""
    while ms > 0:
        if beat:
            path.beat()
        time.sleep_ms(min(ms, 500))
        ms -= 500


def charging():
    path = made()
    path.want(True)
    run(path, 200)
    eq(path.contactor.commanded, True)
    return path


def stall(path, ms):
    """A C call holds the interpreter for so long, and is back at a timer's turn."""
    clock.cost(ms * 1000)
    time.sleep_ms(0)


def test_it_samples_every_100_ms_at_rest_and_every_20_ms_when_the_connector_wants_it():
    path = made()
    run(path, 1000)
    eq(path.pilot.bursts, 10)
    path.want(False, 20)
    run(path, 100)  # the next turn at rest
    path.pilot.bursts = 0
    run(path, 1000)
    eq(path.pilot.bursts, 50)
    path.want(False, 100)
    run(path, 20)
    path.pilot.bursts = 0
    run(path, 1000)
    eq(path.pilot.bursts, 10)


def test_a_tick_hands_over_plateaus_and_feedback_and_carries_out_what_the_connector_wants():
    path = made()
    path.pilot.high_mv, path.pilot.low_mv = 5990, -11980
    path.contactor.mirror = None
    path.want(True)
    path.connector.duty = 17476
    run(path, 100)
    eq(path.connector.ticks[-1][1:], (5990, -11980, None))
    eq((path.contactor.commanded, path.pilot.duty), (True, 17476))
    path.want(False)
    run(path, 20)
    eq(path.contactor.commanded, False)


def test_start_and_stop_leave_the_contactor_open_and_stop_ends_the_sampling():
    path = charging()
    path.stop()
    eq((path.contactor.commanded, path.pilot.duty), (False, 65535))
    bursts = path.pilot.bursts
    run(path, 1000)
    eq(path.pilot.bursts, bursts)
    path.contactor.close()
    path.start()
    eq(path.contactor.commanded, False)
    run(path, 1000)
    assert path.pilot.bursts > bursts


def test_gaps_are_measured_while_the_contactor_is_closed():
    path = charging()
    eq((path.gap_ms_max, path.late), (20, 0))
    stall(path, 60)
    run(path, 100)
    eq((path.gap_ms_max, path.late), (60, 0))
    stall(path, 100)
    run(path, 100)
    eq((path.gap_ms_max, path.late, path.blind), (100, 1, 0))
    eq(path.contactor.commanded, True)


def test_gaps_with_the_contactor_open_are_no_alarm():
    path = made()
    run(path, 500)
    stall(path, 5000)
    run(path, 500)
    eq((path.gap_ms_max, path.late, path.blind), (0, 0, 0))


def test_250_ms_without_a_sample_open_the_contactor_and_restart_the_sequence():
    path = charging()
    stall(path, 250)
    eq((path.contactor.commanded, path.blind), (True, 0))
    run(path, 100)
    stall(path, 260)
    eq((path.contactor.commanded, path.blind, path.connector.restarts), (False, 1, 1))
    run(path, 500)
    eq(path.contactor.commanded, False)


def test_after_a_blind_gap_it_is_open_before_the_next_burst():
    path = charging()
    sample, at_burst = path.pilot.sample, []
    path.pilot.sample = lambda: (at_burst.append(path.contactor.commanded), sample())
    stall(path, 260)
    eq(at_burst[0], False)


def test_in_doubt_the_callback_waits_for_the_next_bursts_itself():
    path = charging()
    path._timer = FakeTimer()
    clock.timers.clear()  # the chip is busy: no other call comes
    path.connector.period_ms = 10
    path.last_ms = time.ticks_add(time.ticks_ms(), -20)
    bursts, began_ms = path.pilot.bursts, time.ticks_ms()
    path._on_timer(None)
    eq((path.pilot.bursts - bursts, time.ticks_ms() - began_ms), (4, 30))


def test_the_period_of_a_slow_contactor_is_not_waited_for():
    path = charging()
    path.connector.period_ms = 15
    path.last_ms = time.ticks_add(time.ticks_ms(), -20)
    bursts = path.pilot.bursts
    path._on_timer(None)
    eq(path.pilot.bursts - bursts, 1)


def test_what_else_is_looked_at_comes_with_every_burst_before_the_decision():
    path = charging()
    order, tick = [], path.connector.tick
    path.polls = (lambda: order.append("poll"),)
    path.connector.tick = lambda *what: (order.append("tick"), tick(*what))
    run(path, 60)
    eq(order, ["poll", "tick"] * 3)


def test_calls_that_queued_up_behind_a_stall_are_no_samples():
    path = charging()
    stall(path, 100)
    bursts = path.pilot.bursts
    for _ in range(4):
        path._on_timer(None)
    eq(path.pilot.bursts, bursts)


def test_a_pilot_that_cannot_be_read_opens_the_contactor():
    path = charging()
    path.pilot.duty = 17476
    path.pilot.error = OSError(5)
    run(path, 20)
    eq((path.contactor.commanded, path.pilot.duty, path.connector.restarts), (False, 65535, 1))
    eq(path.errors, 1)


def test_any_exception_opens_the_contactor_wherever_it_comes_from():
    for error in (MemoryError(), KeyError("x"), ZeroDivisionError()):
        for part in ("pilot", "contactor"):
            path = charging()
            getattr(path, part).error = error
            run(path, 20)
            eq((path.contactor.commanded, path.errors), (False, 1))


def test_an_interrupt_from_the_keyboard_opens_the_contactor_and_goes_on_its_way():
    path = charging()
    path.pilot.error = KeyboardInterrupt()
    raises(KeyboardInterrupt, run, path, 20)
    eq(path.contactor.commanded, False)
    clock._firing = False


def test_sampling_goes_on_after_an_exception():
    path = charging()
    path.pilot.error = OSError(5)
    run(path, 200)
    path.pilot.error = None
    bursts = path.pilot.bursts
    run(path, 200)
    assert path.pilot.bursts > bursts


def test_what_went_wrong_is_logged_by_the_main_loop_once():
    path = charging()
    path.notice = lambda text: None
    stall(path, 100)
    run(path, 20)
    stall(path, 300)
    path.pilot.error = OSError(5)
    run(path, 20)
    path.pilot.error = None
    for _ in range(3):
        path.beat()
    eq(len(path.log.lines), 3)
    assert "late 1 times, worst 100 ms" in path.log.lines[0]
    assert "no pilot sample for 250 ms" in path.log.lines[1]
    assert "OSError(5,)" in path.log.lines[2]


def test_the_owner_is_told_of_late_samples_and_of_blindness_but_not_of_60_ms():
    for ms, said in ((60, 0), (90, 1), (300, 1)):
        path, told = charging(), []
        path.notice = told.append
        stall(path, ms)
        for _ in range(3):
            path.beat()
        eq((ms, len(told)), (ms, said))


def test_the_watchdog_is_fed_while_the_main_loop_lives():
    path = made()
    run(path, 10000)
    assert path.fed >= 90


def test_the_watchdog_is_not_fed_two_seconds_after_the_main_loop_died():
    path = made()
    run(path, 5000)
    path.fed = 0
    run(path, 1900, beat=False)
    assert path.fed > 10
    run(path, 200, beat=False)
    path.fed = 0
    run(path, 5000, beat=False)
    eq(path.fed, 0)
    path.beat()
    run(path, 100)
    eq(path.fed, 1)


def test_the_watchdog_is_not_fed_by_the_main_loop_alone():
    path = made()
    path.stop()
    path.fed = 0
    run(path, 5000)
    eq(path.fed, 0)


def test_of_two_outlets_both_must_run_for_the_watchdog_to_be_fed():
    path = made()
    path.stop()
    guard = Guard(2)
    guard._watchdog = path
    path.fed = 0
    now_ms = time.ticks_ms()
    for _ in range(5):
        guard.ran(1, now_ms)
    eq(path.fed, 0)
    guard.ran(2, now_ms)
    eq(path.fed, 1)
    clock.bite = clock.NEVER


def test_the_watchdog_bites_within_three_seconds():
    clock.timers.clear()
    link.heard = []
    Guard()
    heard, link.heard = link.heard, None
    clock.bite = clock.NEVER
    eq([line[2] for line in heard if line[0] == "W"], [3000])


def test_ctrl_c_is_off_from_the_first_closing_until_the_contactor_is_proven_open():
    path = made()
    run(path, 500)
    eq(_kbd, [])
    path.want(True)
    run(path, 100)
    eq(_kbd[-1], -1)
    path.connector.is_open = False  # not proven yet
    path.want(False)
    run(path, 1000)
    eq(_kbd[-1], -1)
    path.connector.is_open = True
    run(path, 20)
    eq(_kbd[-1], 3)


def test_ctrl_c_stays_off_while_another_outlets_contactor_is_closed():
    path = made()
    path.guard.hold(1)
    path.guard.hold(2)
    path.guard.release(1)
    eq(_kbd, [-1, -1])
    path.guard.release(2)
    eq(_kbd[-1], 3)


def test_the_whole_callback_allocates_nothing_with_the_real_connector():
    path, connector = real()
    line(6000)
    run(path, 100)
    connector.faults.set("meter")
    pilot = FakePilot()
    pilot.high_mv, pilot.low_mv = 6000, -12000
    path.pilot = pilot
    path._timer = FakeTimer()
    path.last_ms = time.ticks_add(time.ticks_ms(), -20)
    micropython.heap_lock()
    try:
        path._on_timer(None)
    finally:
        micropython.heap_unlock()
    eq((path.errors, pilot.bursts), (0, 1))


class FakeTimer:
    def init(self, mode, period, callback):
        pass


class Wired(Contactor):
    """The driver that is flashed, with contacts that follow the coil at once."""

    def open(self):
        super().open()
        link.set_level(MIRROR, 1)

    def close(self):
        super().close()
        link.set_level(MIRROR, 0)


def real():
    """A safety path with the drivers that are flashed, and the connector that decides."""
    clock.timers.clear()
    clock.bite = clock.NEVER
    safety.micropython = Micropython()
    contactor = Wired(COIL, MIRROR, 0, 30, 30)
    connector = Connector(30, 30, True)
    connector.offer_ma = 16000
    path = Safety(1, AdcPilot(PWM, ADC, LEVELS), contactor, connector, Guard(), FakeLog())
    path.start()
    return path, connector


def line(high_mv, low_mv=-12000):
    link.set_analog(ADC, 1450 + high_mv * 85 // 1000, 1450 + low_mv * 85 // 1000, 5, PWM)


def plugged():
    """A car asks, was there before, and the contactor closes."""
    path, connector = real()
    connector.permit = True
    for high_mv, ms in ((12000, 6000), (9000, 1000), (6000, 1000)):
        line(high_mv)
        run(path, ms)
    eq((connector.state, path.contactor.commanded), ("C2", True))
    return path, connector


def test_a_car_that_asks_gets_its_contactor_closed_and_one_that_leaves_c_gets_it_open_in_60_ms():
    for high_mv in (9000, 12000):
        for late_us in range(0, 20000, 3000):
            path, _ = plugged()
            time.sleep_us(late_us)
            line(high_mv)
            left = clock.now
            while path.contactor.commanded:
                time.sleep_us(500)
                assert clock.now - left < 55000, clock.now - left
            eq(_kbd[-1], -1)
            run(path, 100)
            eq(_kbd[-1], 3)


def test_the_coil_is_off_in_60_ms_although_the_chip_was_busy_for_35_ms_at_the_worst_moment():
    for busy_ms in range(0, 36, 5):
        path, _ = plugged()
        seen_ms = path.last_ms
        while path.last_ms == seen_ms:
            time.sleep_us(500)
        line(9000)  # right after a burst
        left = clock.now
        while time.ticks_diff(time.ticks_ms(), path.last_ms) < 19:
            time.sleep_us(500)
        clock.cost(busy_ms * 1000)
        while path.contactor.commanded:
            time.sleep_us(500)
        assert clock.now - left <= 60000, (busy_ms, clock.now - left)


def test_the_sequence_begins_anew_after_a_stall_and_the_car_charges_again():
    path, connector = plugged()
    stall(path, 300)
    eq(path.contactor.commanded, False)
    run(path, 3000)
    eq(path.contactor.commanded, False)
    run(path, 5000)
    eq(path.contactor.commanded, True)
    eq(connector.closings, 2)
