"""A silent controller, a dimmed house and a street without power, on the whole firmware: all of it through the pilot,
and over a power cut."""

import pytest
from test_installer_limit import restarted
from test_rcm_session import passes

from tools.session import unplug

SHARED = "devkit", "--speed", 50
STREET_S = 1800


@pytest.fixture
def box(shared_box):
    """A car charges with 16 A, and nothing limits it."""
    shared_box.set(fse=False, gla=False, rdl=0, frc=2, amp=16)
    if not shared_box.ask("state")["plugged"]:
        shared_box.do("plug", on=True)
    shared_box.wait_for(lambda: offered_ma(shared_box) == 16_000, 40)
    shared_box.set(frc=0)
    yield shared_box
    print(shared_box.last_words(60))
    unplug(shared_box)


def offered_ma(box):
    """Within 10 mA, as a duty is; 0 without one."""
    state = box.ask("state")
    return round(state["duty"] * 6000) * 10 if state["contactor"] else 0


def cut(box):
    """The mains fail, and are back."""
    box.do("power_cut")
    box.process.wait(20)
    box.start()


def keep(box, **settings):
    """Set while no car is there, so that they are on flash; then one is, and asks."""
    unplug(box)
    box.wait_for(lambda: box.status("car") == 1, 20)
    box.set(**settings)
    box.do("plug", on=True)


def offers(box):
    """[(ms, mA)] since the start."""
    changes = box.ask("trace")["changes"]
    return [(change["at_ms"], change["duty"] * 60_000 // 65535) for change in changes if 0 < change["duty"] < 65535]


def most_ma(box):
    return max(ma for _, ma in offers(box))


def taken_w(box):
    """Of three phases; `state` rounds to 10 mA."""
    return box.ask("trace")["changes"][-1]["amps"] * 230 * 3


def opened_under_load(box):
    return box.ask("state")["wear"]["openings_loaded"]


# --- the failsafe


def test_a_controller_that_falls_silent_leaves_the_current_of_the_failsafe_until_it_is_back(box):
    box.set(fse=True, fsi=8, fsc=15)
    passes(box, 10_000)
    assert offered_ma(box) == 16_000
    passes(box, 12_000)
    assert offered_ma(box) == 8000
    assert "the controller that commands this wallbox is silent" in box.status("why")
    passes(box, 20_000)  # who only reads does not command
    assert offered_ma(box) == 8000
    box.set(amp=16)
    box.wait_for(lambda: offered_ma(box) == 16_000, 20)


def test_a_failsafe_below_6_A_is_a_pause_that_the_car_is_told_of(box):
    loaded = opened_under_load(box)
    box.set(fse=True, fsi=0, fsc=10)
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    assert (opened_under_load(box), box.status("err")) == (loaded, 0)
    box.set(lbr=64)
    box.wait_for(lambda: offered_ma(box) == 16_000, 20)


def test_after_a_start_it_is_in_force_until_the_first_command(box):
    """The controller may have failed with the mains."""
    keep(box, fse=True, fsi=8, fsc=3600)
    cut(box)
    box.wait_for(lambda: offered_ma(box) == 8000, 20)
    assert most_ma(box) <= 8000
    box.set(fsc=3600)
    box.wait_for(lambda: offered_ma(box) == 16_000, 20)


# --- the grid operator


def test_a_dimmed_house_leaves_4_2_kW_and_gives_back_what_was(box):
    box.set(gla=True, glw=4200)
    box.wait_for(lambda: offered_ma(box) == pytest.approx(6086, abs=15), 20)
    box.wait_for(lambda: taken_w(box) <= 4200, 20)
    assert "limited by the grid operator" in box.status("why")
    assert box.status("cll")["gridCurrentLimit"] == 6
    box.set(glw=9000)
    box.wait_for(lambda: offered_ma(box) == pytest.approx(13_043, abs=15), 20)
    box.set(gla=False)
    box.wait_for(lambda: offered_ma(box) == 16_000, 20)


def test_no_power_at_all_is_a_pause_that_the_car_is_told_of(box):
    loaded = opened_under_load(box)
    box.set(gla=True, glw=0)
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    assert (opened_under_load(box), box.status("err")) == (loaded, 0)
    passes(box, 10_000)
    assert not box.ask("state")["contactor"]
    box.set(gla=False, glw=4200)
    box.wait_for(lambda: offered_ma(box) == 16_000, 20)


def test_the_house_is_dimmed_after_a_power_cut_too(box):
    keep(box, gla=True, glw=4200)
    cut(box)
    box.wait_for(lambda: offered_ma(box) > 0, 20)
    assert 6000 <= most_ma(box) <= 6100


# --- the delay after a power cut


def test_after_a_power_cut_it_waits_at_random_and_frc_2_ends_it(box):
    keep(box, rdl=STREET_S)
    waits = set()
    for _ in range(3):
        cut(box)
        waits.add(box.status("rdr"))
    assert len(waits) > 1 and max(waits) <= STREET_S
    while box.status("rdr") < 60:
        cut(box)
    passes(box, 30_000)
    assert (box.ask("state")["contactor"], box.ask("state")["duty"]) == (False, 1.0)
    assert "the delay after a power cut" in box.status("why")
    box.set(frc=2)
    assert box.status("rdr") == 0
    box.wait_for(lambda: offered_ma(box) == 16_000, 20)


def test_its_time_is_over_by_itself(box):
    keep(box, rdl=60)
    cut(box)
    while not box.status("rdr") >= 5:
        cut(box)
    end_ms = box.ask("state")["uptime_ms"] + box.status("rdr") * 1000
    box.wait_for(lambda: offered_ma(box) == 16_000, 40)
    assert offers(box)[0][0] == pytest.approx(end_ms, abs=2000)


def test_a_restart_of_the_firmware_is_no_power_cut(box):
    keep(box, rdl=STREET_S)
    restarted(box, lambda: box.set(rst=True))
    assert box.status("rdr") == 0
    unplug(box)  # a car that asks while the firmware starts has to pause once
    box.do("plug", on=True)
    box.wait_for(lambda: offered_ma(box) == 16_000, 20)
