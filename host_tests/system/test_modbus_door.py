"""The Modbus TCP door, asked by pymodbus and by clients that do not know how."""

import random
import socket
import struct
from base64 import b64encode

import pytest
from pymodbus.client import ModbusTcpClient
from test_bad_input import standing

from tools.session import clear
from tools.wallbox import Wallbox


@pytest.fixture(scope="module")
def shared_box(built, tmp_path_factory):
    with Wallbox(
        "devkit", tmp_path_factory.mktemp("data"), "--speed", 20, "--modbus", f"127.0.0.1:{free_port()}"
    ) as box:
        yield box


@pytest.fixture
def box(shared_box):
    clear(shared_box)
    shared_box.set(men=True, msb=False, msr=True, amp=16, frc=0, dwo=None, acs=0)
    shared_box.wait_for(lambda: shared_box.status("car", "mods")["car"] == 1 and _open(shared_box), 10)
    yield shared_box
    print(shared_box.last_words(60))


@pytest.fixture
def client(box):
    client = ModbusTcpClient("127.0.0.1", port=_port(box), timeout=10)
    assert client.connect()
    yield client
    client.close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _port(box):
    return int(box._command[box._command.index("--modbus") + 1].split(":")[1])


def _open(box):
    try:
        socket.create_connection(("127.0.0.1", _port(box)), 5).close()
        return True
    except OSError:
        return False


def u32(registers, at, start=100):
    return registers[at - start] << 16 | registers[at - start + 1]


def f64(registers):
    return struct.unpack(">d", struct.pack(">4H", *registers))[0]


def _raw(box, question, size=256):
    """-> what comes back for bytes that no client would send; b"" when the box closes."""
    with socket.create_connection(("127.0.0.1", _port(box)), 10) as s:
        s.sendall(question)
        try:
            return s.recv(size)
        except ConnectionResetError:
            return b""


def _pdu(box, *pdu):
    return _raw(box, struct.pack(">HHHB", 7, 0, len(pdu) + 1, 1) + bytes(pdu))[7:]


def test_the_registers_say_what_the_keys_say(box, client):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    box.wait_for(lambda: box.status("nrg")[11] > 10_000, 20)
    for read in (client.read_input_registers, client.read_holding_registers):
        said = read(100, count=60).registers
        keys = box.status("car", "nrg", "eto", "wh", "fwv", "err", "cbl")
        assert said[0] == keys["car"] == 2
        assert said[1] == (keys["cbl"] or 0)
        assert struct.pack(">2H", *said[5:7]) == keys["fwv"].encode()
        assert said[7] == keys["err"] == 0
        nrg = keys["nrg"]
        assert [u32(said, at) for at in (108, 110, 112)] == nrg[:3]
        assert [u32(said, at) for at in (114, 116, 118)] == [round(a * 10) for a in nrg[4:7]]
        assert abs(u32(said, 120) - nrg[11] * 100) <= 2000
        assert abs(u32(said, 128) - keys["eto"] // 100) <= 1
        assert u32(said, 132) % 360 == 0 and abs(u32(said, 132) // 360 - keys["wh"]) <= 20
        assert abs(u32(said, 146) - nrg[7] * 10) <= 200
        assert [u32(said, at) for at in (152, 154, 156)] == nrg[12:15]
    said = client.read_holding_registers(200, count=18).registers
    assert said[0] == 1 and said[5] == 0b111111 and said[17] == 1
    assert said[11] == box.status("ama")


def test_who_the_box_is(box, client):
    said = client.read_holding_registers(301, count=26).registers
    keys = box.status("sse", "host", "ccw")
    data = struct.pack(">26H", *said)
    assert any(data[:6])
    assert data[6:18].rstrip(b"\0") == keys["sse"].encode()
    assert data[18:28] == keys["host"].encode()[:10]
    assert said[14:18] == [int(x) for x in keys["ccw"]["ip"].split(".")]
    assert said[18:22] == [255, 255, 255, 0]


def test_what_is_written_is_set(box, client):
    for address, value, key, want in (
        (300, 10, "amp", 10),
        (299, 12, "amp", 12),
        (337, 1, "frc", 1),
        (200, 1, "frc", 0),
        (200, 0, "frc", 1),
        (206, 200, "lbr", 200),
        (207, 1, "lse", True),
        (201, 1, "acs", 1),
    ):
        assert not client.write_registers(address, [value]).isError(), address
        assert box.status(key) == want
        box.wait_for(lambda a=address, v=value: client.read_holding_registers(a, count=1).registers == [v], 5)
    box.set(lse=False)
    assert box.status("mwo") >= 8 and box.status("mstw") > 0


def test_the_energy_limit_is_a_float_in_four_registers(box, client):
    assert f64(client.read_holding_registers(333, count=4).registers) == float("inf")
    for wh in (20000.0, 0.0, 1.0, 123456789.0):
        assert not client.write_registers(333, list(struct.unpack(">4H", struct.pack(">d", wh)))).isError()
        assert box.status("dwo") == wh
        assert f64(client.read_holding_registers(333, count=4).registers) == wh
    assert not client.write_registers(333, list(struct.unpack(">4H", struct.pack(">d", float("inf"))))).isError()
    assert box.status("dwo") is None
    for bad in (-5.0, float("nan"), 1e300, float("-inf")):
        assert client.write_registers(333, list(struct.unpack(">4H", struct.pack(">d", bad)))).exception_code == 3
    assert client.write_registers(333, [0, 0]).exception_code == 2  # not all of it
    assert box.status("dwo") is None


def test_function_4_reads_the_cards_energy_where_function_3_reads_what_can_be_written(box, client):
    box.set(c0e=4321, psm=0)
    assert f64(client.read_input_registers(332, count=4).registers) == 4321
    assert client.read_holding_registers(332, count=1).registers == [0]


def test_both_orders(box, client):
    eto = box.status("eto") // 100
    for msr, msb in ((True, False), (False, False), (True, True), (False, True)):
        box.set(msr=msr, msb=msb)
        words = client.read_input_registers(128, count=2).registers
        data = struct.pack(f"{'<' if msb else '>'}2H", *words)
        high, low = struct.unpack(">2H", data)
        if not msr:
            high, low = low, high
        assert high << 16 | low == eto
        sent = struct.unpack(f"{'<' if msb else '>'}H", struct.pack(">H", 10 + msr))
        assert not client.write_registers(300, list(sent)).isError()
        assert box.status("amp") == 10 + msr


def test_what_cannot_be_is_refused(box, client):
    assert client.write_registers(300, [99]).exception_code == 3
    assert client.write_registers(211, [33]).exception_code == 3
    assert client.write_registers(200, [2]).exception_code == 3
    assert client.write_registers(100, [1]).exception_code == 2
    assert client.write_registers(102, [1]).exception_code == 2
    assert client.write_register(300, 10).exception_code == 1
    assert client.read_coils(100, count=1).exception_code == 1
    assert client.read_holding_registers(99, count=1).exception_code == 2
    assert client.read_holding_registers(371, count=2).exception_code == 2
    assert _pdu(box, 3, 0, 100, 0, 0) == b"\x83\x03"
    assert _pdu(box, 3, 0, 100, 0, 126) == b"\x83\x03"
    assert _pdu(box, 3, 0, 100) == b"\x83\x03"
    assert _pdu(box, 16, 1, 44, 0, 1, 4, 0, 10) == b"\x90\x03"
    assert _pdu(box, 16, 1, 44, 0, 100, 200, *(200 * (1,))) == b"\x90\x03"
    assert box.status("amp", "ama") == {"amp": 16, "ama": 16}


def test_what_there_is_not_reads_as_that_and_cannot_be_written(box, client):
    assert client.read_holding_registers(208, count=3).registers == [0, 0, 0]
    assert client.read_holding_registers(217, count=2).registers == [1, 0]
    for address in (208, 209, 210, 217, 218):
        assert client.write_registers(address, [1]).exception_code == 2


def test_a_client_is_answered_fifty_times_a_second_at_the_most(box, client):
    client.read_holding_registers(100, count=1)
    start_ms = box.ask("state")["at_ms"]
    for _ in range(51):
        assert client.read_holding_registers(100, count=1).registers == [1]
    assert box.ask("state")["at_ms"] >= start_ms + 1000


def test_with_an_owners_password_nothing_is_written(box, client):
    box.set(opw="a password")
    try:
        assert client.write_registers(300, [10]).exception_code == 1
        assert client.read_holding_registers(300, count=1).registers == [16]
    finally:
        box.get("/api/set?opw=", Authorization="Basic " + b64encode(b"owner:a password").decode())
    assert not client.write_registers(300, [10]).isError()


def test_rubbish_and_half_questions_take_nothing_from_others(box, client):
    assert _raw(box, b"GET / HTTP/1.1\r\n\r\n") == b""
    assert _raw(box, struct.pack(">HHHB", 1, 0, 900, 1) + bytes(20)) == b""
    with socket.create_connection(("127.0.0.1", _port(box)), 10) as half:
        half.sendall(b"\0\1\0\0\0")
        assert client.read_holding_registers(100, count=1).registers == [1]
    assert box.ask("state")["resets"] == 0


def test_no_register_takes_what_its_key_does_not(box, client):
    before = standing(box)
    taken = {200: (0, 1), 201: (0, 1), 204: (0, 1, 2, 3), 206: range(256), 207: (0, 1), 211: range(6, 33)}
    taken |= {299: range(6, 33), 300: range(6, 33), 332: (), 337: (0, 1, 2)}
    for address in (99, *range(198, 220), *range(298, 304), *range(330, 340), 371, 372):
        for value in (5, 33, 256, 0x7FFF, 0xFFFF):
            if value not in taken.get(address, ()):
                assert client.write_registers(address, [value]).isError(), (address, value)
    assert standing(box) == before


def test_a_third_client_waits_until_one_is_silent(box, client):
    idle = socket.create_connection(("127.0.0.1", _port(box)), 10)
    assert client.read_holding_registers(100, count=1).registers == [1]
    start_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] > start_ms + 8000, 20)
    assert client.read_holding_registers(100, count=1).registers == [1]
    assert _pdu(box, 3, 0, 100, 0, 1) == b"\x03\x02\x00\x01"
    assert idle.recv(1) == b""


@pytest.mark.soak
def test_ten_thousand_questions_of_noise_change_nothing(box):
    """Questions with bytes taken out, put in and changed, five to a connection, read as far as answers come."""
    random.seed(8)
    asked = (b"\x03\0\x64\0\x3c", b"\x04\x01\x4c\0\x04", b"\x10\1\x2d\0\2\4\0\1\0\2", b"\6\1\x2c\0\x0a")
    before, answered = standing(box), 0
    for _ in range(2000):
        with socket.create_connection(("127.0.0.1", _port(box)), 10) as s:
            try:
                for pdu in (asked[0], *asked):
                    question = bytearray(struct.pack(">HHHB", 7, 0, len(pdu) + 1, 1) + pdu)
                    for _ in range(random.randrange(3)):
                        at = random.randrange(len(question))
                        question[at : at + random.randrange(3)] = random.randbytes(random.randrange(3))
                    s.sendall(bytes(question))
                s.shutdown(socket.SHUT_WR)
                while s.recv(1000):
                    answered += 1
            except OSError:  # it hung up
                pass
    changed = {key for key, value in standing(box).items() if value != before[key]}
    assert changed <= {"amp", "frc", "psm", "lbr", "dwo", "acs", "lse", "ust"}  # what some of them would set
    assert answered > 500
    assert box.ask("state")["resets"] == 0


def test_switched_off_nothing_of_it_is_left(box):
    assert [name for name in box.status("mods") if "modbus_door" in name]
    box.set(men=False)
    box.wait_for(lambda: not _open(box), 10)
    assert not [name for name in box.status("mods") if "modbus_door" in name]
    assert box.status("mro") == 0
