"""The MFRC522 driver on the simulated chip's SPI, with a reader of our own whose cards say anything."""

# Runs on the simulated chip.

import clock
import link
import spi
from check import eq, raises

from pilotwire import hal
from pilotwire.core import ticks
from pilotwire.hal.mfrc522 import crc_a

UID4, UID7, UID10 = b"\x04\xa1\xb2\xc3", b"\x04\xa1\xb2\xc3\xd4\xe5\xf6", bytes(range(16, 26))
CS, RESET = 5, 17
COMMAND, IRQ, ERROR, FIFO, LEVEL, FRAMING, COLLISION, ANTENNA = 0x01, 0x04, 0x06, 0x09, 0x0A, 0x0D, 0x0E, 0x14


class Board:
    READER = {"kind": "mfrc522", "sck": 18, "miso": 19, "mosi": 23, "cs": CS, "reset": RESET}


def checked(part):
    return part + bytes((part[0] ^ part[1] ^ part[2] ^ part[3],))


def sealed(data):
    return data + crc_a(data)


class Card:
    """Says what ISO 14443-3 has it say; `spoilt` maps a question's first two bytes to what it says instead."""

    def __init__(self, uid):
        parts = {4: [uid], 7: [b"\x88" + uid[:3], uid[3:]], 10: [b"\x88" + uid[:3], b"\x88" + uid[3:6], uid[6:]]}
        self.parts = [checked(part) for part in parts[len(uid)]]
        self.spoilt = {}
        self.asked = []

    def __call__(self, frame, last_bits):
        self.asked.append(frame)
        if frame[:2] in self.spoilt:
            return self.spoilt[frame[:2]]
        if last_bits == 7:
            return b"\x44\x00"
        level = b"\x93\x95\x97".find(frame[:1])
        if frame[1] == 0x20:
            return self.parts[level]
        if frame[:1] + b"\x20" in self.spoilt:  # it takes every part for its own
            return sealed(b"\x08")
        eq(frame, sealed(frame[:2] + self.parts[level]))
        return sealed(b"\x04" if level + 1 < len(self.parts) else b"\x08")


class Chip:
    """Plays the reader. card: function(frame, bits of its last byte) -> its answer, None for nothing, or (answer,
    ErrorReg, CollReg). gone: what the line reads then; stuck: it never ends."""

    def __init__(self, card):
        self.card = card
        self.gone = None
        self.stuck = False
        self.resets = 0
        self.frames = 0
        self.reset()

    def reset(self):
        self.registers = bytearray(64)
        self.registers[ANTENNA] = 0x80
        self.fifo = b""

    def __call__(self, mode, hertz, data):
        eq((mode, link.outputs[CS][0], link.outputs[RESET][0]), (0, 0, 65535))
        assert hertz <= 10_000_000
        if self.gone is not None:
            self.reset()
            return bytes((self.gone,)) * len(data)
        if data[0] & 0x80:
            return b"\x00" + bytes([self.read(byte >> 1 & 63) for byte in data[:-1]])
        for value in data[1:]:
            self.write(data[0] >> 1, value)
        return bytes(len(data))

    def read(self, register):
        if register == FIFO:
            byte, self.fifo = self.fifo[0], self.fifo[1:]
            return byte
        return len(self.fifo) if register == LEVEL else self.registers[register]

    def write(self, register, value):
        if register == FIFO:
            self.fifo += bytes((value,))
        elif register == LEVEL:
            self.fifo = b""
        elif register == IRQ:
            self.registers[IRQ] &= ~value
        else:
            self.registers[register] = value
            if register == COMMAND and value == 0x0F:
                self.resets += 1
                self.reset()
            if register == FRAMING and value & 0x80 and self.registers[COMMAND] == 0x0C:
                self.transmit(value & 7)

    def transmit(self, last_bits):
        self.frames += 1
        eq(self.registers[ANTENNA], 0x83)
        said = self.card and self.card(self.fifo, last_bits)
        self.fifo = b""
        self.registers[ERROR] = 0
        if self.stuck:
            return
        self.registers[IRQ] |= 0x20 if said else 0x01
        if isinstance(said, tuple):
            said, self.registers[ERROR], self.registers[COLLISION] = said
        self.fifo = said or b""


def made(card=None):
    spi.slave = Chip(card)
    return hal.make(Board, "READER"), spi.slave


def polls(reader, count=12):
    """-> what it found, without None."""
    return [uid for uid in [reader.poll() for _ in range(count)] if uid]


def ready(card=None):
    reader, chip = made(card)
    polls(reader, 6)
    return reader, chip


def test_crc_a_is_that_of_the_norm():
    eq(crc_a(b"\x00\x00"), b"\xa0\x1e")
    eq(crc_a(b"\x12\x34"), b"\x26\xcf")


def test_it_is_reset_by_its_pin_and_set_up_before_anything_is_sent():
    link.heard = []
    reader, chip = made()
    polls(reader, 8)
    told = [(a, b) for kind, _, a, b, _ in link.heard if kind == "P" and a == RESET]
    link.heard = None
    eq(told, [(RESET, 1), (RESET, 0), (RESET, 1)])
    eq(chip.resets, 1)
    eq((chip.registers[ANTENNA], chip.registers[0x15], chip.registers[0x2A]), (0x83, 0x40, 0x80))
    assert chip.frames >= 3


def test_a_board_may_have_wired_the_reset_to_the_supply():
    class Wired:
        READER = dict(Board.READER, reset=None)

    spi.slave = Chip(Card(UID4))
    eq(polls(hal.make(Wired, "READER"))[0], UID4)


def test_A01_uids_of_4_7_and_10_bytes_come_without_cascade_tags_in_the_order_they_are_sent():
    for uid in (UID4, UID7, UID10, bytes(4), b"\xff" * 7, bytes(10)):
        reader, _ = made(Card(uid))
        found = polls(reader)
        eq(found[0], uid)
        eq(type(found[0]), bytes)


def test_a_card_that_stays_is_told_again_and_one_that_goes_is_not():
    reader, chip = ready(Card(UID10))
    assert len(polls(reader, 10)) >= 4
    chip.card = None
    polls(reader, 2)
    eq(polls(reader, 20), [])


def test_a_poll_never_takes_more_than_5_ms():
    for stuck in (False, True):
        reader, chip = ready(Card(UID10))
        for i in range(20):
            chip.stuck = stuck and i > 10
            before = clock.now
            try:
                reader.poll()
            except OSError:
                pass
            assert clock.now - before <= 5000, clock.now - before


def test_A33_a_reader_that_is_gone_raises_and_comes_back_as_new():
    for level in (0x00, 0xFF):
        reader, chip = ready(Card(UID7))
        chip.gone = level
        for _ in range(3):
            raises(OSError, polls, reader, 6)
        chip.gone = None
        chip.resets = 0
        eq(polls(reader)[0], UID7)
        eq(chip.resets, 1)


def test_A33_a_reader_that_lost_its_settings_raises_and_is_set_up_again():
    reader, chip = ready(Card(UID4))
    chip.reset()
    raises(OSError, polls, reader, 4)
    eq(polls(reader)[0], UID4)


def test_A33_a_reader_that_never_ends_raises():
    reader, chip = ready()
    chip.stuck = True

    def wait():
        for _ in range(6):
            reader.poll()
            clock.sleep_us(120_000)

    raises(OSError, wait)


def test_the_time_of_the_last_good_answer_tells_whether_it_lives():
    reader, chip = ready()
    clock.sleep_us(5_000_000)
    polls(reader, 3)
    assert ticks.diff(clock.now // 1000, reader.at_ms) < 100
    chip.gone = 0xFF
    at_ms = reader.at_ms
    clock.sleep_us(5_000_000)
    raises(OSError, polls, reader, 3)
    eq(reader.at_ms, at_ms)


def wrong():
    """What a card never says: what is wrong, the question's first two bytes, its answer."""
    yield "a wrong check byte", b"\x93\x20", b"\x88\x04\xa1\xb2\x00"
    yield "four bytes", b"\x93\x20", b"\x88\x04\xa1\xb2"
    yield "six bytes", b"\x93\x20", b"\x88\x04\xa1\xb2\x9f\x00"
    yield "the longest", b"\x93\x20", bytes(64)
    yield "nothing", b"\x93\x20", None
    yield "a card that was taken away", b"\x93\x70", None
    yield "and at the second level", b"\x95\x20", None
    yield "and at its end", b"\x95\x70", None
    yield "a wrong CRC", b"\x93\x70", b"\x04\x00\x00"
    yield "an answer without its CRC", b"\x93\x70", b"\x04"
    yield "a cascade tag and no more to come", b"\x93\x70", sealed(b"\x08")
    yield "more to come without a cascade tag", b"\x95\x70", sealed(b"\x04")
    yield "a cascade tag at the end", b"\x95\x20", checked(b"\x88\x01\x02\x03")
    yield "a parity error", b"\x93\x20", (b"\x88\x04\xa1\xb2\x9f", 0x02, 0x20)
    yield "a framing error", b"\x93\x70", (sealed(b"\x04"), 0x01, 0x20)
    yield "an overflow", b"\x93\x20", (bytes(64), 0x10, 0x20)
    yield "cards that differ, nobody knows where", b"\x93\x20", (bytes(5), 0x08, 0x20)
    yield "cards that differ behind what came", b"\x93\x20", (b"\x88", 0x08, 0x00)
    yield "an answer to REQA that is broken", b"\x26", (b"\x44\x00", 0x01, 0x20)


def test_what_no_card_says_is_no_card_and_no_error_and_it_reads_on():
    for what, question, answer in wrong():
        card = Card(UID7)
        reader, chip = ready(card)
        card.spoilt[question] = answer
        polls(reader, 2)
        eq((what, polls(reader, 8)), (what, []))
        card.spoilt.clear()
        eq((what, polls(reader)[:1]), (what, [UID7]))


def test_four_cascade_tags_end():
    card = Card(UID10)
    reader, _ = ready(card)
    card.parts = [checked(b"\x88\x01\x02\x03")] * 3
    card.spoilt = {bytes((select, 0x70)): sealed(b"\x04") for select in b"\x93\x95\x97"}
    polls(reader, 3)
    eq(polls(reader, 8), [])


def test_answers_with_any_bit_changed_are_no_other_card():
    for question, good in ((b"\x93\x20", checked(UID4)), (b"\x93\x70", sealed(b"\x08"))):
        for bit in range(8 * len(good)):
            changed = bytearray(good)
            changed[bit // 8] ^= 1 << bit % 8
            card = Card(UID4)
            card.spoilt[question] = bytes(changed)
            reader, _ = made(card)
            eq(polls(reader, 10), [])


class Two:
    """Two cards of 4 bytes that differ first in bit `at` (from 0); the second one has a 1 there."""

    def __init__(self, first, second):
        self.uids = first, second
        bits = [[byte >> i & 1 for byte in checked(uid) for i in range(8)] for uid in self.uids]
        self.at = [a != b for a, b in zip(*bits)].index(True)
        eq((bits[0][self.at], bits[1][self.at]), (0, 1))

    def __call__(self, frame, last_bits):
        if frame == b"\x26":
            return b"\x04\x00"
        if frame == b"\x93\x20":
            cleared = int.from_bytes(checked(self.uids[0]), "little") & (1 << self.at) - 1
            return cleared.to_bytes(5, "little"), 0x08, self.at + 1 & 31
        if frame[1] == 0x70:
            eq(frame[2:7], checked(self.uids[1]))
            return sealed(b"\x08")
        known = self.at + 1
        eq((frame[1], last_bits), (0x20 + (known // 8 << 4) + known % 8, known % 8))
        asked = int.from_bytes(frame[2:], "little") & (1 << known) - 1
        whole = int.from_bytes(checked(self.uids[1]), "little")
        eq(asked, whole & (1 << known) - 1)
        rest = bytearray(whole.to_bytes(5, "little")[known // 8 :])
        rest[0] &= ~((1 << known % 8) - 1) & 255
        return bytes(rest)


def test_of_two_cards_one_is_chosen_wherever_they_differ():
    for bit in range(32):
        low, high = 0x40A0B0C0 & ~(1 << bit), 0x40A0B0C0 | 1 << bit
        high ^= 0x5A5A5A5A & ~((2 << bit) - 1)  # behind it they may differ, too
        cards = Two(low.to_bytes(4, "little"), high.to_bytes(4, "little"))
        reader, _ = made(cards)
        eq((bit, polls(reader)[0]), (bit, high.to_bytes(4, "little")))


def test_of_three_cards_none_or_one_and_no_error():
    card = Card(UID4)
    reader, _ = ready(card)
    card.spoilt = {b"\x93\x20": (bytes(5), 0x08, 3), b"\x93\x23": (bytes(5), 0x08, 5)}
    polls(reader, 3)
    eq(polls(reader, 10), [])


def test_a_bus_without_anyone_on_it_is_an_OSError():
    spi.slave = None
    raises(OSError, polls, hal.make(Board, "READER"))
