"""Every board of boards/ boots on the simulated chip, says what it does not drive, and charges a car there."""

import pytest

from tools.board_parts import PARTS, driven
from tools.boards import ROOT, load
from tools.session import connect, unplug

BOARDS = sorted(path.parent.name for path in ROOT.glob("boards/*/board.py"))


@pytest.fixture
def start(make_box):
    """-> start(name): a running wallbox with that board."""
    return lambda name: make_box("--speed", 50, board=name)


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_boots_and_charges_a_car_with_what_it_has(start, name):
    board, box = load(ROOT / "boards" / name / "board.py"), start(name)
    boot = "\n".join(box.log)
    for part in PARTS:
        spec = getattr(board, part, None)
        assert (f" {part} is not driven yet" in boot) == bool(spec and not driven(part, spec)), part
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 10)
    box.wait_for(lambda: box.status("wh") >= 20, 20)
    state, status = box.ask("state"), box.status("wh", "nrg", "notes", "car", "err")
    assert (status["car"], status["err"], state["resets"]) == (2, 0, 0)
    assert abs(status["wh"] - state["energy_wh"]) < 8  # 16 A are 3 Wh a second; the meter is read once in one
    assert abs(status["nrg"][11] - sum(v * a for v, a in zip(state["volts"], state["amps"], strict=True))) < 100
    estimated = ["no meter: energy is estimated from the current offered"]
    untested = ["residual current monitor: it has no test line, nobody tests it"]
    told = board.RCM and not board.RCM["test"]
    assert status["notes"] == ([] if board.METER else estimated) + (untested if told else [])
    unplug(box)
    box.wait_for(lambda: not box.ask("state")["contactor"] and box.status("car") == 1, 10)


@pytest.mark.parametrize(("name", "watts"), [("devkit", 2300), ("esp32evse_minimal", 11040)])
def test_a_car_that_takes_less_than_it_is_offered_shows_where_there_is_a_meter_only(start, name, watts):
    box = start(name)
    box.do("plug", on=True, phases=1, amps=10)
    box.wait_for(lambda: box.ask("state")["energy_wh"] > 5, 20)
    assert box.status("nrg")[11] == pytest.approx(watts, abs=20)


def test_without_a_meter_nothing_is_billed_unless_the_owner_says_so(start, csms):
    box = start("esp32evse_minimal")
    connect(box, csms)
    assert "meterType" not in csms.calls("BootNotification")[0]
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("why").startswith("This wallbox has no meter"), 10)
    assert not box.ask("state")["contactor"] and not csms.sessions
    assert csms.call("ChangeConfiguration", key="AllowEstimatedEnergy", value="true") == {"status": "Accepted"}
    box.wait_for(lambda: box.ask("state")["contactor"] and box.status("wh") > 10, 20)
    unplug(box)
    box.wait_for(lambda: csms.sessions and csms.sessions[-1].energy_wh is not None, 20)
    assert csms.sessions[-1].energy_wh >= 10
    assert csms.violations == []
