"""A box that gets hot: with less current, with none, and with a sensor that goes, on the whole firmware."""

import pytest
from test_rcm_session import passes

from tools import build
from tools.session import clear, connect
from tools.wallbox import Wallbox

ONEWIRE, ANALOG = "evcharger_wroom", "smartevse_v30"  # DS18B20 and MCP9700, both with a stop at 65 degrees


@pytest.fixture(scope="module", params=[ONEWIRE, ANALOG])
def warm_box(request, tmp_path_factory):
    build.build(request.param)
    with Wallbox(request.param, tmp_path_factory.mktemp("data"), "--speed", 50) as box:
        yield box


@pytest.fixture
def box(warm_box):
    """A box at 25 degrees without a car."""
    clear(warm_box)
    warm_box.do("temperature", c=25)
    warm_box.set(ocppe=False, acs=0, frc=0)
    warm_box.wait_for(lambda: warm_box.status("car", "err") == {"car": 1, "err": 0}, 20)
    warm_box.wait_for(lambda: warm_box.status("amt") == 16, 20)
    yield warm_box
    print(warm_box.last_words(60))


def charging(box):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)


def warm_up(box, *degrees):
    """The box is so warm, and says so within a degree, before it is warmer."""
    for c in degrees:
        box.do("temperature", c=c)
        box.wait_for(lambda c=c: abs(box.status("tma")[0] - c) < 1, 20)


def amps(box):
    return max(box.ask("state")["amps"])


def test_a_hot_box_gives_less_then_nothing_and_goes_on_when_it_has_cooled_down(box):
    charging(box)
    assert box.status("acu") == 16
    warm_up(box, 40, 57)
    box.wait_for(lambda: amps(box) == pytest.approx(9, abs=1), 10)  # the analog sensor is right within a degree
    assert "limited by the temperature" in box.status("why")
    warm_up(box, 62)
    box.wait_for(lambda: amps(box) == pytest.approx(6, abs=0.1), 10)
    assert box.status("amt") == 6
    warm_up(box, 70)
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    assert box.status("err", "modelStatus") == {"err": 13, "modelStatus": 26}
    assert "too hot" in box.status("why")
    warm_up(box, 58)
    assert box.status("err") == 13
    warm_up(box, 45)
    box.wait_for(lambda: box.ask("state")["contactor"], 30)
    box.wait_for(lambda: amps(box) == pytest.approx(16, abs=0.1), 10)


@pytest.mark.soak
def test_while_a_car_charges_its_code_is_lent_and_the_temperature_is_read(box):
    charging(box)
    lent = {build.modules().flat("core.derating")}
    for c in (35, 44):
        passes(box, 70_000)
        assert not lent & set(box.status("mods"))
        warm_up(box, c)


def test_the_fault_of_the_simulator_is_one_that_cannot_be(box):
    """From 25 to 95 degrees within a moment: no sensor does that, so it is not believed before it is steady."""
    box.do("fault", name="overheat")
    box.wait_for(lambda: box.status("err") == 13, 20)
    box.wait_for(lambda: "too hot" in box.status("why"), 20)
    assert box.status("tma")[0] == pytest.approx(95, abs=1)


def test_a_sensor_unplugged_while_charging_ends_it_and_it_goes_on_with_the_sensor(box):
    charging(box)
    box.do("fault", name="sensor")
    box.wait_for(lambda: not box.ask("state")["contactor"], 30)
    assert "cannot be measured" in box.status("why")
    assert box.status("tma")[0] == pytest.approx(25, abs=1), "the last one that was good"
    box.do("fault", name="sensor", on=False)
    box.wait_for(lambda: box.ask("state")["contactor"], 30)
    assert box.status("err") == 0


def test_the_central_system_is_told_of_a_hot_box_and_of_a_sensor_that_is_gone(box, csms):
    connect(box, csms)
    box.set(ocppem=True)
    box.wait_for(lambda: box.status("ocppa"), 20)

    def told():
        notified = [m.payload for m in csms.received if m.action == "StatusNotification"]
        last = [p for p in notified if p["connectorId"] == 1][-1]
        return last["status"], last["errorCode"], last.get("vendorErrorCode", "")

    charging(box)
    warm_up(box, 42, 56, 68)
    box.wait_for(lambda: told() == ("Faulted", "HighTemperature", ""), 20)
    warm_up(box, 50)
    box.wait_for(lambda: told()[1] == "NoError", 20)
    box.do("fault", name="sensor")
    box.wait_for(lambda: told() == ("Faulted", "HighTemperature", "TemperatureSensor"), 30)


def test_the_box_warms_up_by_itself_while_it_charges(box):
    box.do("temperature", c=None)
    began_c = box.ask("state")["temperature_c"]
    charging(box)
    box.wait_for(lambda: box.ask("state")["temperature_c"] > began_c + 1, 30)
