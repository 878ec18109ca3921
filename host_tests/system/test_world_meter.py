"""The SDM630 behind the UART: frames, registers, refusals, silence."""

import struct

import pytest
from world_play import DEVKIT, DUTY_16A, a_world, charging, coil, offer, plug, run

from tools.sim.world import modbus

UART = DEVKIT.METER["uart"]
CLOSE = pytest.approx


def asked(world, body, wait_s=0.3):
    """Send a request's body with its CRC; the bytes the meter answers."""
    got = []
    world.outlet(1).meter.send = got.append
    world.uart(UART, modbus.framed(bytes(body)))
    run(world, wait_s)
    return b"".join(got)


def floats(world, first, count):
    """Values of registers by function 4, checked frame and all."""
    reply = asked(world, (1, 4, first >> 8, first & 255, 0, count))
    assert reply[:3] == bytes((1, 4, 2 * count))
    assert modbus.framed(reply[:-2]) == reply
    return struct.unpack(f">{count // 2}f", reply[3:-2])


def test_the_check_sum_is_that_of_the_standards_example():
    # Modbus over Serial Line 1.02, appendix B: slave 2, function 7 -> 41 12
    assert modbus.crc(b"\x02\x07") == b"\x41\x12"


def test_voltages_currents_and_powers_come_in_one_read():
    world = charging(phases=2)
    values = floats(world, 0, 18)
    assert values == CLOSE((230, 230, 230, 16, 16, 0, 3680, 3680, 0), rel=1e-3)


def test_total_power_frequency_and_energy():
    world = charging()
    assert floats(world, 0x34, 2) == CLOSE((11040,), rel=1e-3)
    assert floats(world, 0x46, 4) == CLOSE((50, 12345.678), abs=0.02)


def test_the_register_starts_at_its_factory_value_and_can_be_set():
    world = a_world()
    assert world.state(1)["meter_wh"] == 12_345_678
    world.set_meter(1, 98_765_432)
    assert floats(world, 0x48, 2) == CLOSE((98765.432,), abs=0.004)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ((1, 6, 0, 0, 0, 1), modbus.ILLEGAL_FUNCTION),
        ((1, 4, 0, 0, 0, 82), modbus.ILLEGAL_VALUE),
        ((1, 4, 0, 0, 0, 0), modbus.ILLEGAL_VALUE),
        ((1, 4, 0, 1, 0, 2), modbus.ILLEGAL_ADDRESS),
        ((1, 4, 0xF0, 0, 0, 2), modbus.ILLEGAL_ADDRESS),
    ],
)
def test_it_refuses_what_it_cannot_read(body, reason):
    assert asked(a_world(), body) == modbus.refusal(1, body[1], reason)


def test_it_tells_its_kind():
    assert asked(a_world(), (1, 3, 0xFC, 2, 0, 1)) == modbus.answer(1, 3, b"\x00\x70")


def test_it_is_silent_for_others_bad_sums_and_when_it_is_broken():
    world = a_world()
    assert asked(world, (2, 4, 0, 0, 0, 2)) == b""
    got = []
    world.outlet(1).meter.send = got.append
    world.uart(UART, b"\x01\x04\0\0\0\x02\0\0")
    run(world, 1)
    assert not got
    world.fault(1, "meter", True)
    assert asked(world, (1, 4, 0, 0, 0, 2)) == b""
    world.fault(1, "meter", False)
    assert asked(world, (1, 4, 0, 0, 0, 2)) != b""


def test_a_request_in_pieces_is_one_frame_and_a_pause_cuts_it():
    world = a_world()
    got = []
    world.outlet(1).meter.send = got.append
    frame = modbus.framed(bytes((1, 4, 0, 0, 0, 2)))
    for byte in frame:
        world.uart(UART, bytes((byte,)))
        run(world, 0.001)
    run(world, 1)
    assert len(got) == 1
    world.uart(UART, frame[:4])
    run(world, 0.05)
    world.uart(UART, frame[4:])
    run(world, 1)
    assert len(got) == 1


def test_an_answer_takes_its_time_on_the_wire():
    world = a_world()
    assert asked(world, (1, 4, 0, 0, 0, 2), wait_s=0.03) == b""
    assert asked(world, (1, 4, 0, 0, 0, 2), wait_s=0.06) != b""


def test_a_meter_of_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="abacus.*sdm630"):
        a_world(METER={"kind": "abacus"})


def test_a_board_without_a_meter_has_none():
    world = a_world(METER=None)
    assert world.state(1)["meter_wh"] is None
    with pytest.raises(ValueError, match="meter"):
        world.set_meter(1, 5)


def other(kind, **spec):
    """A world at rest with a meter of that kind."""
    return a_world(METER={**DEVKIT.METER, "kind": kind, **spec})


@pytest.mark.parametrize(
    ("kind", "function", "first", "count", "data"),
    [
        ("sdm120", 4, 0x0000, 2, "43660000"),  # 230.0
        ("sdm72d_m_2", 3, 0xFC02, 1, "0089"),
        ("abb_b23", 3, 0x5B00, 2, "000008fc"),  # 2300 x 0.1 V
        ("abb_b23", 3, 0x5B06, 2, "00000f90"),  # 3984 x 0.1 V between phases
        ("abb_b23", 3, 0x5000, 4, "000000000012d687"),  # 1234567 x 0.01 kWh
        ("em340", 4, 0x0000, 2, "08fc0000"),
        ("em340", 4, 0x0034, 2, "e2400001"),  # 123456 x 0.1 kWh
        ("finder_7e78", 4, 0x1000, 2, "43660000"),
        ("finder_7e78", 4, 0x1106, 2, "4b3c614e"),  # 12345678 Wh
        ("eem350", 4, 0x003E, 2, "e2400001"),
        ("dtsu666", 3, 0x2006, 2, "450fc000"),  # 2300 x 0.1 V
        ("dtsu666", 3, 0x101E, 2, "4640e6b6"),  # 12345.678
    ],
)
def test_each_kind_has_its_registers_in_its_own_form(kind, function, first, count, data):
    reply = asked(other(kind), (1, function, first >> 8, first & 255, 0, count))
    assert reply == modbus.answer(1, function, bytes.fromhex(data))


@pytest.mark.parametrize(
    ("kind", "function", "first", "count", "reason"),
    [
        ("abb_b23", 4, 0x5B00, 2, modbus.ILLEGAL_FUNCTION),
        ("abb_b23", 3, 0x5B2C, 2, modbus.ILLEGAL_ADDRESS),
        ("em340", 3, 0x0000, 2, modbus.ILLEGAL_FUNCTION),
        ("em340", 4, 0x0000, 51, modbus.ILLEGAL_VALUE),
        ("eem350", 4, 0x0000, 12, modbus.ILLEGAL_VALUE),
        ("finder_7e78", 4, 0x1028, 2, modbus.ILLEGAL_ADDRESS),
        ("dtsu666", 4, 0x2000, 2, modbus.ILLEGAL_FUNCTION),
        ("dtsu666", 3, 0x1000, 2, modbus.ILLEGAL_ADDRESS),
    ],
)
def test_each_kind_refuses_what_its_maker_does(kind, function, first, count, reason):
    reply = asked(other(kind), (1, function, first >> 8, first & 255, 0, count))
    assert reply == modbus.refusal(1, function, reason)


@pytest.mark.parametrize(
    ("kind", "function", "first", "data"),
    [
        ("sdm630", 4, 0x0000, "7fc00000"),
        ("abb_b23", 3, 0x5B00, "ffffffff"),
        ("abb_b23", 3, 0x5B16, "7fffffff"),
        ("em340", 4, 0x0034, "ffff7fff"),
    ],
)
def test_what_a_meter_does_not_know_has_its_own_bits(kind, function, first, data):
    world = other(kind)
    world.outlet(1).meter.trouble = "nothing"
    assert asked(world, (1, function, first >> 8, first & 255, 0, 2)) == modbus.answer(1, function, bytes.fromhex(data))


def test_a_meter_with_pulses_gives_one_for_each_share_of_a_kwh():
    world = a_world(METER={"kind": "s0", "pin": 35, "pulses_kwh": 500})
    meter, got = world.outlet(1).meter, []
    assert meter.uart == 235  # the counter of pin 35
    meter.send = lambda data: got.append((world.timeline.now_us, data))
    offer(world, DUTY_16A)
    plug(world, on=True)
    run(world, 1)
    coil(world, True)
    _minute(world)
    assert [data for _, data in got] == [b"\1"] * len(got)
    assert len(got) == pytest.approx(92, abs=1)  # 184 Wh, one for each 2 Wh
    times = [us for us, _ in got]
    gaps = [b - a for a, b in zip(times, times[1:], strict=False)]
    assert gaps == CLOSE([652_174] * len(gaps), abs=10)
    assert meter.wh == CLOSE(184, rel=0.01)
    world.fault(1, "meter", True)  # the wire is broken
    _minute(world)
    assert len(got) == len(times)
    assert meter.wh == CLOSE(368, rel=0.01)


def _minute(world):
    """The chip lets the world know each 0.1 s."""
    for _ in range(600):
        run(world, 0.1)
