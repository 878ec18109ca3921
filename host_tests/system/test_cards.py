"""Cards on the whole firmware: from the card in front of the simulated PN532 to the key, the contactor, the idTag."""

import pytest

from tools.wallbox import WallboxError

CARD, OTHER = "04A1B2C3D4E5F6", "11223344"


@pytest.fixture
def cards(box):
    """A wallbox that wants a card; CARD is in slot 2."""
    box.do("fault", name="reader", on=False)
    for slot in range(10):
        box.set(**{"del": slot})
    box.set(acs=1, rde=True, cards=[{}, {}, {"name": "Alice", "rfid": CARD}])
    yield box
    box.do("fault", name="reader", on=False)


def tap(box, uid=CARD):
    """Hold a card to the reader until it was read, and take it away for as long as the next one wants."""
    before = box.status("lrr")
    box.do("card", uid=uid, hold_s=600)
    box.wait_for(lambda: box.status("lrr") != before, 10)
    box.do("card", uid=uid, hold_s=0)
    began_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] - began_ms > 2600, 10)


def test_A01_a_card_without_OCPP_begins_and_ends_a_charge_and_counts_it(cards):
    cards.do("plug", on=True)
    cards.wait_for(lambda: cards.status("modelStatus") == 2, 10)
    tap(cards)
    assert cards.status("trx") == 3
    cards.wait_for(lambda: cards.ask("state")["contactor"], 20)
    cards.wait_for(lambda: cards.status("wh") >= 5, 30)
    tap(cards)
    cards.wait_for(lambda: not cards.ask("state")["contactor"], 20)
    assert cards.status("trx") is None
    cards.wait_for(lambda: cards.status("c2e") > 0, 20)
    assert cards.status("c2e") == pytest.approx(cards.status("wh"), abs=2)
    card = cards.status("cards")[2]
    assert card == {"name": "Alice", "energy": cards.status("c2e"), "cardId": True}


def test_an_unknown_card_is_refused_with_a_sentence(cards):
    cards.do("plug", on=True)
    cards.wait_for(lambda: cards.status("car") == 3, 10)
    tap(cards, OTHER)
    assert OTHER in cards.status("why")
    assert cards.status("trx") is None
    assert not cards.ask("state")["contactor"]


def test_a_card_is_taught_and_told(cards):
    cards.set(lrn=5)
    tap(cards, OTHER)
    assert (cards.status("lrc"), cards.status("lri")) == (5, OTHER)
    assert cards.status("c5i") is True
    cards.set(c5n="Bob")
    assert cards.status("cards")[5] == {"name": "Bob", "energy": 0, "cardId": True}
    cards.set(rde=False)
    assert cards.status("lri") is None
    cards.set(**{"del": 5})
    assert cards.status("c5i", "c5n", "c5e") == {"c5n": "n/a", "c5e": 0, "c5i": False}
    with pytest.raises(WallboxError, match="lrn"):
        cards.set(lrn=10)
    with pytest.raises(WallboxError, match="hex digits"):
        cards.set(c5i="12345")


def test_A33_a_dead_reader_is_told_and_the_box_goes_on(cards):
    cards.do("fault", name="reader")
    cards.wait_for(lambda: any("the card reader does not answer" in line for line in cards.log), 30)
    cards.do("plug", on=True)
    cards.set(trx=0)
    cards.wait_for(lambda: cards.ask("state")["contactor"], 20)
    cards.do("fault", name="reader", on=False)
    cards.wait_for(lambda: any("the card reader answers again" in line for line in cards.log), 30)
    assert cards.ask("state")["resets"] == 0


def test_the_slots_outlive_a_power_cut(make_box):
    box = make_box("--speed", 20)
    box.wait_for(lambda: box.ask("state")["uptime_ms"] > 3000, 10)  # the contactor is known to be open
    box.set(cards=[{}, {"name": "Bob", "energy": 1234, "rfid": OTHER}])
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    assert box.status("cards")[1] == {"name": "Bob", "energy": 1234, "cardId": True}
    box.set(rde=True, lrn=0)
    tap(box, CARD)
    assert box.status("c0i") is True


def test_A01_a_card_with_OCPP_is_asked_about_and_ends_what_it_began(cards, csms):
    csms.follow(lambda: cards.ask("state")["utc_s"])
    cards.set(ocppu=csms.url, ocppe=True)
    cards.wait_for(lambda: cards.status("ocppa"), 20)
    cards.do("plug", on=True)
    cards.wait_for(lambda: cards.status("car") == 3, 10)
    tap(cards, CARD.lower())
    cards.wait_for(lambda: cards.ask("state")["contactor"], 20)
    assert [m.payload["idTag"] for m in csms.received if m.action == "Authorize"] == [CARD]
    tap(cards)
    cards.wait_for(lambda: csms.sessions and csms.sessions[-1].energy_wh is not None, 20)
    stop = [m.payload for m in csms.received if m.action == "StopTransaction"][-1]
    assert stop["idTag"] == CARD
    assert stop.get("reason", "Local") == "Local"


def test_A33_a_dead_reader_is_a_warning_of_the_box_and_it_can_be_started_from_afar(cards, csms):
    csms.follow(lambda: cards.ask("state")["utc_s"])
    cards.set(ocppu=csms.url, ocppe=True)
    cards.wait_for(lambda: cards.status("ocppa"), 20)

    def said():
        told = [m.payload for m in csms.received if m.action == "StatusNotification"]
        return [p["errorCode"] for p in told if p["connectorId"] == 0]

    cards.wait_for(lambda: said() == ["NoError"], 10)
    cards.do("fault", name="reader")
    cards.wait_for(lambda: said() == ["NoError", "ReaderFailure"], 30)
    cards.do("plug", on=True)
    assert csms.call("RemoteStartTransaction", idTag="AFAR", connectorId=1)["status"] == "Accepted"
    cards.wait_for(lambda: cards.ask("state")["contactor"], 20)
    cards.do("fault", name="reader", on=False)
    cards.wait_for(lambda: said()[-1] == "NoError", 30)
