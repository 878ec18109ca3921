"""Sessions on the whole firmware with one wallbox: card and plug in any order, how they end, and what a central system
hears of it."""

import pytest

from host_tests.system.test_billing import CARD, SPEED, Place
from tools.csms import BackgroundCentralSystem
from tools.hitches import NEVER
from tools.wallbox import Wallbox


@pytest.fixture(scope="module")
def shared(built, tmp_path_factory):
    with BackgroundCentralSystem() as csms, Wallbox("devkit", tmp_path_factory.mktemp("d"), "--speed", SPEED) as box:
        yield Place(box, csms)


@pytest.fixture
def p(shared):
    """The Place, no car there; what it said before is forgotten."""
    shared.until(lambda: shared.csms.statuses.get(1, {}).get("status") == "Available")
    shared.csms.sessions.clear()
    shared.csms.received.clear()
    yield shared
    if shared.state("plugged"):
        shared.leave()
    shared.until(lambda: all(s.meter_stop is not None for s in shared.csms.sessions))
    shared.box.set(acs=1, ocppta=3)
    assert shared.csms.violations == []


def told(p):
    """Of connector 1: (status, info) without repetitions."""
    said = [(c["status"], c.get("info")) for c in p.csms.calls("StatusNotification") if c["connectorId"] == 1]
    return [one for one, before in zip(said, [None, *said], strict=False) if one != before]


def test_S04_first_the_card_then_the_plug(p):
    p.tap()
    p.until(lambda: told(p) == [("Preparing", None)])
    assert p.csms.calls("StartTransaction") == []
    p.box.do("plug", on=True)
    p.charge(5)
    assert [status for status, _ in told(p)][-1] == "Charging"
    assert p.csms.calls("Authorize") == [{"idTag": CARD}] and len(p.csms.calls("StartTransaction")) == 1


def test_S23_the_same_card_once_more_before_the_plug_takes_it_back(p):
    p.tap()
    p.until(lambda: told(p) == [("Preparing", None)])
    p.tap()
    p.until(lambda: told(p)[-1][0] == "Available")
    p.box.do("plug", on=True)
    p.passes(10)
    assert not p.state("contactor") and p.csms.sessions == []


def test_S21_X09_unplugged_at_the_car_it_ends_and_says_so(p):
    p.box.do("plug", on=True)
    p.tap()
    p.charge(5)
    p.leave()
    (session,) = p.booked()
    assert (session.reason, "idTag" in p.csms.calls("StopTransaction")[0]) == ("EVDisconnected", False)
    p.until(lambda: told(p)[-1] == ("Available", "EV side disconnected"))


def test_X08_a_stop_from_afar_names_nobody(p):
    p.box.do("plug", on=True)
    p.tap()
    p.charge(5)
    p.until(lambda: p.box.status("ocppti") == p.csms.sessions[0].id)
    assert p.csms.call("RemoteStopTransaction", transactionId=p.csms.sessions[0].id) == {"status": "Accepted"}
    (session,) = p.booked()
    assert (session.reason, "idTag" in p.csms.calls("StopTransaction")[0]) == ("Remote", False)
    p.until(lambda: told(p)[-1] == ("Finishing", None))


def test_X41_a_card_that_charges_elsewhere_is_stopped(p):
    p.csms.limits[CARD] = 0
    p.box.do("plug", on=True)
    p.tap()
    (session,) = p.booked()
    assert session.reason == "DeAuthorized" and not p.state("contactor")
    del p.csms.limits[CARD]


def test_X29_a_start_that_is_never_answered_is_kept_and_said_again_for_ever(p):
    p.box.set(acs=0, ocppta=1)
    p.csms.script("StartTransaction", *[NEVER] * 4)
    p.box.do("plug", on=True)
    p.charge(5)
    p.leave()
    (session,) = p.booked()
    starts = p.csms.calls("StartTransaction")
    assert len(starts) == 5 and all(start == starts[0] for start in starts)
    assert session.energy_wh > 0 and p.box.status("ocppq")["dead"] == 0


def test_S19_after_a_time_without_a_link_only_the_present_state_is_said(p):
    p.link(False)
    for _ in range(3):
        p.box.do("plug")
        p.passes(4)
        p.box.do("unplug")
        p.passes(4)
    p.box.do("plug")
    p.passes(4)
    p.link(True)
    p.until(lambda: told(p))
    p.passes(5)
    assert told(p) == [("Preparing", None)]
