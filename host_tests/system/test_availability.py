"""ChangeAvailability and DataTransfer asked of the whole firmware, one car, one wallbox that is cut off at the end."""

import time

import pytest

from host_tests.system.test_actions import TAG, charging, connected, remote_start, settings


@pytest.fixture
def point(make_box, csms):
    return connected(make_box("--speed", 40), csms)


def availability(csms, kind, connector=1):
    return csms.call("ChangeAvailability", connectorId=connector, type=kind)["status"]


def a_minute(box):
    """It passes, simulated."""
    end_ms = box.ask("state")["at_ms"] + 61_000
    box.wait_for(lambda: box.ask("state")["at_ms"] > end_ms, 60)


def is_said(csms, **connectors):
    """{"c0": status, "c1": status}"""
    return lambda: all(csms.statuses[int(n[1:])]["status"] == status for n, status in connectors.items())


def test_V01_V03_V04_V05_V06_V09_V10_idle_it_is_out_of_service_at_once_and_after_a_power_cut(point, csms):
    box = point
    assert availability(csms, "Inoperative", 7) == "Rejected"
    assert availability(csms, "Inoperative") == "Accepted"
    box.wait_for(is_said(csms, c0="Available", c1="Unavailable"), 10)
    begin = len(csms.received)
    assert availability(csms, "Inoperative") == "Accepted"
    assert remote_start(csms) == "Rejected"
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("modelStatus", "why")["why"].startswith("The central system has taken"), 10)
    box.do("card", uid=TAG)
    time.sleep(0.3)
    assert not csms.calls("Authorize")
    assert not [m for m in csms.received[begin:] if m.action == "StatusNotification"]
    assert availability(csms, "Operative") == "Accepted"
    box.wait_for(is_said(csms, c1="Preparing"), 10)
    assert availability(csms, "Inoperative", 0) == "Accepted"
    box.wait_for(is_said(csms, c0="Unavailable", c1="Unavailable"), 10)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    begin = len(csms.received)
    box.wait_for(lambda: len([m for m in csms.received[begin:] if m.action == "StatusNotification"]) >= 2, 20)
    said = [m.payload["status"] for m in csms.received[begin:] if m.action == "StatusNotification"]
    assert said == ["Unavailable", "Unavailable"]
    assert availability(csms, "Operative", 0) == "Accepted"
    box.wait_for(is_said(csms, c0="Available", c1="Preparing"), 10)


def test_V02_V07_V08_while_a_transaction_runs_it_is_scheduled(point, csms):
    box = point
    session = charging(box, csms)
    assert availability(csms, "Inoperative") == "Scheduled"
    a_minute(box)  # the flash rests so long between two records
    assert availability(csms, "Operative") == "Accepted"
    assert availability(csms, "Inoperative") == "Rejected"  # not durable, so not promised
    box.wait_for(lambda: any("rejected: ocppiv: the flash rests" in line for line in box.log), 10)
    a_minute(box)
    assert availability(csms, "Inoperative") == "Scheduled"
    time.sleep(0.2)
    assert is_said(csms, c1="Charging")() and box.ask("state")["contactor"]
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    box.wait_for(lambda: box.status("ocppa") and box.ask("state")["contactor"], 60)  # the transaction is resumed
    assert csms.call("RemoteStopTransaction", transactionId=session.id)["status"] == "Accepted"
    box.wait_for(is_said(csms, c1="Unavailable"), 20)
    assert len(csms.sessions) == 1


def test_DT01_DT02_DT03_DT04_a_vendor_is_known_or_not_and_we_ask_for_nothing_ourselves(point, csms):
    def ask(**payload):
        return csms.call("DataTransfer", **payload)

    assert ask(vendorId="com.example", data="x") == {"status": "UnknownVendorId"}
    assert ask(vendorId="Pilotwire", messageId="Nonsense") == {"status": "UnknownMessageId"}
    assert ask(vendorId="Pilotwire") == {"status": "UnknownMessageId"}
    text = 'an "odd" \\ text, ü, ' * 30
    assert ask(vendorId="Pilotwire", messageId="Echo", data=text) == {"status": "Accepted", "data": text}
    why = ask(vendorId="Pilotwire", messageId="Why")
    assert why == {"status": "Accepted", "data": "No car is plugged in."}
    assert ask(vendorId="Pilotwire", messageId="Why", data="9") == {"status": "Rejected"}
    assert settings(csms, "NumberOfConnectors") == {"NumberOfConnectors": "1"}
    assert csms.calls("DataTransfer") == []
