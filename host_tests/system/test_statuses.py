"""What the central system is told of a connector through a whole plug-in: one car, its pauses, limits and faults."""

import pytest

from host_tests.system.test_actions import change, charging, connected


@pytest.fixture
def point(make_box, csms):
    return connected(make_box("--speed", 20), csms)


def said(csms, connector=1, begin=0):
    """[(status, errorCode)] of a connector since then, in order."""
    payloads = [m.payload for m in csms.received[begin:] if m.action == "StatusNotification"]
    return [(p["status"], p["errorCode"]) for p in payloads if p["connectorId"] == connector]


def is_said(csms, status, code="NoError", connector=1):
    def check():
        now = csms.statuses[connector]
        return (now["status"], now["errorCode"]) == (status, code)

    return check


def test_S02_S05_S06_S07_S13_S15_S16_a_plug_in_with_pauses_limits_and_a_fault(point, csms):
    box = point
    session = charging(box, csms)
    box.do("ready", on=False)
    box.wait_for(is_said(csms, "SuspendedEV"), 10)
    box.set(frc=1)
    box.wait_for(is_said(csms, "SuspendedEVSE"), 10)  # nothing is offered to a car that does not ask either
    box.do("ready", on=True)
    box.set(frc=0)
    box.wait_for(is_said(csms, "Charging"), 60)
    box.set(frc=1)
    box.wait_for(is_said(csms, "SuspendedEVSE"), 20)
    box.set(frc=0)
    box.wait_for(is_said(csms, "Charging"), 60)
    begin = len(csms.received)
    box.do("fault", name="pilot_short", on=True)
    box.wait_for(lambda: csms.statuses[1]["status"] == "Faulted", 10)
    assert csms.statuses[1]["vendorErrorCode"] and csms.statuses[1]["vendorId"]
    assert not box.ask("state")["contactor"] and session.reason is None
    box.do("fault", name="pilot_short", on=False)
    box.wait_for(is_said(csms, "Charging"), 120)
    after = said(csms, begin=begin)
    assert [status for status, _ in after][0] == "Faulted" and after[-1] == ("Charging", "NoError")
    assert {code for _, code in said(csms)} <= {"NoError", "OtherError"}
    assert {status for status, _ in said(csms, 0)} == {"Available"}
    assert session.reason is None and len(csms.sessions) == 1


def test_S12_S14_a_reader_that_is_gone_is_a_warning_of_the_box_and_charging_goes_on(point, csms):
    box = point
    charging(box, csms)
    box.do("fault", name="reader", on=True)
    box.wait_for(is_said(csms, "Available", "ReaderFailure", 0), 60)
    assert box.ask("state")["contactor"] and csms.statuses[1]["status"] == "Charging"
    box.do("fault", name="reader", on=False)
    box.wait_for(is_said(csms, "Available", "NoError", 0), 60)


def test_S11_S22_S25_a_short_plug_in_is_skipped_and_leaves_no_authorisation(point, csms):
    box = point
    assert change(csms, "MinimumStatusDuration", "30") == "Accepted"
    begin = len(csms.received)
    box.do("plug", on=False)
    box.wait_for(lambda: box.status("car") == 3, 10)
    box.do("unplug")
    box.wait_for(lambda: box.status("car") == 1, 10)
    assert change(csms, "MinimumStatusDuration", "0") == "Accepted"
    box.do("plug", on=False)
    box.wait_for(is_said(csms, "Preparing"), 10)
    assert csms.call("RemoteStartTransaction", idTag="04A1B2C3D4E5F6", connectorId=1)["status"] == "Accepted"
    box.wait_for(is_said(csms, "SuspendedEV"), 60)
    box.do("unplug")
    box.wait_for(is_said(csms, "Available"), 30)
    assert [status for status, _ in said(csms, begin=begin)][0] == "Preparing"
    assert "EVCommunicationError" not in {code for _, code in said(csms)}
    box.do("plug", on=True)
    box.wait_for(is_said(csms, "Preparing"), 10)
    assert len(csms.sessions) == 1
