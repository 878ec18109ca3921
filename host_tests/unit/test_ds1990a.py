"""The card reader on a 1-wire bus, with one of our own at the other end that answers anything."""

# Runs on the simulated chip.

import clock
from check import eq, raises
from one_wire import Slave, crc8

from pilotwire import hal
from pilotwire.core import ticks
from pilotwire.hal.reversed_reader import ReversedReader

PIN = 16
BUTTON = b"\x02\x1c\xb8\x01\x00\x00\x00\xa2"  # Maxim application note 27: the ROM of that example, CRC and all
UID4, UID7 = b"\xa1\xb2\xc3\xd4", b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"


class Board:
    READER = {"kind": "ds1990a", "pin": PIN}


def sealed(data):
    return data + crc8(data)


class Wire(Slave):
    """rom is what is answered to Read ROM, None: nobody is there."""

    def __init__(self, rom=None):
        super().__init__()
        self.rom, self.there = rom, rom is not None

    def told(self):
        self.answer = self.rom if self.heard == b"\x33" else b""


def read(rom):
    reader = hal.make(Board, "READER")
    Wire(rom)
    return reader.poll()


def test_the_check_sum_is_that_of_the_bus():
    eq(sealed(BUTTON[:7]), BUTTON)


def test_without_a_card_nobody_answers_and_that_is_a_good_answer():
    reader = hal.make(Board, "READER")
    Wire()
    clock.sleep_us(20_000_000)
    eq(reader.poll(), None)
    assert ticks.diff(clock.now // 1000, reader.at_ms) < 5


def test_a_newer_reader_tells_seven_bytes_and_fills_up_four_with_zeros():
    eq(read(sealed(UID7)), UID7)
    eq(read(sealed(UID4 + bytes(3))), UID4)
    eq(read(sealed(b"\x04\xa1\xb2\xc3\x00\x00\xf6")), b"\x04\xa1\xb2\xc3\x00\x00\xf6")


def test_an_older_one_and_an_iButton_tell_six_behind_their_family_code():
    eq(read(sealed(b"\x01" + UID7[:6])), UID7[:6])
    eq(read(sealed(b"\x01" + UID4 + bytes(2))), UID4)
    eq(read(sealed(b"\x01" + bytes(4) + b"\x00\x07")), bytes(5) + b"\x07")


def test_reverse_turns_the_bytes_round_as_an_iButton_has_them_printed():
    Wire(sealed(b"\x01" + UID7[:6]))
    eq(ReversedReader(hal.make(Board, "READER")).poll(), b"\xe5\xd4\xc3\xb2\xa1\x04")


def test_every_bit_that_flips_is_an_OSError_and_it_reads_on():
    good = sealed(UID7)
    reader, wire = hal.make(Board, "READER"), Wire(good)
    for at in range(64):
        wire.rom = good[: at // 8] + bytes((good[at // 8] ^ 1 << at % 8,)) + good[at // 8 + 1 :]
        raises(OSError, reader.poll)
        wire.rom = good
        eq(reader.poll(), UID7)


def test_a_reader_that_falls_silent_in_the_middle_is_an_OSError():
    for size in range(8):
        raises(OSError, read, sealed(UID7)[:size])


def test_a_wire_at_ground_is_an_OSError_and_no_good_answer():
    reader = hal.make(Board, "READER")
    at_ms = reader.at_ms
    Wire(bytes(64))
    clock.sleep_us(1_000_000)
    raises(OSError, reader.poll)
    eq(reader.at_ms, at_ms)


def test_a_poll_takes_6_ms_at_most():
    reader = hal.make(Board, "READER")
    Wire(sealed(UID7))
    before = clock.now
    reader.poll()
    assert clock.now - before <= 6_100, clock.now - before
