"""The PN532 on the I2C bus: frames, ready byte, ACK, cards that come and go, silence; and the requests for it."""

import json

import pytest
from world_play import DEVKIT, a_world, run

from tools.sim.world import requests
from tools.sim.world.reader_pn532 import ACK, ERROR, framed, parse

ADDRESS = DEVKIT.READER["address"]
UID = "04A1B2C3D4E5F6"
LOOK = b"\x4a\x01\x00"
WAKE = b"\x14\x01\x14\x01"
LOOK_TWICE = b"\x32\x05\xff\x01\x01"


def command(world, data, wait_s=0.1):
    """Give a command, read its ACK -> the answer's bytes behind D5 and the code; None: not ready; ERROR."""
    assert world.i2c(ADDRESS, framed(b"\xd4" + data)) == b""
    assert world.i2c(ADDRESS, 7) == bytes(7), "it needs its time"
    run(world, 0.01)
    assert world.i2c(ADDRESS, 7) == b"\x01" + ACK
    run(world, wait_s)
    answer = world.i2c(ADDRESS, 40)
    if not answer[0] & 1:
        return None
    frame = answer[1:].rstrip(b"\0") + b"\0"
    if frame == ERROR:
        return ERROR
    assert framed(frame[5:-2]) == frame
    assert frame[5:7] == bytes((0xD5, data[0] + 1))
    return frame[7:-2]


def awake(**parts):
    world = a_world(**parts)
    command(world, WAKE)
    command(world, LOOK_TWICE)
    return world


def card(world, uid=UID, **fields):
    requests.answer(world, {"do": "card", "uid": uid, **fields})


def test_the_frames_are_those_of_the_manual():
    # UM0701-02, 7.2.2 GetFirmwareVersion; 6.2.1.3 ACK
    frame = b"\x00\x00\xff\x02\xfe\xd4\x02\x2a\x00"
    assert framed(b"\xd4\x02") == frame
    assert parse(frame) == b"\xd4\x02"
    for at in range(3, len(frame)):
        assert parse(frame[:at] + bytes((frame[at] ^ 1,)) + frame[at + 1 :]) is None
    assert parse(b"") is None


def test_a_card_is_told_with_its_uid():
    for uid, head in (("04A1B2C3", b"\x00\x04\x08\x04"), (UID, b"\x00\x44\x00\x07"), ("0" * 20, b"\x00\x84\x00\x0a")):
        world = awake()
        card(world, uid)
        assert command(world, LOOK) == b"\x01\x01" + head + bytes.fromhex(uid)


def test_without_a_card_it_says_so_after_two_looks_and_by_default_only_when_one_comes():
    assert command(awake(), LOOK) == b"\x00"
    world = a_world()
    command(world, WAKE)
    assert command(world, LOOK, 10) is None
    card(world)
    run(world, 0.1)
    assert bytes.fromhex(UID) in world.i2c(ADDRESS, 40)


def test_it_sleeps_until_it_is_woken_and_refuses_what_it_does_not_know():
    assert command(a_world(), LOOK) == ERROR
    assert command(awake(), b"\x60\x01") == ERROR
    assert command(awake(), b"\x12\x04") == b""


def test_an_answer_is_read_once_and_a_new_command_ends_the_old_one():
    world = awake()
    assert command(world, LOOK) == b"\x00"
    assert world.i2c(ADDRESS, 1) == b"\x00"
    world.i2c(ADDRESS, framed(b"\xd4" + LOOK))
    run(world, 0.01)
    assert command(world, LOOK) == b"\x00"


def test_a_broken_frame_gets_no_answer():
    world = awake()
    world.i2c(ADDRESS, framed(b"\xd4" + LOOK)[:-2] + b"\x00\x00")
    run(world, 1)
    assert world.i2c(ADDRESS, 7) == bytes(7)


def test_a_card_goes_after_its_time_or_when_it_is_taken_away():
    world = awake()
    events = []
    world.listeners.append(events.append)
    card(world, hold_s=2)
    run(world, 1)
    assert command(world, LOOK) != b"\x00"
    run(world, 1)
    assert command(world, LOOK) == b"\x00"
    card(world, hold_s=100)
    card(world, "11223344", hold_s=100)
    assert command(world, LOOK).endswith(b"\x11\x22\x33\x44")
    card(world, hold_s=0)
    assert command(world, LOOK) == b"\x00"
    assert [e["uid"] for e in events if e["event"] == "card"] == [UID, None, UID, None, "11223344", None]


def test_nobody_acknowledges_at_another_address_or_when_it_is_broken():
    world = awake()
    assert world.i2c(0x25, 1) is None
    requests.answer(world, {"do": "fault", "name": "reader"})
    assert world.i2c(ADDRESS, 1) is None
    requests.answer(world, {"do": "fault", "name": "reader", "on": False})
    assert command(world, LOOK) == b"\x00"


@pytest.mark.parametrize("uid", ["", "04A1", "04A1B2C3D4", "04 A1 B2 C", "xyzw", "00" * 11, 1234, None])
def test_a_uid_that_no_card_has_is_refused(uid):
    with pytest.raises(ValueError, match="uid: want a UID of 4, 7 or 10 bytes"):
        requests.answer(a_world(), json.loads(json.dumps({"do": "card", "uid": uid})))


def test_a_board_without_a_reader_says_so():
    world = a_world(READER=None)
    with pytest.raises(ValueError, match=r"no card reader \(READER\)"):
        card(world)
    with pytest.raises(ValueError, match=r"no card reader \(READER\)"):
        world.fault(1, "reader", True)
    assert world.i2c(ADDRESS, 1) is None


def test_a_reader_of_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="abacus.*pn532"):
        a_world(READER={"kind": "abacus"})
