"""The PN532 driver on the simulated chip's UART: what test_pn532.py finds out about the driver, and what a UART is."""

# Runs on the simulated chip.

import clock
import link
from check import eq, raises
from test_pn532 import UID4, UID7, UID10, Pn532, broken

from pilotwire import hal

UART = 2


class Board:
    READER = {"kind": "pn532_uart", "uart": UART, "tx": 22, "rx": 21}


class OnUart(Pn532):
    """The reader of test_pn532.py behind a UART: it answers without being asked. step() after each poll. piece: so many
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


def polls(reader, chip, count=16):
    found = []
    for _ in range(count):
        found.append(reader.poll())
        chip.step()
    return [uid for uid in found if uid]


def ready(uid=None):
    reader, chip = made(uid)
    polls(reader, chip)
    return reader, chip


def test_A01_uids_of_4_7_and_10_bytes_come_in_the_order_they_are_sent():
    for uid in (UID4, UID7, UID10, bytes(4), b"\xff" * 7):
        reader, chip = made(uid)
        eq(polls(reader, chip)[0], uid)
        eq([command[0] for command in chip.commands[:4]], [0x14, 0x12, 0x32, 0x4A])
        eq(chip.wakes, 1)


def test_answers_may_come_in_pieces():
    for piece in range(2, 30):
        reader, chip = made(UID10)
        chip.piece = piece
        eq(polls(reader, chip, 100)[0], UID10)


def test_a_poll_never_takes_more_than_5_ms():
    reader, chip = made(UID10)
    for _ in range(20):
        before = clock.now
        polls(reader, chip, 1)
        assert clock.now - before <= 5000, clock.now - before


def test_A33_a_reader_that_is_gone_or_never_answers_raises_and_comes_back():
    for fault in ("gone", "silent"):
        reader, chip = ready(UID4)
        setattr(chip, fault, True)
        for _ in range(3):
            raises(OSError, polls, reader, chip, 30)
        setattr(chip, fault, False)
        chip.commands.clear()
        chip.wakes = 0
        eq(polls(reader, chip)[0], UID4)
        eq((chip.commands[0][0], chip.wakes), (0x14, 1))  # it may have lost its settings, and be asleep


def test_hostile_answers_end_as_an_OSError_and_it_reads_on():
    for what, answer in broken():
        reader, chip = ready()
        chip.answer = answer
        try:
            eq((what, polls(reader, chip, 40)), (what, ["want an OSError"]))
        except OSError:
            pass
        chip.show(UID7)
        eq((what, polls(reader, chip, 40)[:1]), (what, [UID7]))


def test_noise_on_the_line_is_an_OSError_and_it_reads_on():
    for noise in (b"\x00", b"\xff\xff", b"\x55" * 40, bytes(range(200)), b"\x00\x00\xff"):
        reader, chip = ready(UID7)
        chip.noise = noise
        raises(OSError, polls, reader, chip, 40)
        chip.noise = b""
        eq(polls(reader, chip, 40)[0], UID7)


def test_what_came_too_late_is_not_taken_for_the_next_answer():
    reader, chip = ready(UID7)
    chip.silent = True
    raises(OSError, polls, reader, chip, 40)
    link.feed(UART, chip.ack + chip.answer)
    chip.silent = False
    chip.show(UID4)
    eq(polls(reader, chip)[0], UID4)
