"""The PN532 driver on the simulated chip's I2C, with a reader of our own at the other end that answers anything."""

# Runs on the simulated chip.

import clock
import i2c
from check import eq, raises

from pilotwire import hal
from pilotwire.core import ticks

ACK = b"\x00\x00\xff\x00\xff\x00"
UID4, UID7, UID10 = b"\x04\xa1\xb2\xc3", b"\x04\xa1\xb2\xc3\xd4\xe5\xf6", bytes(range(16, 26))


class Board:
    READER = {"kind": "pn532", "sda": 21, "scl": 22, "address": 0x24}


def frame(data):
    return bytes((0, 0, 255, len(data), -len(data) & 255)) + data + bytes((-sum(data) & 255, 0))


def targets(uid, sens=b"\x00\x04\x08"):
    return b"\x01\x01" + sens + bytes((len(uid),)) + uid if uid else b"\x00"


class Pn532:
    """Plays the reader. answer: the frame it gives to the question for cards; gone, silent: so it is."""

    def __init__(self, uid=None):
        self.show(uid)
        self.ack = ACK
        self.gone = self.silent = False
        self.commands = []
        self.reads = []  # their lengths
        self._frames = []

    def show(self, uid):
        self.answer = frame(b"\xd5\x4b" + targets(uid))

    def __call__(self, address, what):
        eq(address, 0x24)
        if self.gone:
            return None
        if isinstance(what, int):
            return self._read(what)
        self._take(what)
        return b""

    def _read(self, count):
        self.reads.append(count)
        if self.silent or not self._frames:
            return bytes(count)
        return (b"\x01" + self._frames.pop(0) + bytes(count))[:count]

    def _take(self, what):
        data = what[5 : 5 + what[3]]
        eq(what, frame(data))  # each check sum is right
        eq(data[0], 0xD4)
        self.commands.append(data[1:])
        self._frames = [self.ack, self.answer if data[1] == 0x4A else frame(bytes((0xD5, data[1] + 1)))]


def made(uid=None):
    i2c.slave = Pn532(uid)
    return hal.make(Board, "READER"), i2c.slave


def polls(reader, count=12):
    """-> what it found, without None."""
    return [uid for uid in [reader.poll() for _ in range(count)] if uid]


def ready(uid=None):
    """A reader whose first answer about cards has come."""
    reader, chip = made(uid)
    polls(reader, 9)
    return reader, chip


def test_it_is_woken_and_set_before_it_is_asked_for_cards():
    reader, chip = made()
    eq(polls(reader), [])
    eq([command[0] for command in chip.commands[:5]], [0x14, 0x12, 0x32, 0x4A, 0x4A])
    eq(chip.commands[0][:2], b"\x14\x01")  # normal mode
    eq(chip.commands[3], b"\x4a\x01\x00")


def test_A01_uids_of_4_7_and_10_bytes_come_in_the_order_they_are_sent():
    for uid in (UID4, UID7, UID10):
        reader, _ = made(uid)
        found = polls(reader)
        eq(found[0], uid)
        eq(type(found[0]), bytes)


def test_a_card_that_stays_is_told_again_and_one_that_goes_is_not():
    reader, chip = ready(UID7)
    assert len(polls(reader, 10)) >= 4
    chip.show(None)
    polls(reader, 4)
    eq(polls(reader, 20), [])


def test_a_poll_never_holds_the_bus_for_more_than_5_ms():
    reader, _ = ready(UID10)
    for _ in range(20):
        before = clock.now
        reader.poll()
        assert clock.now - before <= 5000, clock.now - before


def test_a_reader_that_is_not_ready_yet_is_waited_for():
    reader, chip = ready()
    chip.silent = True
    eq([reader.poll() for _ in range(15)], [None] * 15)
    chip.silent = False
    chip.show(UID4)
    eq(polls(reader)[-1], UID4)


def test_A33_a_reader_that_is_gone_raises_and_comes_back():
    reader, chip = ready(UID4)
    chip.gone = True
    for _ in range(3):
        raises(OSError, reader.poll)
    chip.gone = False
    chip.commands.clear()
    eq(polls(reader)[0], UID4)
    eq(chip.commands[0][0], 0x14)  # from the beginning: it may have lost its settings


def test_A33_a_reader_that_never_answers_raises():
    reader, chip = ready()
    chip.silent = True
    raises(OSError, polls, reader, 30)


def test_the_time_of_the_last_good_answer_tells_whether_it_lives():
    reader, chip = ready()
    clock.sleep_us(5_000_000)
    polls(reader, 4)
    eq(ticks.diff(clock.now // 1000, reader.at_ms) < 100, True)
    chip.silent = True
    at_ms = reader.at_ms
    clock.sleep_us(5_000_000)
    polls(reader, 4)
    eq(reader.at_ms, at_ms)


def broken():
    """Answers that a reader never gives, each with what is wrong about it."""
    good = frame(b"\xd5\x4b" + targets(UID4))
    yield "a wrong length check sum", good[:4] + b"\x00" + good[5:]
    yield "a wrong check sum", good[:-2] + bytes((good[-2] ^ 1, 0))
    yield "no start", b"\x00\x00\xfe" + good[3:]
    yield "noise", bytes(range(64))
    yield "all ones", b"\xff" * 64
    yield "all zeros", bytes(64)
    yield "an extended frame", b"\x00\x00\xff\xff\xff\x01\x00" + b"\xd5\x4b" + bytes(64)
    yield "longer than the buffer", frame(b"\xd5\x4b" + targets(bytes(30)))
    yield "the longest", frame(b"\xd5\x4b" + bytes(253))
    yield "another command's answer", frame(b"\xd5\x15")
    yield "a frame to the reader", frame(b"\xd4\x4b\x00")
    yield "an error frame", b"\x00\x00\xff\x01\xff\x7f\x81\x00"
    yield "an ACK instead", ACK
    yield "empty", b"\x00\x00\xff\x00\x00\x00\x00"
    yield "no number of cards", frame(b"\xd5\x4b")
    for size in (0, 1, 3, 5, 6, 8, 9, 11, 12):
        yield "a UID of %d bytes" % size, frame(b"\xd5\x4b\x01\x01\x00\x04\x08" + bytes((size,)) + bytes(size))
    yield "a UID longer than its frame", frame(b"\xd5\x4b\x01\x01\x00\x04\x08\x07\x04\xa1")
    yield "a UID length of 255", frame(b"\xd5\x4b\x01\x01\x00\x04\x08\xff\x04\xa1\xb2\xc3")
    yield "a card without anything", frame(b"\xd5\x4b\x01")


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


def test_answers_with_any_byte_changed_raise_nothing_but_OSError():
    good = b"\x00" * 2 + frame(b"\xd5\x4b" + targets(UID7))[2:]
    for at in range(len(good)):
        for flip in (1, 0x80, 0xFF):
            reader, chip = ready()
            chip.answer = good[:at] + bytes((good[at] ^ flip,)) + good[at + 1 :]
            try:
                for uid in polls(reader, 4):
                    eq(uid, UID7)  # only the byte behind the frame may differ
            except OSError:
                pass


def test_an_ACK_that_is_none_is_an_OSError():
    for ack in (b"\x00\x00\xff\xff\x00\x00", b"\xff" * 6, bytes(6)):
        reader, chip = ready()
        chip.ack = ack
        raises(OSError, polls, reader, 6)


def test_a_bus_without_anyone_on_it_is_an_OSError():
    i2c.slave = None
    raises(OSError, hal.make(Board, "READER").poll)
