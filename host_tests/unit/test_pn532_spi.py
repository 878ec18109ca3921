"""The PN532 driver on the simulated chip's SPI: what test_pn532.py finds out about the driver, and what SPI is."""

# Runs on the simulated chip.

import clock
import link
import spi
from check import eq, raises
from test_pn532 import UID4, UID7, UID10, Pn532, broken

from pilotwire import hal
from pilotwire.hal.pn532_spi import turned

CS = 5
STATUS, WRITE, READ = 2, 1, 3


class Board:
    READER = {"kind": "pn532_spi", "sck": 18, "miso": 19, "mosi": 23, "cs": CS}


def by_hand(byte):
    return sum([(byte >> i & 1) << 7 - i for i in range(8)])


class OnSpi(Pn532):
    """The reader of test_pn532.py behind SPI: the lowest bit first, a byte in front that says what is wanted. gone:
    what the line reads then, None: it is there."""

    def __init__(self, uid=None):
        super().__init__(uid)
        self.gone = None
        self.reads_on = False

    def __call__(self, mode, hertz, data):
        eq((mode, link.outputs[CS][0]), (0, 0))
        assert hertz <= 5_000_000
        if self.gone is not None:
            return bytes((self.gone,)) * len(data)
        if self.reads_on:
            self.reads_on = False
            return bytes([by_hand(byte) for byte in self._read(len(data) + 1)[1:]])
        data = bytes([by_hand(byte) for byte in data])
        self.reads_on = data[0] == READ
        if data[0] == WRITE:
            self._take(data[1:])
        if data[0] == STATUS:
            return b"\x00\x80" if self._frames and not self.silent else b"\x00\x00"
        return bytes(len(data))


def made(uid=None):
    spi.slave = OnSpi(uid)
    return hal.make(Board, "READER"), spi.slave


def polls(reader, count=12):
    return [uid for uid in [reader.poll() for _ in range(count)] if uid]


def ready(uid=None):
    reader, chip = made(uid)
    polls(reader, 9)
    return reader, chip


def test_every_byte_is_turned_round():
    eq(turned(bytes(range(256))), bytes([by_hand(byte) for byte in range(256)]))


def test_A01_uids_of_4_7_and_10_bytes_come_in_the_order_they_are_sent():
    for uid in (UID4, UID7, UID10, bytes(4), b"\xff" * 7):
        reader, chip = made(uid)
        eq(polls(reader)[0], uid)
        eq([command[0] for command in chip.commands[:4]], [0x14, 0x12, 0x32, 0x4A])


def test_it_is_selected_for_2_ms_before_it_hears_the_first_command():
    link.heard = []
    reader, chip = made()
    reader.poll()
    down_us = [us for kind, us, a, b, _ in link.heard if (kind, a, b) == ("P", CS, 0)][0]
    link.heard = None
    assert clock.now - down_us >= 2000
    eq(link.outputs[CS][0], 65535)


def test_a_poll_never_takes_more_than_5_ms():
    reader, _ = made(UID10)
    for _ in range(20):
        before = clock.now
        reader.poll()
        assert clock.now - before <= 5000, clock.now - before


def test_A33_a_reader_that_is_gone_raises_whatever_the_line_reads_and_comes_back():
    for level in (0x00, 0xFF):
        reader, chip = ready(UID4)
        chip.gone = level
        for _ in range(3):
            raises(OSError, polls, reader, 30)
        chip.gone = None
        chip.commands.clear()
        eq(polls(reader)[0], UID4)
        eq(chip.commands[0][0], 0x14)  # from the beginning: it may have lost its settings


def test_A33_a_reader_that_never_answers_raises():
    reader, chip = ready()
    chip.silent = True
    raises(OSError, polls, reader, 30)


def test_hostile_answers_end_as_an_OSError_and_it_reads_on():
    for what, answer in broken():
        reader, chip = ready()
        chip.answer = answer
        try:
            eq((what, polls(reader, 6)), (what, ["want an OSError"]))
        except OSError:
            pass
        chip.show(UID7)
        eq((what, polls(reader)[:1]), (what, [UID7]))


def test_a_bus_without_anyone_on_it_is_an_OSError():
    spi.slave = None
    raises(OSError, polls, hal.make(Board, "READER"), 30)
