"""A card begins and ends a charge on the whole firmware, by each kind of reader and on the board that has an RC522."""

import pytest
from reader_play import DerivedBox
from test_cards import tap

LONG, SHORT = "04A1B2C3D4E5F6", "A1B2C3D4"
# kind, fields of READER, the card, its idTag
READERS = (
    ("pn532_spi", {}, LONG, LONG),
    ("pn532_uart", {}, LONG, LONG),
    ("mfrc522", {}, "00112233445566778899", "00112233445566778899"),
    ("wiegand", {}, SHORT, SHORT),
    ("wiegand", {"reverse": True}, SHORT, "D4C3B2A1"),
    ("ds1990a", {}, LONG, LONG),
    ("pn532", {"reverse": True}, LONG, "F6E5D4C3B2A104"),
)


@pytest.fixture
def start(built, tmp_path):
    """-> start(kind, **fields of READER): a running wallbox that wants a card."""
    boxes = []

    def start(kind, **spec):
        box = DerivedBox(tmp_path, kind, "--speed", 20, **spec)
        boxes.append(box)
        box.start()
        box.set(acs=1, rde=True)
        return box

    yield start
    for box in boxes:
        box.stop()
        print(box.last_words(60))


def charge(box, uid, tag):
    """Plug in, tap, charge, tap."""
    box.set(cards=[{"name": "Alice", "rfid": tag}])
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("modelStatus") == 2, 10)
    tap(box, uid)
    assert box.status("lri") == tag
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    box.wait_for(lambda: box.status("wh") >= 2, 30)
    tap(box, uid)
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    assert box.status("trx") is None
    assert box.ask("state")["resets"] == 0


@pytest.mark.parametrize(("kind", "spec", "uid", "tag"), READERS)
def test_A01_a_card_begins_and_ends_a_charge(start, kind, spec, uid, tag):
    charge(start(kind, **spec), uid, tag)


@pytest.mark.parametrize("kind", ["pn532", "pn532_spi", "pn532_uart", "mfrc522"])
def test_A33_a_reader_that_is_gone_in_the_middle_of_a_charge_is_told_and_heals(start, kind):
    box = start(kind)
    box.set(cards=[{"name": "Alice", "rfid": LONG}])
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("modelStatus") == 2, 10)
    tap(box, LONG)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    box.do("fault", name="reader")
    box.wait_for(lambda: any("the card reader does not answer" in line for line in box.log), 30)
    assert box.ask("state")["contactor"], "the charge goes on"
    box.do("fault", name="reader", on=False)
    box.wait_for(lambda: any("the card reader answers again" in line for line in box.log), 30)
    tap(box, LONG)
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    assert box.ask("state")["resets"] == 0


def test_a_wiegand_reader_that_is_gone_is_not_told(start):
    box = start("wiegand")
    box.do("fault", name="reader")
    began_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] - began_ms > 15_000, 20)
    assert not any("card reader" in line for line in box.log)


def test_a_wiegand_card_with_a_random_number_is_refused_in_either_order(start):
    box = start("wiegand", reverse=True)
    box.do("card", uid="33221108", hold_s=1)
    box.wait_for(lambda: any("random number" in line for line in box.log), 20)
    assert box.status("lri") is None


@pytest.fixture
def synccharge(make_box):
    return make_box("--speed", 20, board="synccharge")


def test_A01_the_RC522_of_synccharge_begins_and_ends_a_charge(synccharge):
    assert not any("READER is not driven" in line for line in synccharge.log)
    synccharge.set(acs=1, rde=True)
    charge(synccharge, LONG, LONG)


def test_A33_with_OCPP_a_dead_RC522_is_a_warning_of_the_box(synccharge, csms):
    csms.follow(lambda: synccharge.ask("state")["utc_s"])
    synccharge.set(ocppu=csms.url, ocppe=True)
    synccharge.wait_for(lambda: synccharge.status("ocppa"), 20)

    def said():
        told = [m.payload for m in csms.received if m.action == "StatusNotification"]
        return [p["errorCode"] for p in told if p["connectorId"] == 0]

    synccharge.do("fault", name="reader")
    synccharge.wait_for(lambda: said()[-1:] == ["ReaderFailure"], 30)
    synccharge.do("fault", name="reader", on=False)
    synccharge.wait_for(lambda: said()[-1:] == ["NoError"], 30)
