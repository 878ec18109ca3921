"""One phase and three on the whole firmware, a car that sleeps, and the contactor's wear: on a SmartEVSE, which has two
contactors and a relay in the pilot wire, and on the blueprint, whose second contactor has a mirror contact."""

import pytest

from tools.build import modules
from tools.session import connect, unplug
from tools.wallbox import EVERY_PART, WallboxError

S = 1000


@pytest.fixture
def start(make_box):
    """-> start(board): a running wallbox."""

    def start(board="smartevse_v30"):
        return settled(make_box("--speed", 50, *(EVERY_PART if board == "blueprint" else ()), board=board))

    return start


def settled(box):
    """The relay is as wanted after the start."""
    box.wait_for(lambda: box.status("fsp") == (box.status("psm") == 1), 20)
    box.wait_for(lambda: not box.ask("state")["apart"], 20)
    return box


def now_ms(box):
    return box.ask("state")["at_ms"]


def spend(box, ms):
    """Simulated time."""
    began_ms = now_ms(box)
    box.wait_for(lambda: now_ms(box) - began_ms >= ms, 60)


def charge(box, **car):
    box.do("plug", on=True, **car)
    await_current(box)


def await_current(box):
    box.wait_for(lambda: box.ask("state")["amps"][0] > 0, 60)


def damage(box):
    return box.ask("state")["phase_relay"]["damage"]


def switch(box, psm):
    """-> ms of simulated time from the contactor's opening to current again."""
    box.set(psm=psm)
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    began_ms = now_ms(box)
    await_current(box)
    return now_ms(box) - began_ms


def test_three_one_three_while_charging_a_transaction_goes_on(start, csms):
    box = start()
    connect(box, csms)
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("car") == 2, 60)
    await_current(box)
    assert box.ask("state")["amps"] == [16, 16, 16]
    assert box.status("pnp", "fsp") == {"pnp": 3, "fsp": False}
    for psm, amps in ((1, [16, 0, 0]), (2, [16, 16, 16])):
        said = len(csms.received)
        assert 60 * S <= switch(box, psm) <= 75 * S
        box.wait_for(lambda amps=amps: box.ask("state")["amps"] == amps, 20)
        told = [m.payload["status"] for m in csms.received[said:] if m.action == "StatusNotification"]
        assert told[0] == "SuspendedEVSE", told
        assert set(told) <= {"SuspendedEVSE", "SuspendedEV", "Charging"}, told
        assert box.status("pnp", "fsp") == {"pnp": 1 if psm == 1 else 3, "fsp": psm == 1}
    assert box.status("pha") == [True] * 6
    state = box.ask("state")
    assert (damage(box), state["wear"]["openings_loaded"]) == (0, 0)
    assert len(csms.sessions) == 1 and csms.sessions[0].energy_wh is None
    unplug(box)
    box.wait_for(lambda: csms.sessions[0].energy_wh is not None, 60)
    assert csms.violations == []


def test_while_the_wire_is_open_the_car_is_there_and_told_why(start):
    box = start()
    charge(box)
    box.set(psm=1)
    box.wait_for(lambda: box.ask("state")["apart"], 20)
    spend(box, 10 * S)
    state, status = box.ask("state"), box.status("car", "err", "modelStatus", "why")
    assert (state["car"], state["contactor"], state["locked"]) == ("A", False, True)
    assert (status["car"], status["err"], status["modelStatus"]) == (4, 0, 23)
    assert "phases" in status["why"]


def test_unplugged_in_the_pause_it_is_noticed_behind_it(start):
    box = start()
    charge(box)
    box.set(psm=1, psmd=20000)
    box.wait_for(lambda: box.ask("state")["apart"], 20)
    box.do("unplug", side="car")
    spend(box, 5 * S)
    assert box.status("car") == 4
    box.wait_for(lambda: box.status("car") == 1, 30)
    assert not box.ask("state")["apart"]
    assert damage(box) == 0


def test_psm_set_back_in_the_middle(start):
    box = start()
    charge(box)
    box.set(psmd=20000, psm=1)
    box.wait_for(lambda: box.ask("state")["apart"], 20)
    box.set(psm=2)
    box.wait_for(lambda: box.ask("state")["amps"] == [16, 16, 16], 60)
    assert damage(box) == 0


def test_a_stubborn_car_opens_it_under_load_and_gets_its_minute(start):
    box = start()
    box.set(psmd=10000)
    charge(box, reply_s=30)
    assert switch(box, 1) >= 60 * S
    assert (damage(box), box.ask("state")["wear"]["openings_loaded"]) == (0, 1)
    assert box.status("wear") == {"closings": 2, "loaded": 1}


@pytest.mark.parametrize("moment", ["before", "apart", "after"])
def test_a_power_cut_in_the_middle(start, moment):
    box = start()
    charge(box)
    box.set(psmd=20000, psm=1)
    if moment != "before":
        box.wait_for(lambda: box.ask("state")["apart"], 20)
    if moment == "after":
        box.wait_for(lambda: not box.ask("state")["apart"], 20)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    psm = box.status("psm")
    await_current(box)
    assert box.ask("state")["amps"] == ([16, 0, 0] if psm == 1 else [16, 16, 16])
    assert (damage(box), box.ask("state")["apart"]) == (0, False)


def test_the_wear_outlives_a_power_cut(start):
    box = start()
    charge(box)
    unplug(box)
    box.wait_for(lambda: box.status("car") == 1, 20)
    spend(box, 1 * S)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    assert box.status("wear") == {"closings": 1, "loaded": 0}
    assert "wear" not in box.status()


def test_a_car_that_sleeps_is_woken_and_a_full_one_is_let_sleep(start):
    box = start()
    box.do("plug", on=True, sleeps=True)
    began_ms = now_ms(box)
    box.wait_for(lambda: box.ask("state")["apart"], 30)
    assert box.status("car") == 3
    await_current(box)
    assert 90 * S <= now_ms(box) - began_ms <= 110 * S
    box.do("ready", on=False)
    box.wait_for(lambda: box.status("car") == 4, 20)
    apart = 0
    for _ in range(20):
        spend(box, 10 * S)
        apart += box.ask("state")["apart"]
    assert (apart, box.status("car")) == (0, 4)


def test_while_a_car_charges_what_phases_and_the_wire_do_is_only_lent(start):
    box = start()
    charge(box)
    mods = set(box.status("mods"))
    assert {"parts", *map(modules().flat, ("hal.phases", "hal.disconnect"))} <= mods, mods
    names = ("parts.phases", "parts.disconnect", "core.phases", "core.apart", "core.wake")
    lent = set(map(modules().flat, names))
    assert not mods & lent
    box.set(psmd=10000)
    switch(box, 1)
    assert box.ask("state")["amps"] == [16, 0, 0]
    assert not set(box.status("mods")) & lent


@pytest.mark.soak
def test_nobody_is_woken_where_that_is_switched_off(start):
    box = start()
    box.set(su=False)
    box.do("plug", on=True, sleeps=True)
    spend(box, 150 * S)
    assert (box.status("car"), box.ask("state")["car"]) == (3, "B")


def test_a_phase_relay_that_is_stuck_closed_is_a_welded_contactor(start):
    box = start("blueprint")
    charge(box)
    box.do("fault", name="phases_weld")
    box.set(psm=1)
    box.wait_for(lambda: box.status("err") == 9, 30)
    box.wait_for(lambda: box.ask("state")["pilot_v"] == -12, 20)
    with pytest.raises(WallboxError, match="stuck closed"):
        box.set(psm=2)
    box.set(ack=True)
    spend(box, 2 * S)
    assert box.status("err") == 9  # it is still stuck
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    spend(box, 3 * S)
    assert (box.status("err"), box.ask("state")["contactor"]) == (9, False)
    box.do("fault", name="phases_weld", on=False)
    spend(box, 2 * S)
    assert box.status("err") == 9  # until a person has seen to it
    box.set(ack=True)
    box.wait_for(lambda: box.status("err") == 0, 10)


def test_a_phase_relay_that_does_not_close_is_told(start):
    box = start("blueprint")
    box.set(psm=1)
    charge(box)
    box.do("fault", name="phases_no_close")
    box.set(psm=2, psmd=10000)
    box.wait_for(lambda: box.status("err") == 10, 30)
    unplug(box)
    spend(box, 5 * S)
    assert box.status("err") == 10  # it is still so
    box.do("fault", name="phases_no_close", on=False)
    box.wait_for(lambda: box.status("err") == 0, 10)
    assert damage(box) == 0


def test_a_board_with_one_contactor_refuses(start):
    box = start("devkit")
    with pytest.raises(WallboxError, match="cannot switch phases"):
        box.set(psm=1)
    box.set(psm=2)


def test_a_dimmed_house_gets_one_phase_with_psm_0_and_all_again_afterwards(start):
    box = start()
    box.set(mpwst=0, mptwt=0, psmd=10_000, glw=3000)
    charge(box)
    box.set(gla=True)
    box.wait_for(lambda: [int(amps) for amps in box.ask("state")["amps"]] == [13, 0, 0], 30)
    assert box.status("fsp") is True and box.status("nrg")[11] <= 3000
    box.set(gla=False)
    box.wait_for(lambda: box.ask("state")["amps"] == [16, 16, 16], 30)
    assert damage(box) == 0
