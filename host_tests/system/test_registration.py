"""A wallbox without a car and its central system: the login, the boot, the heartbeat, and that all it ever says is in
order.
"""

import base64
import re
import socket
from datetime import datetime

import pytest

from host_tests.system.test_link import PATIENCE_S, SPEED, Gate, request_of
from tools.csms import BackgroundCentralSystem
from tools.hitches import Refuse
from tools.session import world_clock
from tools.wallbox import Wallbox

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_TAG = "exactly20characters!"


class Site:
    """A wallbox, a gate and the central system behind it."""

    def __init__(self, box, gate, central):
        self.box, self.gate, self.central = box, gate, central

    def connected(self, passes=lambda: True):
        self.box.wait_for(lambda: self.box.status("ocppa") and passes(), PATIENCE_S)

    def actions(self, name="CP1"):
        """What the charge point of that name has said."""
        return [message.action for message in self.central.received if message.charge_point == name]


@pytest.fixture(scope="module")
def shared_site(built, tmp_path_factory):
    with BackgroundCentralSystem() as central, Wallbox("devkit", tmp_path_factory.mktemp("d"), "--speed", SPEED) as box:
        gate = Gate(central.port)
        central.follow(world_clock(box))
        box.set(ocppbs=1, ocppbc=1, ocppmt=5, ocppd=_TAG, ocppi=5, acs=0, ocppu=gate.url, ocppe=True)
        site = Site(box, gate, central)
        site.connected(lambda: len(central.received) > 2)
        yield site
        gate.close()


@pytest.fixture
def site(shared_site):
    shared_site.connected()
    yield shared_site
    print(shared_site.box.last_words(60))
    shared_site.central.clear_hitches()
    shared_site.gate.play = None


class Guard:
    """Lets in who says these in the Authorization header (None: no such header), others get 401. .said: what came."""

    def __init__(self, site, *good):
        self.good, self.said, self._site = good, [], site
        site.gate.switch(self)

    def __call__(self, peer):
        said = authorization(request_of(peer, socket.MSG_PEEK))
        self.said.append(said)
        if said in self.good:
            self._site.gate._forward(peer)
        else:
            request_of(peer)
            peer.sendall(b"HTTP/1.1 401 Unauthorized\r\n\r\n")

    def let_in(self, good):
        self.good, self.said = (good,), []

    def wait_for(self, *said):
        """Waits until the last ones that came said this, and the last was let in."""
        self._site.box.wait_for(
            lambda: tuple(self.said[-len(said) :]) == said and self._site.box.status("ocppa"), PATIENCE_S
        )


def authorization(request):
    """-> what a request says in Authorization: Basic, bytes; None: nothing."""
    found = [line.partition("Basic ")[2] for line in request.split("\r\n") if line.startswith("Authorization: ")]
    return base64.b64decode(found[0]) if found else None


def set_key(site, key):
    answer = site.central.call("ChangeConfiguration", key="AuthorizationKey", value=key.hex())
    assert answer == {"status": "Accepted"}


def test_SE01_SE02_the_login_of_the_address_and_nothing_without_one(site):
    guard = Guard(site, None, b"C P1:s%cret\xc3\xa4")
    guard.wait_for(None)
    site.box.set(ocppu=site.gate.url.replace("://", "://C%20P1:s%25cret%C3%A4@"))
    guard.wait_for(b"C P1:s%cret\xc3\xa4")
    assert "cret" not in site.box.status("ocppu")
    site.box.set(ocppu=site.gate.url)
    guard.wait_for(None)


def test_C04_SE02_SE03_a_key_that_the_central_system_sets_is_the_next_password_or_the_old_one_stays(site):
    first, second = bytes(range(0xF0, 0x100)), b"exactly 20 letters.."
    guard = Guard(site, None)
    guard.wait_for(None)
    guard.let_in(b"CP1:" + first)
    set_key(site, first)
    guard.wait_for(b"CP1:" + first)
    guard.said.clear()
    set_key(site, second)  # the central system forgets that it has
    guard.wait_for(*[b"CP1:" + second] * 3, b"CP1:" + first)
    guard.let_in(b"CP1:" + second)
    set_key(site, second)
    guard.wait_for(b"CP1:" + second)
    assert guard.said == [b"CP1:" + second]
    told = site.central.call("GetConfiguration")["configurationKey"]
    assert "AuthorizationKey" not in [entry["key"] for entry in told]
    assert site.central.call("GetConfiguration", key=["AuthorizationKey"])["unknownKey"] == ["AuthorizationKey"]
    assert not [line for line in site.box.log if first.hex() in line or second.hex() in line]
    guard.let_in(None)  # its owner lets the wallbox forget it
    site.box.set(ocppak="")
    site.gate.cut()
    guard.wait_for(None)


def test_T02_the_handshake_offers_ocpp_1_6_and_nothing_else(site):
    requests = []

    def play(peer):
        requests.append(request_of(peer, socket.MSG_PEEK))
        site.gate._forward(peer)

    site.gate.switch(play)
    site.connected(lambda: requests)
    lines = requests[0].split("\r\n")
    assert lines[0] == "GET /ocpp/CP1 HTTP/1.1"
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
    assert (headers["sec-websocket-protocol"], headers["sec-websocket-version"]) == ("ocpp1.6", "13")
    assert (headers["upgrade"], headers["connection"]) == ("websocket", "Upgrade")
    assert len(base64.b64decode(headers["sec-websocket-key"])) == 16
    assert "sec-websocket-extensions" not in headers


def test_B01_B06_after_power_up_the_boot_comes_first_then_every_status(site):
    boot, *statuses = site.central.received[:3]
    assert boot.action == "BootNotification"
    assert set(boot.payload) >= {"chargePointVendor", "chargePointModel", "chargePointSerialNumber", "firmwareVersion"}
    assert [m.action for m in statuses] == ["StatusNotification"] * 2
    assert [m.payload["connectorId"] for m in statuses] == [0, 1]


def test_B02_B03_calls_are_answered_before_the_boot_is_and_nothing_else_is_said(site):
    site.central.hold("BootNotification")
    site.box.set(ocppu=site.gate.url.replace("CP1", "CP2"))
    site.box.wait_for(lambda: site.actions("CP2"), PATIENCE_S)
    assert site.central.call("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"]
    assert site.actions("CP2") == ["BootNotification"]
    site.central.release("BootNotification")
    site.connected(lambda: len(site.actions("CP2")) > 2)
    assert site.actions("CP2") == ["BootNotification"] + ["StatusNotification"] * 2
    site.box.set(ocppu=site.gate.url)
    site.connected(lambda: site.central.connected == ["CP1"])


def seen_s(site, action, count):
    """Simulated time at which so many more messages of that action have come."""
    begin = len(site.central.calls(action))
    site.box.wait_for(lambda: len(site.central.calls(action)) >= begin + count, PATIENCE_S)
    return site.box.ask("state")["at_ms"] / 1000


def test_H01_H02_T15_a_heartbeat_when_nothing_else_was_said_for_its_interval(site):
    assert site.central.call("ChangeConfiguration", key="HeartbeatInterval", value="20")["status"] == "Accepted"
    first_s = seen_s(site, "Heartbeat", 1)
    assert 38 < seen_s(site, "Heartbeat", 2) - first_s < 44
    ids = [m.id for m in site.central.received]
    assert len(set(ids)) == len(ids) and max(map(len, ids)) <= 36


def test_ER17_what_is_refused_that_is_no_bill_is_not_said_again(site):
    site.central.script("StatusNotification", Refuse("InternalError"), Refuse("Nonsense"))
    site.central.script("Heartbeat", Refuse("GenericError"))
    begin = len(site.central.calls("StatusNotification"))
    site.box.set(acs=1)
    site.box.do("plug", on=True)
    at_s = seen_s(site, "Heartbeat", 1)
    assert seen_s(site, "Heartbeat", 1) - at_s > 18
    site.box.do("unplug")
    site.box.wait_for(lambda: len(site.central.calls("StatusNotification")) > begin + 1, PATIENCE_S)
    said = [payload["status"] for payload in site.central.calls("StatusNotification")[begin:]]
    assert said == ["Preparing", "Available"]
    site.box.set(acs=0)


def test_T18_null_is_an_empty_payload(site):
    site.central.say('[2,"null","GetConfiguration",null]')
    site.box.wait_for(lambda: site.central.violations, PATIENCE_S)
    assert site.central.violations == ["CP1: answer to no CALL: null"]
    site.central.violations.clear()


def session(site):
    """A session with the id of 20 characters, from plug to unplug, and a fault with a sentence."""
    site.box.do("plug", on=True)
    site.box.do("ready")
    site.box.wait_for(lambda: len(site.central.calls("MeterValues")) > 1, PATIENCE_S)
    site.box.do("unplug")
    site.box.wait_for(lambda: site.central.calls("StopTransaction"), PATIENCE_S)


def walk(value, name=""):
    """Yields (name, value) of everything in a payload that is no list or object."""
    if isinstance(value, dict):
        for inner in value:
            yield from walk(value[inner], inner)
    elif isinstance(value, list):
        assert value
        for inner in value:
            yield from walk(inner, name)
    else:
        yield name, value


def test_T24_T25_T26_whatever_is_said_has_times_in_utc_texts_of_their_length_and_no_empty_fields(site):
    session(site)
    fields = [field for message in site.central.received for field in walk(message.payload)]
    assert {"StartTransaction", "StopTransaction", "MeterValues", "StatusNotification"} <= set(site.actions())
    assert [field for field in fields if field[1] in (None, "")] == []
    times = [value for name, value in fields if name == "timestamp"]
    assert len(times) > 6 and [time for time in times if not _TIME.fullmatch(time)] == []
    assert {value for name, value in fields if name == "idTag"} == {_TAG}
    assert site.central.violations == []  # lengths and unknown fields: of the schemas


def test_H06_the_clock_outlives_a_soft_reset(site):
    site.box.set(tse=False)
    resets = site.box.ask("state")["resets"]
    assert site.central.call("Reset", type="Soft") == {"status": "Accepted"}
    site.gate.play = lambda peer: None
    site.box.wait_for(lambda: site.box.ask("state")["resets"] > resets, PATIENCE_S)
    site.box.wait_for(lambda: "closed the connection" in site.box.last_words(3), PATIENCE_S)
    assert not site.box.status("ocppa")
    told = datetime.fromisoformat(site.box.status("utc").replace("Z", "+00:00")).timestamp()
    assert abs(told - site.box.ask("state")["utc_s"]) < 5
