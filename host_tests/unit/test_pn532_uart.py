"""The PN532 driver on the simulated chip's UART: what test_pn532.py finds out about the driver, and what a UART is."""

# Runs on the simulated chip.

import link
import pn532_play
from check import eq, raises
from pn532_play import UID4, UID7, UID10, Pn532, polls

from pilotwire import hal

UART = 2


class Board:
    READER = {"kind": "pn532_uart", "uart": UART, "tx": 22, "rx": 21}


class OnUart(Pn532):
    """The reader of pn532_play.py behind a UART: it answers without being asked. step() after each poll. piece: so many
    bytes come between two polls at most; noise: bytes in front of what it says."""

    def __init__(self, uid=None):
        super().__init__(uid)
        self.piece = 999
        self.noise = b""
        self.wakes = 0
        self._way = b""
        link.heard = []

    def step(self):
        for kind, _, number, data, _ in link.heard:
            if (kind, number) == ("U", UART):
                self.hear(bytes.fromhex(data))
        link.heard.clear()
        link.feed(UART, self._way[: self.piece])
        self._way = self._way[self.piece :]

    def hear(self, data):
        if data[0] == 0x55:
            self.wakes += 1
            data = data.lstrip(b"\x55")
            assert len(data) > 20 + 12, "no time to wake up"
            data = data[-12:]
            eq(data[6], 0x14)
        if self.gone:
            return
        self._take(data)
        if not self.silent:
            self._way = self.noise + b"".join(self._frames)


def made(uid=None):
    chip = OnUart(uid)
    return hal.make(Board, "READER"), chip


def test_A01_uids_of_4_7_and_10_bytes_come_in_the_order_they_are_sent():
    pn532_play.tells_uids_in_the_order_they_are_sent(made)


def test_a_poll_never_takes_more_than_5_ms():
    pn532_play.never_takes_more_than_5_ms(made)


def test_A33_a_reader_that_is_gone_or_never_answers_raises_and_comes_back():
    pn532_play.raises_when_it_is_gone_or_silent_and_comes_back(made, (("gone", True), ("silent", True)))


def test_hostile_answers_end_as_an_OSError_and_it_reads_on():
    pn532_play.refuses_hostile_answers_and_reads_on(made, 40)


def test_it_is_woken_once_by_edges_on_its_line():
    reader, chip = made(UID4)
    eq((polls(reader, chip)[0], chip.wakes), (UID4, 1))


def test_answers_may_come_in_pieces():
    for piece in range(2, 30):
        reader, chip = made(UID10)
        chip.piece = piece
        eq(polls(reader, chip, 100)[0], UID10)


def test_noise_on_the_line_is_an_OSError_and_it_reads_on():
    for noise in (b"\x00", b"\xff\xff", b"\x55" * 40, bytes(range(200)), b"\x00\x00\xff"):
        reader, chip = pn532_play.ready(made, UID7)
        chip.noise = noise
        raises(OSError, polls, reader, chip, 40)
        chip.noise = b""
        eq(polls(reader, chip, 40)[0], UID7)


def test_what_came_too_late_is_not_taken_for_the_next_answer():
    reader, chip = pn532_play.ready(made, UID7)
    chip.silent = True
    raises(OSError, polls, reader, chip, 40)
    link.feed(UART, chip.ack + chip.answer)
    chip.silent = False
    chip.show(UID4)
    eq(polls(reader, chip)[0], UID4)
