"""The mains fails on a board whose supply outlives it (`holdup`): contactor, lock and bill are in order in time."""

import console
from reader_play import KitBox
from socket_play import closed

from tools.session import connect, wait

HOLDUP_MS = 2000  # boards/blueprint
LOCK = {
    "a": 16, "b": 17, "pull_down": True, "feedback": 35, "locked": 1, "holdup": 39, "pulse_ms": 300, "settle_ms": 500,
    "pause_ms": 1000,
}  # fmt: skip
PARTS = {"LOCK": LOCK}
LAG_WH = 8  # the meter is read once a second, and 16 A are 3 Wh in one
DARK = [0, {"do": "mains", "volts": [0, 0, 0]}], [0, {"do": "fault", "name": "meter"}]


def charge(box, wh):
    closed(box)
    wait(box, lambda: box.ask("state")["energy_wh"] >= wh, "it does not charge")


def fail(box):
    """The mains fails, and the supply ends HOLDUP_MS later."""
    box.do("play", steps=[*DARK, [HOLDUP_MS, {"do": "power_cut"}]])
    box.process.wait(20)


def back(box):
    box.start()
    box.do("mains")
    box.do("fault", name="meter", on=False)


def test_it_opens_lets_the_plug_go_and_the_bill_is_on_flash_before_the_supply_ends(built, tmp_path, csms):
    with KitBox(tmp_path, PARTS, "--speed", 50) as box:
        connect(box, csms)
        box.set(upo=True)
        box.do("plug", on=True)
        charge(box, 9)
        fail(box)
        assert box.process.returncode == 75
        age_ms, wh = console.register(tmp_path / "data")
        back(box)
        state = box.ask("state")
        assert not state["locked"]
        assert age_ms < 60_000, "the minute's record had its time"
        assert state["meter_wh"] - LAG_WH <= wh <= state["meter_wh"] + 1, "floats are rounded"
        box.do("unplug")
        wait(box, lambda: csms.sessions and csms.sessions[0].energy_wh is not None, "the stop does not come")
        assert abs(csms.sessions[0].energy_wh - state["energy_wh"]) <= 2
        assert len(csms.sessions) == 1
        assert csms.violations == []


def test_a_dip_of_the_mains_ends_no_charge(built, tmp_path):
    with KitBox(tmp_path, PARTS, "--speed", 50) as box:
        box.do("plug", on=True)
        charge(box, 3)
        before = box.ask("state")["wear"]["openings"]
        box.do("play", steps=[*DARK, [900, {"do": "mains"}], [900, {"do": "fault", "name": "meter", "on": False}]])
        wait(box, lambda: box.ask("state")["wear"]["openings"] > before, "it did not open")
        assert box.ask("state")["locked"], "without upo the plug stays"
        charge(box, 6)
        state = box.ask("state")
        assert (state["locked"], state["resets"], box.status("err")) == (True, 0, 0)
