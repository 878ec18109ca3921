"""The lock on the whole firmware: from the pilot to the bolt, and from the central system to the plug in one's hand."""

import pytest
from socket_play import at_rest, closed, opened, pass_s, started, state, unlocked

from tools.build import modules
from tools.session import connect, unplug
from tools.wallbox import EVERY_PART, WallboxError

SOCKET, WELDABLE = "smartevse_v30", "blueprint"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with started(SOCKET, tmp_path_factory.mktemp("data"), "--speed", 200) as box:
        yield box


@pytest.fixture
def box(shared):
    at_rest(shared)
    yield shared
    print(shared.last_words(60))


@pytest.fixture
def make(make_box):
    """-> make(board): a wallbox of one's own; its data stay when it starts again."""
    return lambda board: make_box("--speed", 20, *(EVERY_PART if board == WELDABLE else ()), board=board)


def told(csms):
    """(status, errorCode) of connector 1, in order."""
    payloads = [m.payload for m in csms.received if m.action == "StatusNotification"]
    return [(p["status"], p["errorCode"]) for p in payloads if p["connectorId"] == 1]


def stop_reason(csms):
    return next((m.payload.get("reason", "Local") for m in csms.received if m.action == "StopTransaction"), None)


@pytest.mark.parametrize("board", [SOCKET, "smartevse_v31", "esp32evse_s2da", WELDABLE])
def test_on_every_board_with_a_lock_it_locks_before_current_flows(make, board):
    box = make(board)
    events = []
    box.do("plug", on=True)
    while not box.ask("state")["contactor"]:
        seen = box.ask("state")
        events.append((seen["locked"], seen["duty"] < 1, seen["contactor"]))
        assert seen["locked"] or not (seen["contactor"] or 0 < seen["duty"] < 1), seen
    assert (False, False, False) in events and box.ask("state")["locked"]
    assert box.status("cus", "lck", "cbl") == {"cus": 3, "lck": 0, "cbl": 32}
    with pytest.raises(WallboxError, match="the plug is locked"):
        box.do("unplug")
    unplug(box)
    box.wait_for(lambda: box.status("cus", "car") == {"cus": 1, "car": 1}, 10)


def test_unplugged_at_the_car_it_opens_and_not_before_the_contactor(box):
    box.do("plug", on=True)
    closed(box)
    box.do("unplug", side="car")
    unlocked(box)
    assert state(box, "plugged", "cable") == (False, 32)
    box.do("unplug")


def test_it_waits_for_who_may_charge(box):
    box.set(acs=1)
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("car") == 3, 10)
    pass_s(box, 5)
    assert state(box, "locked", "contactor") == (False, False)
    box.set(trx=0)
    closed(box)
    box.set(trx=None)
    opened(box)
    unlocked(box)
    box.do("unplug")


def test_the_setting(box):
    box.do("plug", on=True)
    closed(box)
    box.set(ust=3)
    unlocked(box)
    box.wait_for(lambda: box.status("lck", "cus") == {"lck": 3, "cus": 1}, 10)
    assert box.status("why").startswith("The plug is not locked")
    box.set(ust=2)
    closed(box)
    box.do("unplug", side="car")
    box.wait_for(lambda: box.status("car") == 1, 10)
    pass_s(box, 10)
    assert state(box, "locked", "cable") == (True, 32)
    box.set(ust=0)
    unlocked(box)


@pytest.mark.soak
def test_what_lock_and_cable_do_is_lent_and_comes_back_after_a_long_quiet_charge(box):
    box.do("plug", on=True)
    closed(box)
    pass_s(box, 70)
    mods = set(box.status("mods"))
    assert {"parts", *map(modules().flat, ("hal.lock", "hal.proximity"))} <= mods, mods
    assert not mods & {modules().flat(f"{half}.{name}") for half in ("parts", "core") for name in ("lock", "proximity")}
    assert box.status("cus", "cbl") == {"cus": 3, "cbl": 32}
    box.do("fault", name="pp_short")
    opened(box)
    box.do("fault", name="pp_short", on=False)
    closed(box)
    pass_s(box, 70)
    box.set(ust=3)
    unlocked(box)


def test_S17_a_lock_that_does_not_move_is_tried_five_times_and_told(box, csms):
    connect(box, csms)
    box.do("fault", name="lock")
    box.do("plug", on=True)
    box.wait_for(lambda: ("Faulted", "ConnectorLockFailure") in told(csms), 30)
    assert state(box, "locked", "contactor", "energy_wh") == (False, False, 0)
    assert box.status("cus", "err") == {"cus": 4, "err": 15}
    assert box.status("why").startswith("The lock does not move")
    assert csms.calls("StartTransaction") == []
    box.do("unplug")
    box.do("fault", name="lock", on=False)
    box.wait_for(lambda: box.status("car", "err") == {"car": 1, "err": 0}, 20)
    box.do("plug", on=True)
    closed(box)
    assert csms.violations == []


def test_feedback_lost_while_charging_takes_the_current_away_and_is_a_fault(box):
    box.do("plug", on=True)
    closed(box)
    box.do("fault", name="lock_wire")
    opened(box)
    box.wait_for(lambda: box.status("err") == 15, 30)
    pass_s(box, 20)
    assert not box.ask("state")["contactor"]
    box.do("fault", name="lock_wire", on=False)
    unplug(box)
    box.wait_for(lambda: box.status("car", "err") == {"car": 1, "err": 0}, 20)


def test_U03_X11_unlocked_from_afar_while_it_charges(box, csms):
    connect(box, csms)
    box.do("plug", on=True)
    closed(box)
    assert csms.call("UnlockConnector", connectorId=1)["status"] == "Unlocked"
    assert state(box, "locked", "contactor") == (False, False)
    box.wait_for(lambda: stop_reason(csms), 20)
    assert stop_reason(csms) == "UnlockCommand"
    box.wait_for(lambda: told(csms)[-1] == ("Finishing", "NoError"), 20)
    assert box.status("lck") == 3
    box.do("unplug")
    box.wait_for(lambda: told(csms)[-1] == ("Available", "NoError"), 20)
    assert csms.violations == []


def test_U01_U05_U06_unlocked_from_afar_without_a_transaction(box, csms):
    connect(box, csms)
    assert csms.call("UnlockConnector", connectorId=1)["status"] == "Unlocked"
    assert csms.call("UnlockConnector", connectorId=2)["status"] == "NotSupported"
    box.set(ust=2)
    box.do("plug")
    box.wait_for(lambda: box.status("cus") == 3, 20)
    box.do("fault", name="lock")
    assert csms.call("UnlockConnector", connectorId=1)["status"] == "UnlockFailed"
    box.wait_for(lambda: ("Faulted", "ConnectorLockFailure") in told(csms), 30)
    assert box.status("cus", "err") == {"cus": 2, "err": 16}
    box.do("fault", name="lock", on=False)
    unlocked(box)
    box.do("unplug")


def test_a_welded_contactor_keeps_it_locked(make, csms):
    box = make(WELDABLE)
    connect(box, csms)
    box.do("plug", on=True)
    closed(box)
    box.do("fault", name="weld")
    assert csms.call("UnlockConnector", connectorId=1)["status"] == "UnlockFailed"
    box.set(ust=3)
    box.do("unplug", side="car")
    pass_s(box, 20)
    assert state(box, "locked", "contactor") == (True, True)
    assert box.status("err") == 9
    box.wait_for(lambda: stop_reason(csms), 20)
    box.do("fault", name="weld", on=False)
    pass_s(box, 3)
    assert box.ask("state")["locked"], "only a person lets it go"
    box.set(ack=1)
    unlocked(box)


def test_a_power_cut_leaves_it_locked_and_the_next_start_goes_on(make):
    box = make(SOCKET)
    box.do("plug", on=True)
    closed(box)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    for _ in range(20):
        assert box.ask("state")["locked"]
        pass_s(box, 0.2)
    closed(box)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    box.do("unplug", side="car")
    unlocked(box)
    box.wait_for(lambda: box.status("err", "cus") == {"err": 0, "cus": 1}, 10)
