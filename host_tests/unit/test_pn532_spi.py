"""The PN532 driver on the simulated chip's SPI: what test_pn532.py finds out about the driver, and what SPI is."""

# Runs on the simulated chip.

import clock
import link
import pn532_play
import spi
from check import eq, raises
from pn532_play import Pn532

from pilotwire import hal
from pilotwire.hal.pn532_spi import turned

CS = 5
STATUS, WRITE, READ = 2, 1, 3


class Board:
    READER = {"kind": "pn532_spi", "sck": 18, "miso": 19, "mosi": 23, "cs": CS}


def by_hand(byte):
    return sum([(byte >> i & 1) << 7 - i for i in range(8)])


class OnSpi(Pn532):
    """The reader of pn532_play.py behind SPI: the lowest bit first, a byte in front that says what is wanted. gone:
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


def test_every_byte_is_turned_round():
    eq(turned(bytes(range(256))), bytes([by_hand(byte) for byte in range(256)]))


def test_A01_uids_of_4_7_and_10_bytes_come_in_the_order_they_are_sent():
    pn532_play.tells_uids_in_the_order_they_are_sent(made)


def test_a_poll_never_takes_more_than_5_ms():
    pn532_play.never_takes_more_than_5_ms(made)


def test_A33_a_reader_that_is_gone_or_silent_raises_whatever_the_line_reads_and_comes_back():
    faults = ("gone", 0x00), ("gone", 0xFF), ("silent", True)
    pn532_play.raises_when_it_is_gone_or_silent_and_comes_back(made, faults)


def test_hostile_answers_end_as_an_OSError_and_it_reads_on():
    pn532_play.refuses_hostile_answers_and_reads_on(made, 6)


def test_it_is_selected_for_2_ms_before_it_hears_the_first_command():
    link.heard = []
    reader, chip = made()
    reader.poll()
    down_us = [us for kind, us, a, b, _ in link.heard if (kind, a, b) == ("P", CS, 0)][0]
    link.heard = None
    assert clock.now - down_us >= 2000
    eq(link.outputs[CS][0], 65535)


def test_a_bus_without_anyone_on_it_is_an_OSError():
    spi.slave = None
    raises(OSError, pn532_play.polls, hal.make(Board, "READER"), Pn532(), 30)
