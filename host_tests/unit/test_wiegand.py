"""The Wiegand driver on the simulated chip's pin interrupts; a test gives the pulses."""

# Runs on the simulated chip.

import clock
import link
import micropython
from check import eq, raises
from machine import Pin

from pilotwire import hal
from pilotwire.hal.reversed_reader import ReversedReader

D0, D1 = 21, 22
GAP_US = 2000
UID3, UID4 = b"\x12\xab\xcd", b"\x04\xa1\xb2\xc3"


class Board:
    READER = {"kind": "wiegand", "d0": D0, "d1": D1}


def made():
    clock.events.clear()
    return hal.make(Board, "READER")


def sealed(uid):
    data = [byte >> i & 1 for byte in uid for i in range(7, -1, -1)]
    half = len(data) // 2
    return [sum(data[:half]) & 1] + data + [1 - (sum(data[half:]) & 1)]


def give(bits, gap_us=GAP_US):
    """The pulses come, one after the other."""
    for bit in bits:
        link.feed(200 + (D1 if bit else D0), b"\x01")
        clock.sleep_us(gap_us)


def poll(reader, after_ms=30):
    clock.sleep_us(after_ms * 1000)
    return reader.poll()


def test_26_and_34_bits_are_3_and_4_bytes_in_the_order_of_the_wire():
    for uid in (UID3, UID4, bytes(4), b"\xff" * 3, b"\xff\xff\xff\xff", b"\x00\x00\x01", b"\x80\x00\x00\x00"):
        reader = made()
        give(sealed(uid))
        eq(poll(reader), uid)
        eq(poll(reader), None)


def test_the_bits_of_a_known_card():
    # 26 bits, facility 18 (0x12), number 43981 (0xABCD): 4 ones in the first 12 bits, 8 in the last 12
    eq(sealed(UID3), [int(c) for c in "0" + "00010010" + "10101011" + "11001101" + "1"])


def test_reverse_turns_the_bytes_round():
    reader = ReversedReader(made())
    give(sealed(UID4))
    eq(poll(reader), b"\xc3\xb2\xa1\x04")
    eq(poll(reader), None)
    eq(reader.at_ms, clock.now // 1000)


def test_nothing_is_told_before_25_ms_of_silence():
    reader = made()
    bits = sealed(UID4)
    give(bits[:20])
    eq(reader.poll(), None)
    give(bits[20:])
    eq(poll(reader, 20), None)
    eq(poll(reader, 10), UID4)


def test_a_wrong_parity_is_refused_wherever_a_bit_is_wrong():
    for uid in (UID3, UID4):
        bits = sealed(uid)
        for at in range(len(bits)):
            reader = made()
            give(bits[:at] + [1 - bits[at]] + bits[at + 1 :])
            raises(OSError, poll, reader)
            give(bits)
            eq(poll(reader), uid)


def test_other_numbers_of_bits_are_refused_and_it_reads_on():
    for count in list(range(1, 26)) + list(range(27, 34)) + [35, 36, 37, 60, 68, 200]:
        for bit in (0, 1):
            reader = made()
            give([bit] * count)
            raises(OSError, poll, reader)
            give(sealed(UID4))
            eq(poll(reader), UID4)


def test_lines_that_tremble_are_no_card():
    for bit in (0, 1):  # all alike: one of the parities is always wrong
        for count in (26, 34):
            reader = made()
            give([bit] * count)
            raises(OSError, poll, reader)


def test_a_card_that_went_in_the_middle_is_refused_and_does_not_spoil_the_next():
    reader = made()
    give(sealed(UID4)[:17])
    clock.sleep_us(100_000)
    give(sealed(UID4))
    eq(poll(reader), UID4)


def test_of_two_cards_between_two_polls_the_last_is_told():
    reader = made()
    give(sealed(UID4))
    clock.sleep_us(40_000)
    give(sealed(UID3))
    eq(poll(reader), UID3)


def test_a_card_that_is_read_while_somebody_polls_is_whole():
    reader = made()
    found = []
    for bit in sealed(UID4):
        give([bit])
        found.append(reader.poll())
    eq(found, [None] * 34)
    eq(poll(reader), UID4)


def test_more_than_eight_pulses_while_nothing_can_run_are_lost_and_refused():
    reader = made()
    bits = sealed(UID4)
    give(bits[:10])
    for bit in bits[10:20]:
        link.feed(200 + (D1 if bit else D0), b"\x01")  # no time passes for Python
    give(bits[20:])
    raises(OSError, poll, reader)


def test_the_interrupts_allocate_nothing():
    reader = made()
    pins = Pin(D0), Pin(D1)
    reader._zero(pins[0])
    micropython.heap_lock()
    try:
        for _ in range(20):
            reader._one(pins[1])
            reader._zero(pins[0])
    finally:
        micropython.heap_unlock()
    raises(OSError, poll, reader)


def test_noise_is_heard_for_35_bits_between_two_polls_and_no_longer():
    reader = made()
    heard = []
    take, reader._take = reader._take, lambda bit: heard.append(bit) or take(bit)
    for _ in range(3):
        heard.clear()
        give([0, 1] * 500, 100)
        assert len(heard) <= 36 + 8, len(heard)  # and what waited in the queue
        raises(OSError, poll, reader)
        give(sealed(UID4))
        eq(poll(reader), UID4)


def test_it_cannot_tell_that_it_is_gone():
    reader = made()
    for _ in range(30):
        eq(poll(reader, 1000), None)
        eq(reader.at_ms, clock.now // 1000)


def test_a_pin_tells_the_edges_it_was_asked_for():
    told = []
    pin = Pin(4, Pin.IN, Pin.PULL_UP)
    pin.irq(lambda pin: told.append(pin.value()), Pin.IRQ_FALLING)
    for level in (1, 0, 0, 1, 0):
        link.set_level(4, level)
        clock.sleep_us(10)
    eq(told, [0, 0])
    pin.irq(None)
    link.set_level(4, 1)
    link.set_level(4, 0)
    clock.sleep_us(10)
    eq(told, [0, 0])
