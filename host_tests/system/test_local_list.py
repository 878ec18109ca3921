"""Who may charge without the central system's word, on the whole firmware: the local list and the cache."""

import pytest

from tools.csms import BackgroundCentralSystem, Refused
from tools.session import world_clock
from tools.wallbox import EVERY_PART

CARD, OTHER = "04A1B2C3D4E5F6", "11223344"
SHARED = "devkit", "--speed", 20, *EVERY_PART  # what these tests ask for one after the other leaves too many names


@pytest.fixture(scope="module")
def system():
    with BackgroundCentralSystem() as csms:
        yield csms


@pytest.fixture
def csms(system):
    """One for the whole file: ids are known to who has told them."""
    system.clear_hitches()
    system.received.clear()
    system.sessions.clear()
    yield system
    assert system.violations == []


@pytest.fixture
def point(box, csms):
    """A wallbox that wants a card, connected, knowing nobody."""
    csms.follow(world_clock(box))
    box.set(ocppu=csms.url + "/box-1", ocppe=True, acs=1, ocppi=0, txt=60, ocppmt=5, ocppbs=1, ocppbc=2)
    box.set(ocppao=False, ocpplo=True, ocpplp=False, ocppla=True, ocppce=True)
    box.wait_for(lambda: box.status("ocppa") and csms.connected, 20)
    assert send(csms, 1) == "Accepted"
    assert csms.call("ClearCache") == {"status": "Accepted"}
    return box


def send(csms, number, entries=(), kind="Full"):
    """entries: {id: status, None for none}"""
    given = [{"idTag": i, **({"idTagInfo": {"status": entries[i]}} if entries[i] else {})} for i in entries]
    more = {"localAuthorizationList": given} if given else {}
    return csms.call("SendLocalList", listVersion=number, updateType=kind, **more)["status"]


def version(csms):
    return csms.call("GetLocalListVersion")["listVersion"]


def tap(box, uid=CARD):
    before = box.status("lrr")
    box.do("card", uid=uid, hold_s=600)
    box.wait_for(lambda: box.status("lrr") != before, 20)
    box.do("card", uid=uid, hold_s=0)
    end_ms = box.ask("state")["at_ms"] + 2600
    box.wait_for(lambda: box.ask("state")["at_ms"] >= end_ms, 20)


def charges(box):
    return box.wait_for(lambda: box.ask("state")["contactor"], 20)


def link(box, csms, on):
    (csms.start if on else csms.stop)()
    box.wait_for(lambda: box.status("ocppa") is on, 30)


def test_L01_L02_L03_L05_the_list_and_its_version(point, csms):
    assert version(csms) == 0
    assert send(csms, 5, {CARD: "Accepted", OTHER: "Blocked"}) == "Accepted"
    assert version(csms) == 5
    assert send(csms, 5, {OTHER: "Accepted"}, "Differential") == "VersionMismatch"
    assert send(csms, 6, {OTHER: None}, "Differential") == "Accepted"
    assert version(csms) == 6
    assert send(csms, 3, {OTHER: "Accepted"}) == "Accepted"
    assert version(csms) == 3
    assert send(csms, 9) == "Accepted"
    assert version(csms) == 0


def test_L02_L08_fifty_entries_of_full_length_and_one_more(point, csms):
    info = {"status": "ConcurrentTx", "expiryDate": "2090-01-01T00:00:00.000Z", "parentIdTag": "P" * 20}
    entries = [{"idTag": f"I{n:019}", "idTagInfo": info} for n in range(51)]
    payload = {"listVersion": 5, "updateType": "Full", "localAuthorizationList": entries}
    with pytest.raises(Refused, match="OccurenceConstraintViolation"):
        csms.call("SendLocalList", **payload)
    assert version(csms) == 0
    entries[17]["idTag"] = CARD
    assert csms.call("SendLocalList", **payload | {"localAuthorizationList": entries[:50]}) == {"status": "Accepted"}
    assert version(csms) == 5
    link(point, csms, False)
    point.do("plug", on=True)
    tap(point)
    charges(point)
    tap(point)
    point.wait_for(lambda: not point.ask("state")["contactor"], 20)
    point.do("unplug")
    link(point, csms, True)
    point.wait_for(lambda: csms.calls("StopTransaction"), 20)


def test_L11_switched_off(point, csms):
    change = csms.call("ChangeConfiguration", key="LocalAuthListEnabled", value="false")
    assert change == {"status": "Accepted"}
    assert version(csms) == -1
    assert send(csms, 5, {CARD: "Accepted"}) == "NotSupported"


def test_L09_A16_a_thousand_ids_and_one_more(point, csms):
    ids = [f"{n:08X}" for n in range(999)] + [CARD]
    for n in range(40):
        entries = dict.fromkeys(ids[25 * n : 25 * n + 25], "Accepted")
        assert send(csms, n + 1, entries, "Differential") == "Accepted"
    assert send(csms, 50, {OTHER: "Accepted"}, "Differential") == "Failed"
    assert version(csms) == 40
    link(point, csms, False)
    point.do("plug", on=True)
    tap(point, OTHER)
    assert OTHER in point.status("why") and not point.ask("state")["contactor"]
    tap(point)
    charges(point)
    link(point, csms, True)
    tap(point)
    point.wait_for(lambda: csms.sessions and csms.sessions[-1].meter_stop is not None, 20)
    assert [(s.id_tag, s.reason) for s in csms.sessions] == [(CARD, "Local")]
    assert csms.calls("Authorize") == []


def test_A05_A14_whom_it_knows_need_not_be_asked_about_until_the_cache_is_cleared(point, csms):
    point.set(ocpplp=True)
    for asked, clears in ((1, False), (1, True), (2, False)):
        point.do("plug", on=True)
        tap(point)
        charges(point)
        assert len(csms.calls("Authorize")) == asked
        if clears:
            assert csms.call("ClearCache") == {"status": "Accepted"}
            csms.script("StopTransaction", lambda payload: csms.book("box-1", "StopTransaction", payload) and {})
        stops = len(csms.calls("StopTransaction"))
        tap(point)
        point.wait_for(lambda n=stops: len(csms.calls("StopTransaction")) > n, 20)
        point.do("unplug")
        point.wait_for(lambda: point.status("car") == 1, 20)
    assert len(csms.sessions) == 3


def test_a_card_of_the_owners_charges_while_the_connector_is_unavailable(point, csms):
    """Loxone's way: refused by the central system, or without one."""
    point.set(ocpplu=True, lrn=0)
    tap(point)
    csms.refused.add(CARD)
    for linked in (True, False):
        point.wait_for(lambda: csms.statuses[1]["status"] == "Available", 20)
        if not linked:
            link(point, csms, False)
        point.do("plug", on=True)
        tap(point)
        charges(point)
        if linked:
            point.wait_for(lambda: csms.statuses[1]["status"] == "Unavailable", 20)
        tap(point)
        point.wait_for(lambda: not point.ask("state")["contactor"], 20)
        point.do("unplug")
        point.wait_for(lambda: point.status("car") == 1, 20)
    link(point, csms, True)
    csms.refused.clear()
    point.set(ocpplu=False, c0i=None)
    assert csms.sessions == []


def test_A22_A23_only_its_own_card_ends_a_charge_without_a_group_and_none_is_asked_about(point, csms):
    point.do("plug", on=True)
    tap(point)
    charges(point)
    tap(point, OTHER)
    assert OTHER in point.status("why") and point.ask("state")["contactor"]
    tap(point)
    point.wait_for(lambda: csms.calls("StopTransaction"), 20)
    assert [p["idTag"] for p in csms.calls("StopTransaction")] == [CARD]
    assert csms.calls("Authorize") == [{"idTag": CARD}]


def test_A29_A30_refused_and_not_to_be_stopped_it_gets_the_last_energy_and_then_waits(point, csms):
    for key, value in (("StopTransactionOnInvalidId", "false"), ("MaxEnergyOnInvalidId", "10")):
        assert csms.call("ChangeConfiguration", key=key, value=value) == {"status": "Accepted"}
    blocked = {"idTagInfo": {"status": "Blocked"}}
    csms.script("StartTransaction", lambda payload: {**csms.book("box-1", "StartTransaction", payload), **blocked})
    point.do("plug", on=True)
    tap(point)
    charges(point)
    point.wait_for(lambda: csms.statuses[1]["status"] == "SuspendedEVSE", 20)
    point.wait_for(lambda: not point.ask("state")["contactor"], 20)
    assert point.status("wh") >= 10
    assert csms.calls("StopTransaction") == []
    point.do("unplug")
    point.wait_for(lambda: csms.sessions[0].meter_stop is not None, 20)
    assert (csms.sessions[0].reason, csms.sessions[0].energy_wh < 20) == ("EVDisconnected", True)
    point.set(ocppsi=True, ocppme=0)
