"""A PN532 of our own that answers anything, and what is found out about its driver on each of its three buses.

A bus is made(uid) -> (driver, player); the player is a Pn532 behind that bus.
"""

# Runs on the simulated chip.

import clock
from check import eq, raises

ACK = b"\x00\x00\xff\x00\xff\x00"
UID4, UID7, UID10 = b"\x04\xa1\xb2\xc3", b"\x04\xa1\xb2\xc3\xd4\xe5\xf6", bytes(range(16, 26))


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

    def step(self):
        """After each poll: what a bus needs that says something by itself."""

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


def polls(reader, chip, count=16):
    """-> what it found, without None."""
    found = []
    for _ in range(count):
        found.append(reader.poll())
        chip.step()
    return [uid for uid in found if uid]


def ready(made, uid=None):
    """A reader whose first answer about cards has come."""
    reader, chip = made(uid)
    polls(reader, chip)
    return reader, chip


def tells_uids_in_the_order_they_are_sent(made):
    for uid in (UID4, UID7, UID10, bytes(4), b"\xff" * 7):
        reader, chip = made(uid)
        found = polls(reader, chip)
        eq((found[0], type(found[0])), (uid, bytes))
        eq([command[0] for command in chip.commands[:4]], [0x14, 0x12, 0x32, 0x4A])


def never_takes_more_than_5_ms(made):
    reader, chip = made(UID10)
    for _ in range(20):
        before = clock.now
        reader.poll()
        assert clock.now - before <= 5000, clock.now - before
        chip.step()


def raises_when_it_is_gone_or_silent_and_comes_back(made, faults):
    """faults: (attribute of the player, its value), each a way of being gone."""
    for name, value in faults:
        reader, chip = ready(made, UID4)
        before = getattr(chip, name)
        setattr(chip, name, value)
        for _ in range(3):
            raises(OSError, polls, reader, chip, 30)
        setattr(chip, name, before)
        chip.commands.clear()
        eq(polls(reader, chip)[0], UID4)
        eq(chip.commands[0][0], 0x14)  # from the beginning: it may have lost its settings


def refuses_hostile_answers_and_reads_on(made, count):
    """count: polls within which an answer has come for sure."""
    for what, answer in broken():
        reader, chip = ready(made)
        chip.answer = answer
        try:
            eq((what, polls(reader, chip, count)), (what, ["want an OSError"]))
        except OSError:
            pass
        chip.show(UID7)
        eq((what, polls(reader, chip, 40)[:1]), (what, [UID7]))
