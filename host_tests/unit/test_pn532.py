"""The PN532 driver on the simulated chip's I2C, with a reader of our own at the other end that answers anything."""

# Runs on the simulated chip.

import clock
import i2c
import pn532_play
from check import eq, raises
from pn532_play import UID4, UID7, Pn532, frame, polls, targets

from pilotwire import hal
from pilotwire.core import ticks


class Board:
    READER = {"kind": "pn532", "sda": 21, "scl": 22, "address": 0x24}


def made(uid=None):
    i2c.slave = Pn532(uid)
    return hal.make(Board, "READER"), i2c.slave


def test_A01_uids_of_4_7_and_10_bytes_come_in_the_order_they_are_sent():
    pn532_play.tells_uids_in_the_order_they_are_sent(made)


def test_a_poll_never_holds_the_bus_for_more_than_5_ms():
    pn532_play.never_takes_more_than_5_ms(made)


def test_A33_a_reader_that_is_gone_or_never_answers_raises_and_comes_back():
    pn532_play.raises_when_it_is_gone_or_silent_and_comes_back(made, (("gone", True), ("silent", True)))


def test_hostile_answers_end_as_an_OSError_and_it_reads_on():
    pn532_play.refuses_hostile_answers_and_reads_on(made, 6)


def test_it_is_woken_and_set_before_it_is_asked_for_cards():
    reader, chip = made()
    eq(polls(reader, chip), [])
    eq([command[0] for command in chip.commands[:5]], [0x14, 0x12, 0x32, 0x4A, 0x4A])
    eq(chip.commands[0][:2], b"\x14\x01")  # normal mode
    eq(chip.commands[3], b"\x4a\x01\x00")


def test_a_card_that_stays_is_told_again_and_one_that_goes_is_not():
    reader, chip = pn532_play.ready(made, UID7)
    assert len(polls(reader, chip, 10)) >= 4
    chip.show(None)
    polls(reader, chip, 4)
    eq(polls(reader, chip, 20), [])


def test_a_reader_that_is_not_ready_yet_is_waited_for():
    reader, chip = pn532_play.ready(made)
    chip.silent = True
    eq([reader.poll() for _ in range(15)], [None] * 15)
    chip.silent = False
    chip.show(UID4)
    eq(polls(reader, chip)[-1], UID4)


def test_the_time_of_the_last_good_answer_tells_whether_it_lives():
    reader, chip = pn532_play.ready(made)
    clock.sleep_us(5_000_000)
    polls(reader, chip, 4)
    eq(ticks.diff(clock.now // 1000, reader.at_ms) < 100, True)
    chip.silent = True
    at_ms = reader.at_ms
    clock.sleep_us(5_000_000)
    polls(reader, chip, 4)
    eq(reader.at_ms, at_ms)


def test_answers_with_any_byte_changed_raise_nothing_but_OSError():
    good = b"\x00" * 2 + frame(b"\xd5\x4b" + targets(UID7))[2:]
    for at in range(len(good)):
        for flip in (1, 0x80, 0xFF):
            reader, chip = pn532_play.ready(made)
            chip.answer = good[:at] + bytes((good[at] ^ flip,)) + good[at + 1 :]
            try:
                for uid in polls(reader, chip, 4):
                    eq(uid, UID7)  # only the byte behind the frame may differ
            except OSError:
                pass


def test_an_ACK_that_is_none_is_an_OSError():
    for ack in (b"\x00\x00\xff\xff\x00\x00", b"\xff" * 6, bytes(6)):
        reader, chip = pn532_play.ready(made)
        chip.ack = ack
        raises(OSError, polls, reader, chip, 6)


def test_a_bus_without_anyone_on_it_is_an_OSError():
    i2c.slave = None
    raises(OSError, hal.make(Board, "READER").poll)
