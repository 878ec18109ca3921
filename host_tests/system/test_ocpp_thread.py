"""The OCPP link inside MicroPython against real peers over real sockets: a central system, and servers that are none.

The wallbox behind the link is a fake (link_driver.py); the whole one is played by the tests of the simulated wallbox.
"""

import json
import os
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

import inside
import pytest

from tools.csms import BackgroundCentralSystem, Refused

DRIVER = inside.ROOT / "host_tests" / "system" / "link_driver.py"


class Link:
    """A running link_driver.py."""

    def __init__(self, url, scenario):
        command = [inside.interpreters()["wheel"], str(DRIVER), url, scenario]
        path = ":".join(map(str, (inside.ROOT / "firmware", inside.UNIT, ".frozen")))
        self._process = subprocess.Popen(
            command, env={**os.environ, "MICROPYPATH": path}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.log = []
        self.shown = []
        self._threads = [
            threading.Thread(target=self._read, args=pair)
            for pair in ((self._process.stdout, self.shown), (self._process.stderr, self.log))
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, stream, lines):
        lines.extend(line.strip() for line in iter(stream.readline, ""))

    def shows(self, timeout_s=10, **want):
        """Waits until the keys have shown all of want; gives that line."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            for line in list(self.shown):
                found = json.loads(line)
                if all(found[k] == v or (v is any and found[k]) for k, v in want.items()):
                    return found
            time.sleep(0.02)
        raise AssertionError(f"never shown: {want}\n{self.shown}\n" + "\n".join(self.log))

    def ends(self, timeout_s=20):
        """Waits for its end; it must be a good one."""
        status = self._process.wait(timeout_s)
        assert status == 0, "\n".join(self.log)

    def kill(self):
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        self._process.stdout.close()
        self._process.stderr.close()


@contextmanager
def link(url, scenario="watch"):
    driver = Link(url, scenario)
    try:
        yield driver
    finally:
        driver.kill()


@pytest.fixture
def central():
    with BackgroundCentralSystem() as system:
        yield system


def test_a_session_is_booked_to_the_watt_hour_and_every_message_is_valid(central):
    with link(central.url + "/CP1", "session") as driver:
        driver.ends()
        (session,) = central.sessions
        assert (session.charge_point, session.energy_wh, session.reason) == ("CP1", 250, "EVDisconnected")
        assert len(session.samples) == 2
        assert central.violations == []
        actions = [m.action for m in central.received if m.action != "StatusNotification"]
        assert actions == ["BootNotification", "StartTransaction", "MeterValues", "MeterValues", "StopTransaction"]
        states = [p["status"] for p in central.calls("StatusNotification") if p["connectorId"] == 1]
        assert states == ["Available", "Preparing", "Charging", "Available"]
        assert json.loads(driver.shown[-1])["error"] is None


def test_calls_of_the_central_system_are_answered_and_their_answers_are_valid(central):
    with link(central.url + "/CP1") as driver:
        driver.shows(accepted=True)
        everything = central.call("GetConfiguration")
        assert {e["key"] for e in everything["configurationKey"]} >= {"HeartbeatInterval", "NumberOfConnectors"}
        some = central.call("GetConfiguration", key=["MeterValueSampleInterval", "Nonsense", "ünknown \U0001f600"])
        assert some["configurationKey"] == [{"key": "MeterValueSampleInterval", "readonly": False, "value": "1"}]
        assert some["unknownKey"] == ["Nonsense", "ünknown \U0001f600"]
        assert central.call("ChangeConfiguration", key="HeartbeatInterval", value="120") == {"status": "Accepted"}
        assert central.call("ChangeConfiguration", key="HeartbeatInterval", value="0") == {"status": "Rejected"}
        assert central.call("ChangeConfiguration", key="Nonsense", value="0") == {"status": "NotSupported"}
        with pytest.raises(Refused, match="NotSupported"):
            central.call("GetDiagnostics", location="ftp://x/")
        assert central.violations == []


def test_B12_a_lost_connection_comes_back_without_a_second_boot_and_the_session_is_booked_once(central):
    with link(central.url + "/CP1", "session") as driver:
        central.wait_for(lambda: central.calls("MeterValues"), 10)
        central.drop()
        driver.shows(connected=False, error=any)
        driver.ends()
        assert [s.energy_wh for s in central.sessions] == [250]
        assert len(central.calls("BootNotification")) == 1
        assert central.violations == []


def test_a_refused_card_is_not_charged_and_the_reason_is_shown(central):
    central.refused.add("no-card")
    with link(central.url + "/CP1", "session") as driver:
        driver.shows(error="the central system refused to let no-card charge: Invalid")
        central.wait_for(lambda: central.calls("StopTransaction"), 5)
        assert [s.energy_wh for s in central.sessions if s.energy_wh] == []


def test_the_boot_is_not_accepted_while_the_central_system_is_pending(central):
    central.answers["BootNotification"] = lambda payload: {
        "status": "Pending", "interval": 600, "currentTime": "2026-01-01T00:00:00Z"
    }  # fmt: skip
    with link(central.url + "/CP1") as driver:
        driver.shows(connected=True, accepted=False, error="the central system answered the boot with Pending")
        assert central.call("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"]
        assert [m.action for m in central.received] == ["BootNotification"]


@contextmanager
def server(*answers, close=True):
    """A TCP server that gives each connection the next answer after its request; close: and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    requests = []

    def serve():
        for answer in answers:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            requests.append(peer.recv(4096).decode())
            peer.sendall(answer)
            kept.append(peer)
            if close:
                peer.close()

    kept = []
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"ws://user:secret@127.0.0.1:{listener.getsockname()[1]}/ocpp/CP1", requests
    finally:
        listener.close()
        for peer in kept:
            peer.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "the server refused with HTTP 401: user name or password are wrong"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "the server refused with HTTP 404: it does not know this wallbox"),
        (b"HTTP/1.1 503 Busy\r\n\r\n", "the server refused with HTTP 503: it is busy"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the server does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", "the server refused with HTTP 200"),
        (b"", "closed the connection"),
    ],
)
def test_a_server_that_is_no_central_system_is_named_in_words(answer, words):
    with server(answer) as (url, requests), link(url) as driver:
        found = driver.shows(error=any)
        assert words in found["error"], driver.shown
        assert "secret" not in found["error"]
        assert "Authorization: Basic dXNlcjpzZWNyZXQ=" in requests[0]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ws://127.0.0.1:1/CP1", "nobody listens at 127.0.0.1:1"),
        ("http//nonsense", "no scheme"),
        ("wss://127.0.0.1/CP1", "wss:// does not work yet"),
        ("http://127.0.0.1/CP1", "http:// does not work"),
    ],
)
def test_an_address_that_cannot_work_is_named_in_words(url, words):
    with link(url) as driver:
        assert words in driver.shows(error=any)["error"]


def test_a_message_above_the_limit_is_refused_and_the_link_stays(central):
    with link(central.url + "/CP1") as driver:
        driver.shows(accepted=True)
        with pytest.raises(Refused, match="InternalError: the message is too long"):
            central.call("GetConfiguration", key=["x" * 50] * 2000)
        driver.shows(error="a message of the central system is too long")
        assert central.call("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"]
        assert len(central.calls("BootNotification")) == 1
