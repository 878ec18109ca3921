"""Digital inputs on the whole firmware: contacts of the blueprint, which has one of each use."""

import pytest
from test_rcm_session import OPEN_MS, Events, passes

from tools.session import clear, connect, unplug
from tools.wallbox import EVERY_PART, Wallbox, WallboxError

BOARD = "blueprint"
SHARED = BOARD, "--speed", 50, *EVERY_PART
USES = ("enable", "limit", "door")


@pytest.fixture
def box(shared_box):
    """Without a car, all contacts closed."""
    clear(shared_box)
    for use in USES:
        shared_box.do("input", use=use, on=True)
    shared_box.set(ocppe=False, acs=0)
    shared_box.wait_for(lambda: shared_box.status("car") == 1, 30)
    yield shared_box
    print(shared_box.last_words(60))


def closed(box):
    return box.ask("state")["contactor"]


def charge(box):
    box.do("plug", on=True)
    box.wait_for(lambda: closed(box), 40)


def opened_ms(box, events, event, **fields):
    """From that event to the open main contacts."""
    box.wait_for(lambda: not closed(box), 10)
    return events.at("contactor", closed=False) - events.at(event, **fields)


def test_an_open_enable_contact_withdraws_the_offer_and_a_closed_one_gives_it_back(box):
    charge(box)
    events = Events(box)
    box.do("input", use="enable", on=False)
    late_ms = opened_ms(box, events, "input", use="enable")
    assert events.at("car", state="B") < events.at("contactor", closed=False)  # the car had its time
    assert late_ms < 7000
    assert box.status("why").startswith("Charging was stopped at the enable input")
    assert (box.status("err"), box.status("modelStatus")) == (0, 4)
    box.do("input", use="enable", on=True)
    box.wait_for(lambda: closed(box), 30)


def test_with_its_contact_open_a_limit_lowers_the_duty(box):
    charge(box)
    assert box.ask("state")["duty"] == pytest.approx(16 / 60, abs=0.002)
    box.do("input", use="limit", on=False)
    box.wait_for(lambda: box.ask("state")["duty"] == pytest.approx(6 / 60, abs=0.002), 20)
    assert closed(box)
    assert box.status("cll")["gridCurrentLimit"] == 6
    assert box.status("why") == "Charging at up to 6 A, limited by the grid operator (gla, or a limit input)."
    box.do("input", use="limit", on=True)
    box.wait_for(lambda: box.ask("state")["duty"] == pytest.approx(16 / 60, abs=0.002), 20)


def test_an_open_door_opens_at_once_until_it_is_closed(box):
    charge(box)
    events = Events(box)
    box.do("input", use="door", on=False)
    assert opened_ms(box, events, "input", use="door") < OPEN_MS
    assert box.status("why").startswith("The enclosure is open")
    passes(box, 40_000)
    assert not closed(box)
    box.do("input", use="door", on=True)
    box.wait_for(lambda: closed(box), 30)


def test_the_emergency_stop_opens_in_time_and_waits_for_the_car_to_be_unplugged(box):
    charge(box)
    events = Events(box)
    box.do("fault", name="estop")
    assert opened_ms(box, events, "fault", name="estop") < OPEN_MS
    assert box.status("why").startswith("The emergency stop is pressed")
    box.do("fault", name="estop", on=False)
    passes(box, 40_000)
    assert not closed(box)
    unplug(box)
    box.wait_for(lambda: box.status("err") == 0, 10)
    charge(box)


def test_X15_the_emergency_stop_ends_the_transaction_and_no_other_one_begins(box, csms):
    connect(box, csms)
    charge(box)
    box.do("fault", name="estop")
    box.wait_for(lambda: csms.calls("StopTransaction"), 20)
    assert csms.calls("StopTransaction")[0]["reason"] == "EmergencyStop"
    faulted = [call for call in csms.calls("StatusNotification") if call["status"] == "Faulted"]
    assert (faulted[0]["errorCode"], faulted[0]["vendorErrorCode"]) == ("OtherError", "EmergencyStop")
    box.do("fault", name="estop", on=False)
    passes(box, 20_000)
    assert len(csms.calls("StartTransaction")) == 1 and not closed(box)
    unplug(box)
    box.wait_for(lambda: box.status("car") == 1, 10)
    charge(box)
    box.wait_for(lambda: len(csms.calls("StartTransaction")) == 2, 20)
    assert csms.violations == []


def test_contacts_are_as_they_were_after_a_power_cut_and_a_pressed_stop_holds(tmp_path):
    with Wallbox(BOARD, tmp_path / "data", "--speed", 50, *EVERY_PART) as box:
        charge(box)
        box.do("fault", name="estop")
        box.do("input", use="enable", on=False)
        box.wait_for(lambda: not closed(box), 10)
        box.do("power_cut")
        box.process.wait(10)
        box.start()
        passes(box, 20_000)
        assert (box.status("err"), closed(box)) == (12, False)
        box.do("fault", name="estop", on=False)
        unplug(box)
        box.wait_for(lambda: box.status("err") == 0, 10)
        box.do("plug", on=True)
        passes(box, 20_000)
        assert not closed(box)
        box.do("input", use="enable", on=True)
        box.wait_for(lambda: closed(box), 30)


def test_a_board_says_which_inputs_it_has(box):
    with pytest.raises(WallboxError, match="door enable estop limit"):
        box.do("input", use="window", on=False)


@pytest.mark.alone
def test_a_busy_chip_stops_in_time(tmp_path):
    """As slow as an ESP32: no edge helps, the emergency stop is looked at with every burst."""
    with Wallbox(BOARD, tmp_path / "data", "--speed", 10, "--cpu", 50, *EVERY_PART) as box:
        events, late_ms = Events(box), []
        for name in ("estop", "door") * 2:
            charge(box)
            passes(box, 3000)
            fields = {"name": name} if name == "estop" else {"use": name}
            event = "fault" if name == "estop" else "input"
            box.do(event, **fields, on=name == "estop")
            late_ms.append(opened_ms(box, events, event, **fields, on=name == "estop"))
            box.do(event, **fields, on=name != "estop")
            unplug(box)
            box.wait_for(lambda: box.status("car") == 1, 20)
    print("from the contact to the open main contacts, ms:", late_ms)
    assert max(late_ms) < OPEN_MS
