"""Parts that no board of boards/ has, on the whole firmware: a supply that outlives the mains, a thermistor, the earth
by the wave of the mains.
"""

import console
import pytest
from reader_play import KitBox
from socket_play import closed

from tools.session import connect, wait

HOLDUP_MS = 2000  # boards/blueprint
LOCK = {
    "a": 16, "b": 17, "pull_down": True, "feedback": 35, "locked": 1, "holdup": 39, "pulse_ms": 300, "settle_ms": 500,
    "pause_ms": 1000,
}  # fmt: skip
PARTS = {"LOCK": LOCK}
SENSORS = {
    "TEMPERATURE": {
        "kind": "ntc",
        "adc": 39,
        "pull_up_ohm": 10000,
        "supply_mv": 3300,
        "curve": ((105385, -20), (33621, 0), (10000, 25), (3588, 50), (1760, 70), (934, 90), (529, 110)),
        "stop_c": 65,
    },
    "EARTH": {"kind": "earth_mains", "pin": 35},
}
LAG_WH = 8  # the meter is read once a second, and 16 A are 3 Wh in one
DARK = [0, {"do": "mains", "volts": [0, 0, 0]}], [0, {"do": "fault", "name": "meter"}]


# --- the mains fails


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


# --- sensors


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with KitBox(tmp_path_factory.mktemp("kit"), SENSORS, "--speed", 50) as box:
        yield box


@pytest.fixture
def box(shared):
    """A box in which a car charges."""
    shared.do("temperature", c=25)
    shared.do("plug", on=True)
    charges(shared)
    yield shared
    print(shared.last_words(60))
    shared.do("unplug")
    shared.wait_for(lambda: shared.status("car", "err") == {"car": 1, "err": 0}, 30)


def charges(box, yes=True):
    box.wait_for(lambda: box.ask("state")["contactor"] == yes, 40)


def test_a_thermistor_lowers_the_current_of_a_warm_box(box):
    for c in (40, 55):  # more at once cannot be
        box.do("temperature", c=c)
        box.wait_for(lambda c=c: abs(box.status("tma")[0] - c) <= 2, 30)
    box.wait_for(lambda: 6 <= box.status("amt") < 16, 30)
    assert box.ask("state")["contactor"]
    for c in (40, 25):
        box.do("temperature", c=c)
        box.wait_for(lambda c=c: abs(box.status("tma")[0] - c) <= 2, 30)
    box.wait_for(lambda: box.status("amt") == 16, 30)


def test_a_thermistor_that_is_unplugged_while_charging_ends_it_until_it_is_back(box):
    box.do("fault", name="sensor")
    charges(box, False)
    assert "cannot be measured" in box.status("why")
    box.do("fault", name="sensor", on=False)
    charges(box)


def test_a_thermistor_that_says_what_cannot_be_ends_it(box):
    box.do("fault", name="overheat")
    charges(box, False)
    box.wait_for(lambda: box.status("err") == 13, 20)
    box.do("fault", name="overheat", on=False)
    charges(box)


def test_without_the_wave_of_the_mains_there_is_no_earth(box):
    box.do("fault", name="pe")
    charges(box, False)
    box.wait_for(lambda: box.status("err") == 8 and box.ask("state")["pilot_v"] == -12, 10)
    box.do("fault", name="pe", on=False)
    charges(box)
