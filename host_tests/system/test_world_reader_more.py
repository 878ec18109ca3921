"""The simulated MFRC522 and its cards, the PN532 on SPI and UART, Wiegand, without a chip: bytes of other sources."""

import pytest
from reader_play import SPECS
from world_play import a_world, run

from tools.sim.world import mfrc522, picc
from tools.sim.world.reader_pn532 import ACK, framed
from tools.sim.world.wiegand import sealed

UID = bytes.fromhex("04A1B2C3D4E5F6")


def world_of(kind):
    return a_world(READER={"kind": kind, **SPECS[kind]})


def spi(world, *data, mode=0, hertz=1_000_000):
    """One exchange, selected."""
    world.output(5, 0)
    came = world.spi(mode, hertz, bytes(data))
    world.output(5, 1)
    return came


def get(world, register):
    return spi(world, 0x80 | register << 1, 0)[1]


def put(world, register, *values):
    spi(world, register << 1, *values)


def field_on(world):
    for register, value in ((0x2A, 0x80), (0x2B, 0xA9), (0x2C, 0), (0x2D, 40), (0x15, 0x40), (0x14, 0x83)):
        put(world, register, value)


def transceive(world, data, last_bits=0):
    """-> (what came, ComIrqReg)."""
    put(world, mfrc522.COMMAND, 0)
    put(world, mfrc522.COM_IRQ, 0x7F)
    put(world, mfrc522.LEVEL, 0x80)
    put(world, mfrc522.FIFO, *data)
    put(world, mfrc522.COMMAND, 0xC)
    put(world, mfrc522.FRAMING, 0x80 | last_bits)
    run(world, 0.01)
    return bytes(get(world, mfrc522.FIFO) for _ in range(get(world, mfrc522.LEVEL))), get(world, mfrc522.COM_IRQ)


def test_check_sums_are_those_that_real_cards_are_seen_with():
    assert picc.crc_a(b"\x50\x00") == b"\x57\xcd"  # HLTA
    assert picc.crc_a(b"\x08") == b"\xb6\xdd"  # SAK of a MIFARE Classic 1K
    assert picc.crc_a(b"\x04") == b"\xda\x17"  # SAK of the first level of a MIFARE Ultralight
    assert sealed(0x12ABCD, 26) == [int(c) for c in "0" + "000100101010101111001101" + "1"]


def test_an_MFRC522_says_who_it_is_and_floats_when_it_is_not_meant():
    world = world_of("mfrc522")
    assert get(world, mfrc522.VERSION) == 0x92
    assert world.spi(0, 1_000_000, b"\xee\x00") == b"\xff\xff"  # not selected
    assert spi(world, 0xEE, 0, mode=3) == b"\xff\xff"
    assert spi(world, 0xEE, 0, hertz=20_000_000) == b"\xff\xff"
    world.output(17, 0)  # NRSTPD
    assert get(world, mfrc522.VERSION) == 0xFF
    world.output(17, 1)
    assert get(world, mfrc522.VERSION) == 0x92


def test_several_registers_are_read_in_one_exchange():
    world = world_of("mfrc522")
    assert spi(world, 0xEE, 0xA8, 0x82, 0)[1:] == b"\x92\x80\x20"  # version, TxControl, Command after a reset


def test_a_card_says_its_seven_bytes_in_two_levels():
    world = world_of("mfrc522")
    field_on(world)
    assert transceive(world, b"\x26", 7)[1] & 0x31 == 0x01  # the timer
    world.hold_card(UID, 10)
    assert transceive(world, b"\x26", 7)[0] == b"\x44\x00"
    first, irq = transceive(world, b"\x93\x20")
    assert (first, irq & 0x31) == (b"\x88\x04\xa1\xb2\x9f", 0x20)
    select = b"\x93\x70" + first
    assert transceive(world, select + picc.crc_a(select))[0] == b"\x04\xda\x17"
    second, _ = transceive(world, b"\x95\x20")
    assert second[:4] == UID[3:]
    select = b"\x95\x70" + second
    assert transceive(world, select + picc.crc_a(select))[0] == b"\x08\xb6\xdd"
    assert transceive(world, b"\x26", 7)[0] == b""  # selected: it goes to sleep first
    assert transceive(world, b"\x26", 7)[0] == b"\x44\x00"


@pytest.mark.parametrize(("register", "value"), [(0x14, 0x80), (0x15, 0x00)])
def test_without_field_or_modulation_no_card_answers(register, value):
    world = world_of("mfrc522")
    field_on(world)
    put(world, register, value)
    world.hold_card(UID, 10)
    assert transceive(world, b"\x26", 7)[0] == b""


def test_two_cards_collide_at_the_first_bit_that_differs():
    world = world_of("mfrc522")
    field_on(world)
    put(world, mfrc522.COLLISION, 0)
    world.reader.others.append(bytes.fromhex("04000010"))
    world.hold_card(bytes.fromhex("04000000"), 10)
    assert transceive(world, b"\x26", 7)[0] == b"\x04\x00"
    part, _ = transceive(world, b"\x93\x20")
    assert part[:3] == b"\x04\x00\x00"
    assert get(world, mfrc522.ERROR) & 0x08
    assert get(world, mfrc522.COLLISION) & 0x3F == 29  # bit 4 of the fourth byte, from 1


def test_a_reader_that_lost_its_power_forgets():
    world = world_of("mfrc522")
    field_on(world)
    world.fault(1, "reader", True)
    assert get(world, 0x14) == 0xFF
    world.fault(1, "reader", False)
    assert get(world, 0x14) == 0x80


def test_a_PN532_on_SPI_turns_its_bits_and_wakes_up_when_it_was_selected_for_a_while():
    world = world_of("pn532_spi")
    frame = framed(b"\xd4\x14\x01\x14\x01")
    turned = [int(f"{byte:08b}"[::-1], 2) for byte in b"\x01" + frame]
    spi(world, *turned)
    run(world, 0.01)
    assert spi(world, 0x40, 0)[1] == 0  # it slept
    world.output(5, 0)
    run(world, 0.002)
    spi(world, *turned)
    run(world, 0.01)
    assert spi(world, 0x40, 0)[1] == 0x80
    came = spi(world, 0xC0, *bytes(6))[1:]
    assert bytes(int(f"{byte:08b}"[::-1], 2) for byte in came) == ACK


def test_a_PN532_on_a_UART_hears_nothing_before_it_is_woken():
    world = world_of("pn532_uart")
    said = []
    world.reader.send = lambda number, data: said.append((number, data))
    frame = framed(b"\xd4\x14\x01\x14\x01")
    world.uart(2, frame)
    run(world, 0.1)
    assert said == []
    world.uart(1, b"\x55" + bytes(20) + frame)
    run(world, 0.1)
    assert said == []
    world.uart(2, b"\x55" + bytes(20) + frame)
    run(world, 0.1)
    assert said == [(2, ACK), (2, framed(b"\xd5\x15"))]


def test_a_wiegand_reader_gives_a_pulse_per_bit_2_ms_apart():
    world = world_of("wiegand")
    said = []
    world.reader.send = lambda number, data: said.append((world.timeline.now_us, number, data))
    world.hold_card(bytes.fromhex("04A1B2C3"), 10)
    run(world, 1)
    assert [221 + bit for bit in sealed(0x04A1B2C3, 34)] == [number for _, number, _ in said]
    assert {later[0] - one[0] for one, later in zip(said, said[1:], strict=False)} == {2000}
