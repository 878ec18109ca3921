"""The protective earth on the whole firmware: from the monitor's pin to the main contacts, on the blueprint."""

from test_rcm_session import OPEN_MS, Events, passes
from world_play import a_world, run

from tools import build
from tools.session import connect
from tools.wallbox import EVERY_PART, Wallbox

COIL_MS = 60
A_DAY = 6  # core/faults.py


def test_without_earth_it_opens_at_once_and_goes_on_when_it_is_back_six_times_a_day(tmp_path, csms):
    build.build("blueprint")
    with Wallbox("blueprint", tmp_path / "data", "--speed", 50, *EVERY_PART) as box:
        connect(box, csms)
        box.do("plug", on=True)
        box.wait_for(lambda: box.ask("state")["contactor"], 20)
        passes(box, 1000)
        events = Events(box)
        opens(box, events, csms)
        repaired(box, events)
        for _ in range(A_DAY - 1):
            lose(box)
            box.do("fault", name="pe", on=False)
            box.wait_for(lambda: box.status("err") == 0, 20)
        lose(box)
        box.do("fault", name="pe", on=False)
        passes(box, 60_000)
        assert (box.status("err"), box.ask("state")["pilot_v"]) == (8, -12)
        assert box.status("why").startswith("A fault is over, but it has come back too often today.")
        box.set(ack=True)
        box.wait_for(lambda: box.ask("state")["contactor"], 20)
        assert csms.violations == []


def lose(box):
    box.do("fault", name="pe")
    box.wait_for(lambda: box.status("err") == 8, 10)


def opens(box, events, csms):
    lose(box)
    lost_ms = events.at("fault", name="pe", on=True)
    box.wait_for(lambda: not box.ask("state")["contactor"], 5)
    assert events.at("coil", on=False) - lost_ms < COIL_MS
    assert events.at("contactor", closed=False) - lost_ms < OPEN_MS
    assert box.ask("state")["pilot_v"] == -12
    assert box.status("why").startswith("The protective earth is missing")
    box.wait_for(lambda: csms.calls("StatusNotification")[-1]["status"] == "Faulted", 20)
    told = csms.calls("StatusNotification")[-1]
    assert (told["errorCode"], told["vendorErrorCode"]) == ("GroundFailure", "ProtectiveEarth")


def repaired(box, events):
    """Not before five seconds of it, and half a minute open."""
    box.do("fault", name="pe", on=False)
    back_ms, opened_ms = events.at("fault", name="pe", on=False), events.at("contactor", closed=False)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    closed_ms = events.at("contactor", closed=True)
    assert closed_ms - back_ms > 5000 and closed_ms - opened_ms > 30_000


def test_the_wave_of_the_mains_is_there_while_there_is_an_earth_and_a_phase():
    world = a_world(EARTH={"kind": "earth_mains", "pin": 12})
    pulses = []
    world.outlet(1).earth.send = lambda *pulse: pulses.append(pulse)
    run(world, 0.25)
    assert pulses == [(212, b"\x01")] * 12
    world.outlet(1).faults.add("pe")
    run(world, 1)
    assert len(pulses) == 12
