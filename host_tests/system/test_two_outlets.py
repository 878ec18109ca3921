"""The whole firmware on devkit_two_outlets: two cars, one current, one wire with two meters, one central system."""

import json
import threading

import pytest

from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import world_clock
from tools.sim.world import options
from tools.wallbox import Wallbox, WallboxError

BOARD, SPEED = "devkit_two_outlets", 30
STATION_A = 16
BOTH = (1, 2)
CARDS = {1: "04A1B2C3D4E5F6", 2: "11223344"}


class Pair:
    """A wallbox with two outlets, and who watches the current of both at every instant."""

    def __init__(self, folder, *options, **keys):
        self.box = Wallbox(BOARD, folder, *options)
        self.keys = keys
        self.start()

    def start(self):
        self.box.start()
        self.amps, self.most_a = {1: 0, 2: 0}, 0
        self.watch = self.box.new_control()
        threading.Thread(target=self._follow, args=(self.watch.events(),), daemon=True).start()
        if self.keys:
            self.box.set(**self.keys)

    def _follow(self, events):
        for event in events:
            if event["event"] == "current":
                self.amps[event["connector"]] = max(event["amps"])
                self.most_a = max(self.most_a, sum(self.amps.values()))

    def stop(self):
        self.watch.close()
        self.box.stop()
        print(self.box.last_words(80))

    def state(self, n, key):
        return self.box.ask("state", connector=n)[key]

    def status(self, n, *keys):
        """Keys of that outlet over HTTP, as Wallbox.status()."""
        code, _, body = self.box.get(f"/api/status?outlet={n}&filter=" + ",".join(keys))
        assert code == 200, body
        values = json.loads(body)
        return values[keys[0]] if len(keys) == 1 else values

    def until(self, condition, timeout_s=20):
        return self.box.wait_for(condition, timeout_s)

    def passes(self, seconds):
        """Simulated time."""
        end_ms = self.state(1, "at_ms") + seconds * 1000
        self.until(lambda: self.state(1, "at_ms") >= end_ms, 60)

    def plug(self, n, **car):
        self.box.do("plug", connector=n, **{"on": True, **car})

    def gives(self, *amps):
        """Waits until outlets 1 and 2 give their cars so much; None: the contactor is open."""
        self.until(lambda: [self.given(n) for n in BOTH] == list(amps), 30)

    def given(self, n):
        return round(self.state(n, "amps")[0]) if self.state(n, "contactor") else None


@pytest.fixture(scope="module")
def built():
    build.build(BOARD)


@pytest.fixture
def pair(built, tmp_path):
    pair = Pair(tmp_path, "--speed", SPEED)
    yield pair
    assert pair.most_a <= STATION_A + 0.01
    pair.stop()


def test_the_first_takes_it_all_a_second_halves_it_and_who_stays_has_it_all_again(pair):
    pair.plug(1, reply_s=5)
    pair.gives(STATION_A, None)
    pair.plug(2, reply_s=5)
    pair.gives(8, 8)
    for n in BOTH:
        assert "8 A, limited by the station's current" in pair.status(n, "why")
        assert pair.status(n, "cll")["loadLimit"] == 8
    pair.passes(30)
    pair.box.do("unplug", connector=1)
    pair.gives(None, STATION_A)
    pair.plug(1)
    pair.gives(8, 8)
    assert pair.most_a > 15.9  # the watcher has seen something
    assert pair.state(1, "resets") == 0


def test_the_kit_has_the_room_of_its_psram(pair):
    heap = pair.box.status("heap")
    assert heap["used"] + heap["free"] > options.heap(None, options.interpreter(None)) * 3 // 2


def test_both_at_the_same_instant_and_slow_cars(pair):
    for n in BOTH:
        pair.plug(n, reply_s=5)
    pair.gives(8, 8)
    for n in BOTH:
        pair.box.do("unplug", connector=n)
    pair.gives(None, None)


def test_a_station_too_weak_for_two_lets_the_second_wait_and_says_why(pair):
    pair.box.set(mmc=11000)
    pair.plug(2)
    pair.gives(None, 11)
    pair.plug(1)
    pair.until(lambda: pair.status(1, "why").startswith("The current is limited to 0 A by the station's current"))
    pair.passes(15)
    pair.gives(None, 11)
    pair.box.set(mmc=12000)
    pair.gives(6, 6)
    pair.box.set(mmc=10000)
    pair.gives(None, 10)
    pair.box.do("unplug", connector=2)
    pair.gives(10, None)


def test_a_fault_on_one_leaves_the_other_charging_and_gives_it_the_rest(pair):
    for n in BOTH:
        pair.plug(n)
    pair.gives(8, 8)
    pair.box.do("fault", name="diode", connector=1)
    pair.gives(None, STATION_A)
    assert (pair.status(1, "car"), pair.status(2, "car")) == (5, 2)
    assert (pair.status(1, "err") != 0, pair.status(2, "err")) == (True, 0)
    assert pair.status(2, "wh") > 0
    pair.box.do("fault", name="diode", connector=1, on=False)
    pair.box.do("unplug", connector=1)
    pair.until(lambda: pair.status(1, "car") == 1)
    pair.plug(1)
    pair.gives(8, 8)


def test_each_outlet_has_its_light_and_its_button(pair):
    pair.plug(2)
    pair.until(lambda: pair.state(2, "contactor"))
    pair.until(lambda: pair.state(1, "led") != pair.state(2, "led"))
    pair.plug(1)
    pair.gives(8, 8)
    for n in BOTH:
        pair.box.do("fault", name="weld", connector=n)
        pair.box.do("ready", on=False, connector=n)
    pair.until(lambda: all(pair.status(n, "err") == 9 for n in BOTH))
    for n in BOTH:
        pair.box.do("fault", name="weld", on=False, connector=n)
    pair.passes(3)
    pair.box.do("button", ms=4000, connector=2)
    pair.until(lambda: pair.status(2, "err") == 0)
    assert pair.status(1, "err") == 9
    pair.box.do("button", ms=4000)
    pair.until(lambda: pair.status(1, "err") == 0)


def test_a_welded_contactor_keeps_its_half_from_the_other(pair):
    for n in BOTH:
        pair.plug(n)
    pair.gives(8, 8)
    pair.box.do("fault", name="weld", connector=2)
    pair.box.do("ready", on=False, connector=2)
    pair.until(lambda: pair.status(2, "car") == 5)
    pair.passes(20)
    assert pair.given(1) == 8
    pair.box.do("fault", name="weld", connector=2, on=False)
    pair.gives(STATION_A, None)


def test_each_meter_tells_of_its_own_outlet_and_a_dead_one_stops_its_own_only(pair):
    pair.box.do("meter", wh=5000, connector=2)
    pair.until(lambda: pair.status(2, "eto") == 5000)
    assert pair.status(1, "eto") == 12345678
    pair.plug(1, amps=6, phases=1)
    pair.plug(2, amps=7, phases=3)
    pair.gives(6, 7)
    pair.until(lambda: [round(pair.status(n, "nrg")[11], -1) for n in BOTH] == [1380, 4830])
    pair.box.do("fault", name="meter", connector=1)
    pair.passes(30)
    pair.until(lambda: pair.status(1, "err") != 0)
    assert (pair.status(2, "err"), pair.status(2, "car")) == (0, 2)
    pair.until(lambda: abs(pair.status(2, "wh") - pair.state(2, "energy_wh")) < 10)
    pair.box.do("fault", name="meter", connector=1, on=False)
    pair.until(lambda: pair.status(1, "car") == 2)


def test_each_opens_in_time_also_when_both_cars_leave_together(pair):
    for n in BOTH:
        pair.plug(n)
    pair.gives(8, 8)
    for n in BOTH:
        pair.box.do("ready", on=False, connector=n)
        pair.until(lambda n=n: not pair.state(n, "contactor"))
        pair.box.do("ready", connector=n)
        pair.until(lambda n=n: pair.state(n, "contactor"))
    gate = threading.Barrier(2)

    def leave(control, n):
        gate.wait()
        control.send(do="unplug", connector=n)

    threads = [threading.Thread(target=leave, args=(pair.box.new_control(), n)) for n in BOTH]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pair.gives(None, None)
    for n in BOTH:
        timing = pair.box.ask("timing", connector=n)
        assert timing["openings"] >= 2
        assert timing["coil_ms_max"] <= 60 and timing["open_ms_max"] <= 100, timing
        assert timing["pilot_gap_ms_max"] <= 80


def test_the_world_refuses_what_the_second_outlet_has_not(pair):
    with pytest.raises(WallboxError, match="has no card reader"):
        pair.box.do("fault", name="reader", connector=2)
    with pytest.raises(WallboxError, match="connector: want one of"):
        pair.box.do("plug", connector=3)


# --- with a central system


@pytest.fixture
def csms():
    with BackgroundCentralSystem() as system:
        yield system
        assert system.violations == []


@pytest.fixture
def online(pair, csms):
    """A pair that wants cards, connected and accepted."""
    csms.follow(world_clock(pair.box))
    pair.box.set(ocppu=csms.url + "/pair", ocppe=True, acs=1, ocppi=5, ocppbs=1, ocppbc=2, ocpptr=1, ocppmt=10)
    pair.until(lambda: pair.box.status("ocppa") and len(csms.statuses) == 3)
    return pair


def tap(pair, uid):
    before = pair.box.status("lrr")
    pair.box.do("card", uid=uid, hold_s=600)
    pair.until(lambda: pair.box.status("lrr") != before)
    pair.box.do("card", uid=uid, hold_s=0)
    pair.passes(2.6)


def is_told(csms, *statuses):
    return lambda: [csms.statuses[n]["status"] for n in BOTH] == list(statuses)


def stopped(csms, count):
    return lambda: len([s for s in csms.sessions if s.energy_wh is not None]) == count


def both_charge(pair, csms):
    """A car comes to outlet 2, its card, then one to outlet 1 and its card. -> {connector: Session}"""
    for n in (2, 1):
        pair.plug(n)
        pair.until(lambda n=n: csms.statuses[n]["status"] == "Preparing")
        tap(pair, CARDS[n])
        pair.until(lambda n=n: csms.statuses[n]["status"] == "Charging", 30)
    pair.gives(8, 8)
    return {session.connector: session for session in csms.sessions}


def test_two_transactions_at_once_each_with_its_id_energy_and_reason(online, csms):
    sessions = both_charge(online, csms)
    assert {n: session.id_tag for n, session in sessions.items()} == CARDS
    assert [online.status(n, "ocppti") for n in BOTH] == [sessions[n].id for n in BOTH]
    online.passes(30)
    tap(online, CARDS[2])
    online.gives(STATION_A, None)
    online.until(stopped(csms, 1))
    wh = {2: online.state(2, "energy_wh")}
    online.passes(20)
    wh[1] = online.state(1, "energy_wh")
    online.box.do("unplug", connector=1)
    online.until(stopped(csms, 2))
    assert (sessions[1].reason, sessions[2].reason) == ("EVDisconnected", "Local")
    for n in BOTH:
        assert sessions[n].energy_wh == pytest.approx(wh[n], abs=8)
        assert len(sessions[n].samples) >= 4
    assert sessions[1].energy_wh > sessions[2].energy_wh
    online.until(is_told(csms, "Available", "Finishing"))


def test_remote_starts_take_the_connector_they_name_or_one_that_is_free(online, csms):
    def start(**more):
        return csms.call("RemoteStartTransaction", **more)["status"]

    assert start(idTag="FIRST", connectorId=2) == "Accepted"
    online.until(is_told(csms, "Available", "Preparing"))
    assert start(idTag="OTHER", connectorId=2) == "Rejected"
    assert start(idTag="OTHER") == "Accepted"
    online.until(is_told(csms, "Preparing", "Preparing"))
    assert start(idTag="THIRD") == "Rejected"
    assert start(idTag="THIRD", connectorId=3) == "Rejected"
    for n in BOTH:
        online.plug(n)
    online.gives(8, 8)
    online.until(lambda: len(csms.sessions) == 2 and all(online.status(n, "ocppti") for n in BOTH))
    sessions = {s.connector: s for s in csms.sessions}
    assert (sessions[1].id_tag, sessions[2].id_tag) == ("OTHER", "FIRST")
    assert csms.call("RemoteStopTransaction", transactionId=sessions[2].id)["status"] == "Accepted"
    online.gives(STATION_A, None)
    online.until(stopped(csms, 1))
    assert (sessions[1].reason, sessions[2].reason) == (None, "Remote")


def test_what_belongs_to_a_connector_is_asked_for_and_told_by_its_number(online, csms):
    keys = {e["key"]: e["value"] for e in csms.call("GetConfiguration")["configurationKey"]}
    assert keys["NumberOfConnectors"] == "2"
    assert keys["ConnectorPhaseRotation"] == "0.Unknown,1.RST,2.RST"
    assert csms.call("ChangeConfiguration", key="mainsMaxCurrent", value="14000")["status"] == "Accepted"
    online.plug(2)
    online.until(is_told(csms, "Available", "Preparing"))
    tap(online, CARDS[2])
    online.gives(None, 14)

    def triggered(action, connectors, **more):
        before = len(csms.calls(action))
        assert csms.call("TriggerMessage", requestedMessage=action, **more)["status"] == "Accepted"
        online.until(lambda: {p["connectorId"] for p in csms.calls(action)[before:]} >= set(connectors))

    triggered("MeterValues", [1], connectorId=1)
    triggered("MeterValues", [2], connectorId=2)
    triggered("MeterValues", BOTH)
    triggered("StatusNotification", [2], connectorId=2)
    triggered("StatusNotification", [0, 1, 2])
    assert csms.call("TriggerMessage", requestedMessage="MeterValues", connectorId=3)["status"] == "Rejected"
    idle = [p for p in csms.calls("MeterValues") if p["connectorId"] == 1]
    assert idle and not any("transactionId" in p for p in idle)


def test_a_fault_ends_nothing_of_the_other_connector(online, csms):
    sessions = both_charge(online, csms)
    online.box.do("fault", name="pilot_short", connector=2)
    online.gives(STATION_A, None)
    online.until(is_told(csms, "Charging", "Faulted"))
    online.passes(10)
    assert sessions[1].energy_wh is None
    online.box.do("fault", name="pilot_short", connector=2, on=False)
    online.gives(8, 8)
    online.until(is_told(csms, "Charging", "Charging"))


def test_after_a_power_cut_both_go_on_in_their_transactions(online, csms):
    sessions = both_charge(online, csms)
    online.passes(70)
    online.watch.close()
    online.box.do("power_cut")
    online.box.process.wait(10)
    online.start()
    online.until(lambda: online.box.status("ocppa"), 30)
    online.gives(8, 8)
    assert [online.status(n, "ocppti") for n in BOTH] == [sessions[n].id for n in BOTH]
    wh = {}
    for n in BOTH:
        online.box.do("ready", on=False, connector=n)
        online.until(lambda n=n: not online.state(n, "contactor"))
        wh[n] = online.state(n, "energy_wh")
        online.box.do("unplug", connector=n)
    online.until(stopped(csms, 2), 40)
    assert len(csms.sessions) == 2
    for n in BOTH:
        assert sessions[n].energy_wh == pytest.approx(wh[n], abs=8)
        assert sessions[n].reason == "EVDisconnected"


def availability(csms, kind, connector):
    return csms.call("ChangeAvailability", connectorId=connector, type=kind)["status"]


def three(csms, *statuses):
    """Of connectors 0, 1 and 2."""
    return lambda: [csms.statuses[n]["status"] for n in (0, 1, 2)] == list(statuses)


def test_V02_V05_S02_R07_connector_0_is_the_box_and_never_one_that_charges(online, csms):
    online.plug(2)
    online.until(lambda: csms.statuses[2]["status"] == "Preparing")
    tap(online, CARDS[2])
    online.until(is_told(csms, "Available", "Charging"), 30)
    assert csms.call("RemoteStartTransaction", idTag="FIRST", connectorId=0)["status"] == "Rejected"
    assert csms.call("UnlockConnector", connectorId=0)["status"] == "NotSupported"
    assert availability(csms, "Inoperative", 0) == "Scheduled"
    online.until(three(csms, "Unavailable", "Unavailable", "Charging"))
    assert csms.call("RemoteStartTransaction", idTag="FIRST")["status"] == "Rejected"
    (session,) = csms.sessions
    assert csms.call("RemoteStopTransaction", transactionId=session.id)["status"] == "Accepted"
    online.until(three(csms, "Unavailable", "Unavailable", "Unavailable"), 30)
    assert availability(csms, "Operative", 1) == "Accepted"
    online.until(three(csms, "Available", "Available", "Unavailable"))
    assert availability(csms, "Operative", 0) == "Accepted"
    online.until(lambda: csms.statuses[2]["status"] in ("Finishing", "Preparing"))
    assert {p["status"] for p in csms.calls("StatusNotification") if p["connectorId"] == 0} == {
        "Available",
        "Unavailable",
    }


def test_RS02_X12_a_reset_stops_the_transactions_of_both_connectors(online, csms):
    sessions = both_charge(online, csms)
    assert csms.call("Reset", type="Soft")["status"] == "Accepted"
    online.until(lambda: len(csms.calls("BootNotification")) == 2, 40)
    assert [sessions[n].reason for n in BOTH] == ["SoftReset", "SoftReset"]
    assert len(csms.sessions) == 2
