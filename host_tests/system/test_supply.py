"""The mains and the car's current on the whole firmware: from the meter's registers to the pilot, and back again."""

import pytest
from test_rcm_session import Events, passes

from tools.build import modules
from tools.session import await_closed, clear, connect

SHARED = "devkit", "--speed", 50
READ_MS = 2000  # from one reading of the meter to the next one, at the most
LENT = {"supply", modules().flat("core.supply")}


@pytest.fixture
def box(shared_box):
    """Without a car, on good mains."""
    clear(shared_box)
    shared_box.do("mains")
    shared_box.set(ocppe=False, acs=0, frc=0, amp=16, pil=0)
    shared_box.wait_for(lambda: shared_box.status("car", "err") == {"car": 1, "err": 0}, 20)
    yield shared_box
    print(shared_box.last_words(60))


def charging(box, **car):
    box.do("plug", on=True, **car)
    await_closed(box)
    box.wait_for(lambda: any(box.ask("state")["amps"]), 10)


def opened(box):
    """The car had time to stop: no contact has opened under load."""
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    return box.ask("state")["wear"]["openings_loaded"] == 0


def withdrawn_ms(events):
    """When the offer was, the contactor being closed."""
    return next(e["at_ms"] for e in events.all if e["event"] == "pilot" and e["duty"] == 1)


def amps(box):
    return box.ask("state")["amps"]


def is_about(*expected):
    return pytest.approx(list(expected), abs=0.1)


def test_too_high_a_voltage_withdraws_the_offer_and_a_minute_later_it_goes_on(box):
    charging(box)
    events = Events(box)
    box.do("mains", volts=[230, 264.5, 230])
    from_ms = box.ask("state")["at_ms"]
    assert opened(box)
    assert 1000 - 100 <= withdrawn_ms(events) - from_ms <= 1000 + 2 * READ_MS
    assert box.status("err", "modelStatus", "car") == {"err": 4, "modelStatus": 26, "car": 5}
    assert box.status("why").startswith("The mains voltage is too high.")
    box.do("mains", volts=[230, 253.5, 230])  # not too high, not right either
    passes(box, 61_000)
    assert box.status("err") == 4
    box.do("mains")
    from_ms = box.ask("state")["at_ms"]
    closed_ms = box.wait_for(lambda: events.at("contactor", closed=True), 20)
    assert 60_000 - 100 <= closed_ms - from_ms <= 60_000 + 3 * READ_MS
    assert box.status("err") == 0


def test_a_quiet_charge_needs_none_of_its_code(box):
    charging(box)
    passes(box, 70_000)
    assert not LENT & set(box.status("mods"))
    box.do("mains", volts=[230, 230, 150])
    assert opened(box)
    assert box.status("err") == 3
    assert box.status("why").startswith("The mains voltage is too low.")


def told(csms):
    """(errorCode, vendorErrorCode) of the newest status of connector 1."""
    payloads = [m.payload for m in csms.received if m.action == "StatusNotification"]
    last = [p for p in payloads if p["connectorId"] == 1][-1]
    return last["errorCode"], last.get("vendorErrorCode", "")


def test_a_lost_phase_and_a_greedy_car_are_told_each_with_its_own_end(box, csms):
    connect(box, csms)
    charging(box)
    box.do("fault", name="phase_loss")
    assert opened(box)
    box.wait_for(lambda: told(csms) == ("UnderVoltage", "PhaseLoss"), 20)
    assert box.status("err") == 3
    assert box.status("why").startswith("A phase of the mains is missing.")
    box.do("fault", name="phase_loss", on=False)
    await_closed(box)
    assert told(csms) == ("NoError", "")
    box.wait_for(lambda: any(amps(box)), 10)
    box.do("fault", name="overcurrent")
    assert opened(box)
    box.wait_for(lambda: told(csms) == ("OverCurrentFailure", ""), 20)
    assert box.status("err") == 5
    assert "more current than it was offered" in box.status("why")
    box.do("fault", name="overcurrent", on=False)
    passes(box, 61_000)
    assert box.status("err") == 5
    box.do("unplug")
    box.wait_for(lambda: box.status("err") == 0, 10)
    assert csms.violations == []


def test_a_car_has_its_time_to_follow_a_lower_offer(box):
    charging(box, reply_s=4.9)
    events = Events(box)
    for amp in (8, 16, 6):
        box.set(amp=amp)
        box.wait_for(lambda amp=amp: amps(box) == is_about(amp, amp, amp), 20)
    passes(box, 10_000)
    assert events.at("contactor", closed=False) is None
    box.do("draw", amps=[6, 7.3, 6])
    from_ms = box.ask("state")["at_ms"]
    assert opened(box)
    assert 7000 - 100 <= withdrawn_ms(events) - from_ms <= 7000 + 2 * READ_MS
    assert box.status("err") == 5


def test_a_car_on_one_or_two_phases_gets_what_keeps_them_balanced(box):
    box.set(pil=10)
    charging(box, phases=2)
    assert amps(box) == is_about(16, 16, 0)
    box.wait_for(lambda: amps(box) == is_about(10, 10, 0), 20)
    assert box.status("cll")["imbalance"] == 10
    assert "limited by the limit for the difference between phases" in box.status("why")
    box.do("draw", amps=[10, 10, 6])
    box.wait_for(lambda: "imbalance" not in box.status("cll"), 10)
    box.do("draw")
    box.wait_for(lambda: amps(box) == is_about(10, 10, 0), 20)
    box.do("unplug")
    box.wait_for(lambda: "imbalance" not in box.status("cll"), 10)
    charging(box)
    passes(box, 10_000)
    assert amps(box) == is_about(16, 16, 16)
