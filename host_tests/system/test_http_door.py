"""The HTTP door of the built firmware: an unmodified go-e client, and those who mean no good."""

import asyncio
import json
import socket
import time
from urllib.parse import urlsplit

import pytest
from goecharger_api_lite import GoeCharger

NO_CAR, CHARGING, WAITS, COMPLETE = 1, 2, 3, 4
GET = b"GET /api/status?filter=car HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def client(box):
    """The library as it is. Its aiohttp session wants a running loop when it is made."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    async def make():
        return GoeCharger(urlsplit(box.url).netloc, timeout=10)

    yield loop.run_until_complete(make())
    asyncio.set_event_loop(None)


def connect(box):
    url = urlsplit(box.url)
    return socket.create_connection((url.hostname, url.port), timeout=10)


def ask(box, request):
    """-> (status, decoded body) of raw bytes sent to the box."""
    with connect(box) as connection:
        connection.sendall(request)
        return answer_on(connection)


def answer_on(connection):
    data = b""
    while lump := connection.recv(65536):
        data += lump
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_an_unmodified_client_reads_the_status(box, client):
    box.wait_for(lambda: box.status("nrg")[0], 5)  # the meter's first reading
    got = client.get_status(client.STATUS_DEFAULT)
    assert got["device_model"] == "11KW/16A" and got["car_state"] == "Idle" and got["error"] is None
    assert got["energy"]["voltage"] == {"L1": 230, "L2": 230, "L3": 230, "N": 0}
    assert len(client.get_status(client.STATUS_FULL)) > 50


def test_it_sets_the_current_and_stops_a_charge(box, client):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    client.set_ampere(10)
    box.wait_for(lambda: box.ask("state")["amps"] == [10.0] * 3, 20)
    client.set_charging_mode(client.SettableValueEnum.ChargingMode.off)
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    assert client.get_status(("alw",)) == {"alw": False}
    client.set_charging_mode(client.SettableValueEnum.ChargingMode.neutral)
    box.wait_for(lambda: box.ask("state")["contactor"], 30)


def test_all_of_its_other_calls_do_what_they_say(box, client):
    choose = client.SettableValueEnum
    client.set_ampere("12")
    client.set_absolute_max_current(13)
    client.set_charge_limit(5000.5)
    client.set_cable_lock_mode(choose.CableLockMode.automatic)
    client.set_phase_mode(choose.PhaseMode.three)
    client.set_charging_mode(choose.ChargingMode.on)
    client.set_key("fna", "Küche 1")
    assert client.get_ampere() == {"ampere_allowed": 12} and box.status("fna") == "Küche 1"
    assert client.get_absolute_max_current() == {"ampere_device_maximum": 13}
    assert client.get_charge_limit() == {"charge_limit": 5000}
    assert client.get_cable_lock_mode() == {"cable_lock_mode": "automatic"}
    assert client.get_phase_mode() == {"phase_mode": "three"}
    assert client.get_charging_mode() == {"charging_mode": "on"}
    assert set(client.get_status(client.STATUS_MINIMUM)) == {"car_state", "error", "charging_mode"}
    with pytest.raises(Exception, match="cannot switch phases"):
        client.set_phase_mode(choose.PhaseMode.one)
    client.set_charge_limit(None)
    client.set_absolute_max_current(16)
    client.set_cable_lock_mode(choose.CableLockMode.unlockcarfirst)
    client.set_phase_mode(choose.PhaseMode.auto)
    client.set_key("fna", "Pilotwire")
    assert box.status("dwo", "ust", "psm") == {"dwo": None, "ust": 0, "psm": 0}


def test_it_is_told_when_a_value_is_refused(box, client):
    with pytest.raises(Exception, match="Value 5 exceeds range 6 to 32"):
        client.set_ampere(5)
    assert box.status("amp") == 16


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "pilotwire.local"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Referer": "http://evil.example/"}, 403),
    ],
)
def test_another_web_site_is_refused(box, headers, status):
    lines = {"Host": "localhost", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    assert ask(box, f"GET /api/set?amp=9 HTTP/1.1\r\n{head}\r\n".encode())[0] == status
    assert box.status("amp") == (9 if status == 200 else 16)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + b"c" * 200_000 + b"\r\n\r\n", 431),
        (b"POST /api/set HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n", 413),
        (b"GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"GET /api/set?fna=50% HTTP/1.1\r\nHost: localhost\r\n\r\n", 500),
        (b"GET /api/status?filter=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /api/set HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ],
    ids=lambda x: None if isinstance(x, int) else x[:20].decode(),
)
def test_bad_input_gets_a_clear_error_and_nothing_restarts(box, request_, status):
    got, body = ask(box, request_)
    assert got == status and body
    assert box.ask("state")["resets"] == 0


def test_twenty_idle_sockets_and_half_requests_lock_nobody_out(box):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    crowd = [connect(box) for _ in range(20)]
    for connection in crowd[::2]:
        connection.sendall(b"GET / HT")
    start = time.monotonic()
    for _ in range(5):
        assert ask(box, GET) == (200, {"car": CHARGING})
    assert time.monotonic() - start < 5
    for connection in crowd:
        connection.close()
    assert box.ask("state")["contactor"] and box.ask("state")["resets"] == 0


def test_a_half_request_is_told_what_it_lacks(box):
    with connect(box) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert answer_on(connection) == (408, {"error": "request not complete after 5 s"})


def test_who_sends_slowly_is_told_so_and_others_are_served(box):
    with connect(box) as slow:
        start_ms = box.ask("state")["at_ms"]
        told = b""
        while not told:
            try:
                slow.sendall(b"G")
                slow.settimeout(0.01)
                told = slow.recv(1000)
            except TimeoutError:
                assert ask(box, GET)[0] == 200
        assert b" 408 " in told
        assert 4900 < box.ask("state")["at_ms"] - start_ms < 20_000


def test_who_reads_no_further_is_hung_up_on_and_others_are_served(box):
    crowd = [connect(box) for _ in range(4)]  # of five places
    dropped = box.status("cnt")["http_dropped"]
    for slow in crowd:
        slow.sendall(b"GET /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n")
    crowd[0].recv(1)
    box.do("wifi", on=False, how="silent")  # the PC would take all of an answer, the chip keeps 6 KB of it
    start_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] > start_ms + 17_000, 20)
    box.do("wifi", on=True)
    assert ask(box, GET) == (200, {"car": NO_CAR})
    assert box.status("cnt")["http_dropped"] > dropped
    assert [slow for slow in crowd if not read_all(slow).endswith(b"}}")]
    for slow in crowd:
        slow.close()


def read_all(connection):
    data = b""
    try:
        while lump := connection.recv(65536):
            data += lump
    except ConnectionResetError:
        pass
    return data


def test_of_requests_sent_ahead_the_first_is_answered_whole(box):
    with connect(box) as eager:
        eager.sendall(GET * 50)
        answer = read_all(eager)
    assert answer.count(b"HTTP/1.1 ") == 1 and b"Connection: close" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"car": NO_CAR}
    assert ask(box, GET) == (200, {"car": NO_CAR})


def test_a_box_as_it_is_delivered_has_no_other_door_in_memory(box):
    doors = ("modbus_door", "mqtt", "tls", "v1", "events", "metrics", "umqtt", "registers")
    box.wait_for(lambda: not [name for name in box.status("mods") if any(word in name for word in doors)], 20)


def test_the_page_is_served(box):
    with connect(box) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        data = b""
        while lump := connection.recv(65536):
            data += lump
    assert data.startswith(b"HTTP/1.1 200") and b"text/html" in data and data.rstrip().endswith(b"</script>")
