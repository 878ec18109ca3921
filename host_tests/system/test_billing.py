"""Billing on the whole firmware: cards, sessions without a link, power cuts, a car that stays, a server that errs."""

import time

import pytest

from tools.csms import BackgroundCentralSystem
from tools.hitches import BOOKED, NEVER, Late, Refuse
from tools.session import world_clock

CARD, OTHER = "04A1B2C3D4E5F6", "11223344"
QUICK = {"ocppbs": 1, "ocppbc": 2, "ocpptr": 1, "ocppmt": 5}  # so that it is over soon
SPEED = 40


class Place:
    """A wallbox, its central system and its driver."""

    def __init__(self, box, csms, **keys):
        self.box, self.csms = box, csms
        csms.follow(world_clock(box))
        box.set(ocppu=csms.url, ocppe=True, **{"acs": 1, "ocppi": 5, **QUICK, **keys})
        self.until(lambda: box.status("ocppa"))

    def until(self, condition, timeout_s=20):
        return self.box.wait_for(condition, timeout_s)

    def state(self, key):
        return self.box.ask("state")[key]

    def tap(self, uid=CARD):
        """Holds a card to the reader until it was read, and takes it away."""
        before = self.box.status("lrr")
        self.box.do("card", uid=uid, hold_s=600)
        self.until(lambda: self.box.status("lrr") != before)
        self.box.do("card", uid=uid, hold_s=0)
        self.passes(2.6)

    def passes(self, seconds):
        """Simulated time."""
        end_ms = self.state("at_ms") + seconds * 1000
        self.until(lambda: self.state("at_ms") >= end_ms, 60)

    def closed(self):
        self.until(lambda: self.state("contactor"))

    def charge(self, seconds=15):
        self.closed()
        self.passes(seconds)

    def leave(self):
        self.box.do("ready", on=False)
        self.until(lambda: not self.state("contactor"))
        self.box.do("unplug")

    def cut(self, how=lambda: None):
        """The power goes; meanwhile `how` happens; it comes back."""
        self.box.do("power_cut")
        self.box.process.wait(10)
        how()
        self.box.start()

    def link(self, on):
        """The central system dies, or is there again."""
        (self.csms.start if on else self.csms.stop)()
        self.until(lambda: self.box.status("ocppa") is on, 30)

    def booked(self, count=1):
        """The sessions, when so many are over and nothing objectionable came."""
        self.until(lambda: len([s for s in self.csms.sessions if s.meter_stop is not None]) >= count, 30)
        assert self.csms.violations == []
        assert len(self.csms.sessions) == count, self.csms.sessions
        return self.csms.sessions


@pytest.fixture
def place(make_box):
    """-> place(**keys): a Place with keys set."""
    with BackgroundCentralSystem() as csms:
        yield lambda **keys: Place(make_box("--speed", SPEED), csms, **keys)


def states(csms):
    """Of connector 1, as they were told, without repetitions."""
    told = [p["status"] for p in csms.calls("StatusNotification") if p["connectorId"] == 1]
    return [s for s, before in zip(told, [None, *told], strict=False) if s != before]


def contexts(session):
    return {v["context"] for entry in session.samples for v in entry["sampledValue"]}


def test_A01_S03_S08_X02_X05_X07_X38_M21_a_session_with_a_card_is_booked_to_the_watt_hour(place):
    p = place()
    p.box.do("plug", on=True)
    p.until(lambda: "Hold your card" in p.box.status("why"))
    assert not p.state("contactor")
    p.tap()
    p.charge()
    wh = p.state("energy_wh")
    p.tap()
    (session,) = p.booked()
    assert (session.id_tag, session.reason) == (CARD, "Local")
    assert session.energy_wh == pytest.approx(p.state("energy_wh"), abs=1) and session.energy_wh >= int(wh)
    assert p.csms.calls("Authorize") == [{"idTag": CARD}]
    assert p.csms.calls("StopTransaction")[0]["idTag"] == CARD
    assert len(session.samples) >= 2 and contexts(session) == {"Sample.Periodic"}
    assert set(p.csms.calls("StartTransaction")[0]) == {"connectorId", "idTag", "meterStart", "timestamp"}
    p.passes(12)  # twice the interval of the meter values
    said = [m.action for m in p.csms.received if "transactionId" in m.payload]
    assert said.count("MeterValues") >= 2 and said[-1] == "StopTransaction"
    p.box.do("unplug")
    p.until(lambda: states(p.csms)[-1] == "Available")
    told = states(p.csms)
    assert told[:2] == ["Available", "Preparing"] and told[-3:] == ["Charging", "Finishing", "Available"], told


def test_S09_X05_F2_on_the_same_plug_in_a_second_card_begins_a_second_transaction(place):
    p = place()
    p.box.do("plug", on=True)
    p.tap()
    p.charge(5)
    p.tap()
    p.booked(1)
    p.tap(OTHER)
    p.charge(5)
    p.leave()
    first, second = p.booked(2)
    assert (first.id_tag, second.id_tag) == (CARD, OTHER)
    assert second.meter_start == first.meter_stop


def test_A03_a_card_that_the_central_system_does_not_know_charges_nothing(place):
    p = place()
    p.csms.refused.add(OTHER)
    p.box.do("plug", on=True)
    p.tap(OTHER)
    p.until(lambda: OTHER in p.box.status("why"))
    p.passes(10)
    assert not p.state("contactor") and p.csms.sessions == []
    assert states(p.csms)[-1] == "Preparing"


def test_X36_X37_without_a_car_the_authorisation_ends(place):
    p = place(txt=20)
    p.tap()
    p.until(lambda: "plug in" in p.box.status("why"))
    p.until(lambda: states(p.csms)[-1] == "Preparing")
    p.until(lambda: states(p.csms)[-1] == "Available")
    p.box.do("plug", on=True)
    p.passes(10)
    assert not p.state("contactor") and p.csms.sessions == []


def test_A24_a_card_of_the_same_group_ends_it_another_one_does_not(place):
    p = place()
    p.csms.tags.update({uid: {"status": "Accepted", "parentIdTag": "FAMILY"} for uid in (CARD, OTHER)})
    p.box.do("plug", on=True)
    p.tap()
    p.charge(5)
    p.tap("AABBCCDD")
    assert p.state("contactor")
    p.tap(OTHER)
    (session,) = p.booked()
    assert session.reason == "Local" and p.csms.calls("StopTransaction")[0]["idTag"] == OTHER


def test_A28_X10_a_card_whose_start_is_not_accepted_is_stopped_deauthorized(place):
    p = place()
    p.csms.script("StartTransaction", lambda payload: {**p.csms.book("x", "StartTransaction", payload),
                                                       "idTagInfo": {"status": "Blocked"}})  # fmt: skip
    p.box.do("plug", on=True)
    p.tap()
    p.until(lambda: p.csms.calls("StopTransaction"))
    assert p.csms.calls("StopTransaction")[0]["reason"] == "DeAuthorized"
    p.passes(10)
    assert not p.state("contactor")


def test_X04_an_accepted_card_charges_though_the_start_is_answered_late(place):
    p = place()
    p.csms.script("StartTransaction", Late(2))
    p.box.do("plug", on=True)
    p.tap()
    p.closed()
    p.charge(5)
    p.leave()
    assert p.booked()[0].energy_wh > 0


def test_X23_X25_X34_free_sessions_without_a_link_are_told_after_it_came_back(place):
    p = place(acs=0)
    p.link(False)
    for _ in range(2):
        p.box.do("plug", on=True)
        p.charge(20)
        p.leave()
        p.until(lambda: p.box.status("car") == 1)
        p.passes(6)
    assert p.csms.sessions == []
    p.link(True)
    first, second = p.booked(2)
    assert second.meter_start == first.meter_stop
    assert first.started < first.stopped < second.started < second.stopped
    assert len(first.samples) >= 3


def test_A18_X24_X40_without_a_link_a_card_charges_only_where_that_is_allowed(place):
    p = place(ocppao=False)
    p.link(False)
    p.box.do("plug", on=True)
    p.tap()
    p.until(lambda: "no connection" in p.box.status("why"))
    p.box.set(ocppao=True)
    p.tap()
    p.charge(5)
    p.tap()  # ends without a link, too
    p.until(lambda: not p.state("contactor"))
    p.passes(10)
    p.link(True)
    (session,) = p.booked()
    assert (session.id_tag, session.reason) == (CARD, "Local")
    p.until(lambda: states(p.csms)[-1] == "Finishing")


def test_X31_after_a_power_cut_the_same_car_goes_on_in_the_same_transaction(place):
    p = place()
    p.box.do("plug", on=True)
    p.tap()
    p.charge(70)
    p.cut()
    p.charge(20)
    p.leave()
    (session,) = p.booked()
    assert session.reason == "EVDisconnected"
    assert session.energy_wh == pytest.approx(p.state("energy_wh"), abs=1)
    assert contexts(session) == {"Sample.Periodic", "Other"}
    assert len(p.csms.calls("StartTransaction")) == 1


def test_X13_X32_a_car_that_leaves_while_the_power_is_away_is_billed_what_it_took(place):
    p = place()
    p.box.do("plug", on=True)
    p.tap()
    p.charge(70)
    p.box.do("ready", on=False)
    p.until(lambda: not p.state("contactor"))
    wh = p.state("energy_wh")
    p.box.do("unplug")
    p.cut()  # at once: the stop is not booked yet
    (session,) = p.booked()
    assert session.reason in ("PowerLoss", "EVDisconnected")
    assert session.energy_wh == pytest.approx(wh, abs=1)


def test_X31_restart_makes_two_sessions_of_it(place):
    p = place(ocpppl="restart")
    p.box.do("plug", on=True)
    p.tap()
    p.charge(10)
    p.cut()
    p.charge(10)
    p.leave()
    first, second = p.booked(2)
    assert (first.reason, first.id_tag, second.id_tag) == ("PowerLoss", CARD, CARD)
    assert second.meter_start == first.meter_stop
    assert first.energy_wh + second.energy_wh == pytest.approx(p.state("energy_wh"), abs=1)


def test_X31_stop_ends_it_and_waits_for_a_new_card(place):
    p = place(ocpppl="stop")
    p.box.do("plug", on=True)
    p.tap()
    p.charge(10)
    p.cut()
    (session,) = p.booked()
    assert session.reason == "PowerLoss"
    p.passes(10)
    assert not p.state("contactor")
    p.until(lambda: states(p.csms)[-1] == "Finishing")
    p.tap()
    p.charge(5)
    p.leave()
    p.booked(2)


def test_X34_X25_a_session_without_a_link_outlives_a_power_cut(place):
    p = place(acs=0)
    p.link(False)
    p.box.do("plug", on=True)
    p.charge(130)
    wh = p.state("energy_wh")
    p.cut()
    p.charge(5)
    p.link(True)
    p.charge(5)
    p.leave()
    (session,) = p.booked()
    assert session.energy_wh == pytest.approx(p.state("energy_wh"), abs=1) and session.energy_wh > wh
    assert len(session.samples) >= 6  # four a minute are kept


def test_X34_a_start_whose_answer_was_lost_is_booked_once(place):
    p = place(acs=0)
    p.csms.at(BOOKED, "StartTransaction", lambda message: p.csms.drop() or NEVER)
    p.box.do("plug", on=True)
    p.charge(5)
    p.leave()
    p.booked()
    assert len(p.csms.calls("StartTransaction")) == 2 and len(p.csms.repeats) == 1


def test_X28_X30_a_start_that_is_refused_for_good_is_a_dead_letter_and_the_next_session_is_not_held_up(place):
    p = place(ocppta=2)
    p.csms.script("StartTransaction", Refuse(), Refuse())
    p.csms.answers["StopTransaction"] = lambda payload: (
        {} if payload["transactionId"] == -1 else p.csms.book(p.csms.connected[-1], "StopTransaction", payload)
    )
    p.csms.answers["MeterValues"] = lambda payload: {}
    p.box.do("plug", on=True)
    p.tap()
    p.charge(10)
    p.leave()
    p.until(lambda: p.csms.calls("StopTransaction"))
    assert p.csms.calls("StopTransaction")[0]["transactionId"] == -1
    assert any("a start was refused" in note for note in p.box.status("notes"))
    p.box.do("plug", on=True)
    p.tap()
    p.charge(5)
    p.leave()
    p.booked()


def test_X34_another_central_system_is_told_nothing_of_what_belongs_to_the_first(place):
    p = place()
    p.box.do("plug", on=True)
    p.tap()
    p.charge(10)
    with BackgroundCentralSystem() as other:
        other.follow(world_clock(p.box))
        p.box.set(ocppu=other.url)
        p.until(lambda: other.calls("BootNotification") and p.box.status("ocppa"))
        p.leave()
        p.until(lambda: p.box.status("car") == 1)
        p.box.do("plug", on=True)
        p.tap(OTHER)
        p.charge(10)
        p.leave()
        p.until(lambda: other.calls("StopTransaction"))
        assert [s.id_tag for s in other.sessions] == [OTHER] and other.violations == []
        p.box.set(ocppu=p.csms.url)
        (session,) = p.booked()
    assert session.id_tag == CARD and session.energy_wh > 0


def test_S20_without_stop_on_disconnect_the_transaction_waits_for_its_car(place):
    p = place(ocppse=False)
    p.box.do("plug", on=True)
    p.tap()
    p.charge(5)
    p.leave()
    p.until(lambda: p.csms.statuses[1].get("info") == "EV side disconnected")
    assert p.csms.statuses[1]["status"] == "SuspendedEV"
    p.box.do("plug", on=True)
    p.charge(5)
    p.tap()
    (session,) = p.booked()
    assert session.reason == "Local"


def test_S18_after_a_reconnect_every_connector_is_told(place):
    p = place()
    p.until(lambda: len(p.csms.calls("StatusNotification")) >= 2)
    told = len(p.csms.calls("StatusNotification"))
    p.csms.drop()
    p.until(lambda: len(p.csms.calls("StatusNotification")) >= told + 2)
    time.sleep(0.1)
    assert [c["connectorId"] for c in p.csms.calls("StatusNotification")[told:]] == [0, 1]
