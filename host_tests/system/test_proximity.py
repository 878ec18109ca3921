"""Cables on the whole firmware: from the resistor in the plug to the duty on the pilot."""

import pytest
from socket_play import at_rest, opened, pass_s, started, state

from tools.session import connect, unplug, wait


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with started("smartevse_v30", tmp_path_factory.mktemp("data"), "--speed", 50) as box:
        yield box


@pytest.fixture
def box(shared):
    at_rest(shared)
    yield shared
    print(shared.last_words(60))


@pytest.mark.parametrize(("cable", "amps"), [(13, 13), (20, 16), (32, 16), (63, 16)])
def test_each_class_of_cable_limits_what_is_offered(box, cable, amps):
    box.do("plug", on=True, cable=cable, amps=80)
    wait(box, lambda: box.ask("state")["contactor"], "it does not charge")
    pass_s(box, 3)
    assert box.status("cbl") == cable
    assert box.status("cll")["cableCurrentLimit"] == cable
    assert state(box, "duty")[0] * 60 == pytest.approx(amps, abs=0.05)
    assert max(state(box, "amps")[0]) <= cable
    assert ("the cable" in box.status("why")) == (cable == 13)
    unplug(box)
    box.wait_for(lambda: box.status("cbl") is None, 10)


def test_a_shorted_plug_gets_no_current(box):
    box.do("fault", name="pp_short")
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("why").startswith("No cable is recognised"), 10)
    pass_s(box, 20)
    assert state(box, "duty", "contactor", "energy_wh") == (1, False, 0)
    assert box.status("cbl", "alw") == {"cbl": None, "alw": False}
    box.do("fault", name="pp_short", on=False)
    wait(box, lambda: box.ask("state")["contactor"], "it does not go on")


def test_a_short_while_it_charges_withdraws_the_offer(box):
    box.do("plug", on=True, cable=20)
    wait(box, lambda: box.ask("state")["contactor"], "it does not charge")
    box.do("fault", name="pp_short")
    opened(box)
    box.do("fault", name="pp_short", on=False)
    wait(box, lambda: box.ask("state")["contactor"], "it does not go on")
    assert box.status("cbl") == 20


def test_S10_a_cable_without_a_car_leaves_the_connector_available(box, csms):
    connect(box, csms, acs=1)
    box.do("plug", on=False, cable=20)
    box.wait_for(lambda: csms.statuses[1]["status"] == "Preparing", 20)
    box.do("unplug", side="car")
    box.wait_for(lambda: csms.statuses[1]["status"] == "Available", 20)
    assert box.ask("state")["cable"] is not None and not box.ask("state")["plugged"]
    told = len(csms.calls("StatusNotification"))
    pass_s(box, 5)
    assert len(csms.calls("StatusNotification")) == told
    assert csms.violations == []
