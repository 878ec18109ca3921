"""The Modbus meter on the simulated chip's UART, with a small meter of our own at the other end."""

# Runs on the simulated chip.

import asyncio
import struct
import time

import clock
import link
from check import eq, raises

from pilotwire import hal
from pilotwire.hal.energy import Energy
from pilotwire.proto.modbus import crc

DE = 33


class Board:
    LIMITS = {"ma": 16000, "phases": 3}
    METER = {"kind": "sdm630", "uart": 1, "tx": 25, "rx": 32, "de": DE, "baud": 9600, "address": 1}


class Slave:
    """An SDM630 on the wire. Its registers are floats by address; `deaf`: questions it does not answer."""

    def __init__(self):
        self.registers = {0x46: 50.0, 0x48: 12345.678}
        for phase in range(3):
            self.registers[0x00 + 2 * phase] = 230.0 + phase
            self.registers[0x06 + 2 * phase] = 16.0 - phase
            self.registers[0x0C + 2 * phase] = 3680.0
        self.deaf = 0
        self.spoil = 0  # answers to come with a wrong checksum
        self.refuse = False
        self.delay_ms = 50
        self.before = b""  # noise in front of an answer
        self.questions = []  # (ms, first register)
        self.heard = link.heard = []

    def hear(self):
        """Answers the questions that were sent since; called while the driver sleeps."""
        for kind, us, _, text, _ in self.heard:
            if kind == "U":
                self.answer(us, bytes.fromhex(text))
        self.heard.clear()

    def answer(self, us, frame):
        eq(crc(frame[:-2]), frame[-2] | frame[-1] << 8)
        first, count = struct.unpack(">HH", frame[2:6])
        self.questions.append((us // 1000, first))
        if self.deaf:
            self.deaf -= 1
            return
        body = bytes((1, 0x84, 2))
        if not self.refuse:
            values = [self.registers.get(first + i, 0.0) for i in range(0, count, 2)]
            body = struct.pack(">BBB%df" % len(values), 1, 4, 2 * count, *values)
        check = crc(body) ^ (1 if self.spoil else 0)
        self.spoil -= self.spoil > 0
        body = self.before + body + bytes((check & 0xFF, check >> 8))
        us += self.delay_ms * 1000
        for i in range(0, len(body), 7):
            us += 7 * 1146  # 11 bits at 9600 baud
            clock.at(us, feed, body[i : i + 7])


def feed(data):
    link.feed(1, data)


def read(meter, slave):
    """One reading of the meter; -> the longest time between two of its awaits, ms."""
    longest = 0

    async def both():
        nonlocal longest
        task = asyncio.create_task(meter.read())
        while not task.done():
            before = clock.now
            await asyncio.sleep_ms(0)
            longest = max(longest, clock.now - before)
            slave.hear()
            await asyncio.sleep_ms(1)
        await task

    asyncio.run(both())
    return longest // 1000


def made():
    slave = Slave()
    return hal.make(Board, "METER"), slave


def test_one_reading_brings_every_value_in_the_units_of_the_contract():
    meter, slave = made()
    read(meter, slave)
    eq(meter.voltages_mv, [230000, 231000, 232000])
    eq(meter.currents_ma, [16000, 15000, 14000])
    eq(meter.powers_w, [3680, 3680, 3680])
    eq(meter.power_w, 11040)
    eq(meter.frequency_mhz, 50000)
    eq(meter.energy_wh, 12345678)


def test_before_the_first_reading_nothing_is_known():
    meter, _ = made()
    eq((meter.energy_wh, meter.at_ms, meter.fresh(time.ticks_ms())), (None, None, False))


def test_a_reading_is_fresh_for_ten_seconds():
    meter, slave = made()
    read(meter, slave)
    eq(meter.fresh(time.ticks_add(meter.at_ms, 9999)), True)
    eq(meter.fresh(time.ticks_add(meter.at_ms, 10000)), False)


def test_the_transceiver_sends_for_as_long_as_the_question_takes_and_then_listens():
    meter, slave = made()
    levels = []
    hear = slave.hear

    def watch():
        levels.extend((us, level) for kind, us, pin, level, _ in slave.heard if (kind, pin) == ("P", DE))
        hear()

    slave.hear = watch
    read(meter, slave)
    eq([level for _, level in levels], [0, 1, 0, 1, 0])
    for i in (1, 3):
        sent_ms = (levels[i + 1][0] - levels[i][0]) / 1000
        assert 8.3 <= sent_ms <= 11, sent_ms  # 8 bytes at 9600 baud take 8.3 ms


def test_the_loop_is_never_held_longer_than_20_ms():
    meter, slave = made()
    assert read(meter, slave) <= 20
    slave.deaf = 1
    assert read(meter, slave) <= 20


def test_questions_are_at_least_100_ms_apart():
    meter, slave = made()
    for _ in range(3):
        read(meter, slave)
    times = [ms for ms, _ in slave.questions]
    eq([first for _, first in slave.questions], [0x0000, 0x0046] * 3)
    for before, after in zip(times, times[1:]):
        assert after - before >= 100


def test_a_lost_question_is_asked_again():
    meter, slave = made()
    slave.deaf = 1
    read(meter, slave)
    eq(meter.energy_wh, 12345678)
    eq(len(slave.questions), 3)


def test_a_spoilt_answer_is_asked_for_again():
    meter, slave = made()
    slave.spoil = 1
    read(meter, slave)
    eq(meter.energy_wh, 12345678)


def test_a_silent_meter_is_an_os_error_after_two_tries():
    meter, slave = made()
    read(meter, slave)
    at_ms = meter.at_ms
    for _ in range(2):
        slave.deaf = 2
        before = clock.now
        eq(str(raises(OSError, read, meter, slave)), "meter: silent")
        assert clock.now - before < 1000000
    eq(meter.at_ms, at_ms)
    eq(meter.energy_wh, 12345678)
    read(meter, slave)


def test_ten_seconds_of_silence_make_the_flow_unknown_but_not_the_energy():
    meter, slave = made()
    read(meter, slave)
    slave.deaf = 100
    raises(OSError, read, meter, slave)
    eq(meter.power_w, 11040)
    time.sleep_ms(10000)
    raises(OSError, read, meter, slave)
    eq((meter.voltages_mv, meter.currents_ma, meter.powers_w, meter.power_w), ([0] * 3, [0] * 3, [0] * 3, 0))
    eq((meter.frequency_mhz, meter.energy_wh), (None, 12345678))


def test_a_refusal_is_an_os_error_that_says_so():
    meter, slave = made()
    slave.refuse = True
    eq(str(raises(OSError, read, meter, slave)), "meter: exception 2")


def test_noise_before_an_answer_does_not_spoil_it():
    meter, slave = made()
    slave.before = b"\x00\xff"
    read(meter, slave)
    eq(len(slave.questions), 2)


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one():
    meter, slave = made()
    slave.delay_ms = 700
    raises(OSError, read, meter, slave)
    time.sleep_ms(1000)
    slave.delay_ms = 50
    slave.registers[0x00] = 240.0
    read(meter, slave)
    eq(meter.voltages_mv[0], 240000)


def test_values_that_the_meter_does_not_have_are_0_and_energy_is_kept():
    meter, slave = made()
    read(meter, slave)
    slave.registers[0x02] = slave.registers[0x06] = slave.registers[0x48] = float("nan")
    eq(str(raises(OSError, read, meter, slave)), "meter: no energy register")
    eq(meter.voltages_mv, [230000, 0, 232000])
    eq(meter.currents_ma, [0, 15000, 14000])
    eq(meter.energy_wh, 12345678)


def test_feeding_in_is_negative_power():
    meter, slave = made()
    slave.registers[0x0C] = -100.4
    read(meter, slave)
    eq(meter.powers_w[0], -100)
    eq(meter.power_w, 7260)


def test_the_first_reading_of_the_register_is_believed():
    energy = Energy(11040)
    energy.take(98765430, 0)
    eq(energy.wh, 98765430)


def test_energy_never_falls():
    energy = Energy(11040)
    energy.take(1000, 0)
    for _ in range(5):
        energy.take(999, 1000)
    eq(energy.wh, 1000)
    energy.take(1001, 2000)
    eq(energy.wh, 1001)


def test_energy_rises_by_what_the_wires_carry_half_as_much_again_and_50_wh():
    energy = Energy(11040)
    energy.take(0, 0)
    energy.take(16560 + 50, 3600000)  # 11040 W for an hour, times 1.5
    eq(energy.wh, 16610)
    energy.take(16610 + 50 + 1 + 4, 3601000)  # a second: 4 Wh
    eq(energy.wh, 16610)


def test_a_jump_is_believed_when_two_more_readings_agree():
    energy = Energy(11040)
    energy.take(1000, 0)
    energy.take(900000, 1000)
    eq(energy.wh, 1000)
    energy.take(900003, 2000)
    eq(energy.wh, 1000)
    energy.take(900006, 3000)
    eq(energy.wh, 900006)


def test_a_jump_that_was_a_wrong_reading_is_forgotten():
    energy = Energy(11040)
    energy.take(1000, 0)
    energy.take(900000, 1000)
    energy.take(1003, 2000)
    eq(energy.wh, 1003)
    energy.take(900000, 3000)
    energy.take(900003, 4000)
    eq(energy.wh, 1003)


def test_jumps_that_do_not_agree_with_each_other_are_not_believed():
    energy = Energy(11040)
    energy.take(1000, 0)
    for i, wh in enumerate((900000, 800000, 700000, 850000, 900000, 800000)):
        energy.take(wh, 1000 * i)
    eq(energy.wh, 1000)
