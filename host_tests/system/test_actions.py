"""What a central system asks of the whole firmware: configuration, remote start and stop, reset, trigger, unlock."""

import time

import pytest

from tools.csms import Refused
from tools.session import world_clock

TAG = "04A1B2C3D4E5F6"


@pytest.fixture
def point(box, csms):
    """A wallbox that wants a card, connected and accepted."""
    return connected(box, csms)


def connected(box, csms):
    csms.follow(world_clock(box))
    box.set(ocppu=csms.url + "/box-1", ocppe=True, acs=1, ocppi=1, txt=60, ocppar=True, ocppmt=30)
    box.wait_for(lambda: box.status("ocppa") and len(csms.statuses) == 2, 20)
    return box


@pytest.fixture(autouse=True)
def clean(csms):
    """Every message of every test is right."""
    yield
    assert csms.violations == []


def status_is(csms, *wanted):
    return lambda: csms.statuses[1]["status"] in wanted


def settings(csms, *names):
    answer = csms.call("GetConfiguration", key=list(names)) if names else csms.call("GetConfiguration")
    return {entry["key"]: entry["value"] for entry in answer["configurationKey"]}


def change(csms, key, value):
    return csms.call("ChangeConfiguration", key=key, value=value)["status"]


def remote_start(csms, **more):
    return csms.call("RemoteStartTransaction", idTag=TAG, **more)["status"]


def charging(box, csms):
    """A car charges in a transaction that was started remotely; -> its Session."""
    box.do("plug", on=True)
    box.wait_for(status_is(csms, "Preparing"), 10)
    assert remote_start(csms, connectorId=1) == "Accepted"
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    box.wait_for(status_is(csms, "Charging"), 20)
    return csms.sessions[-1]


def actions(csms, begin=0):
    return [m.action for m in csms.received[begin:]]


# ---- configuration ----


def test_C01_C03_T21_all_keys_come_in_one_message(point, csms):
    found = settings(csms)
    assert found["SupportedFeatureProfiles"] == "Core,LocalAuthListManagement,RemoteTrigger"
    assert found["NumberOfConnectors"] == "1"
    assert found["HeartbeatInterval"] == "300"  # as the boot was answered (B04)
    assert len(found) > 30
    assert settings(csms, "NUMBEROFCONNECTORS") == {"NumberOfConnectors": "1"}


def test_P11_all_keys_again_and_again_and_charging_goes_on(point, csms):
    charging(point, csms)
    first = settings(csms)
    for _ in range(20):
        assert settings(csms) == first
    assert point.ask("state")["contactor"]


def test_C02_C06_unknown_keys_come_back(point, csms):
    names = [f"Unknown{n}" for n in range(60)]
    assert csms.call("GetConfiguration", key=names) == {"configurationKey": [], "unknownKey": names}


def test_C07_C16_H02_a_change_is_in_force_at_once_and_is_the_keys(point, csms):
    assert change(csms, "heartbeatinterval", "1") == "Accepted"
    point.wait_for(lambda: len(csms.calls("Heartbeat")) > 1, 10)
    assert point.status("ocpph") == 1
    point.set(ocpph=200)
    assert settings(csms, "HeartbeatInterval") == {"HeartbeatInterval": "200"}


def test_C09_C10_what_cannot_be_changed(point, csms):
    assert change(csms, "Nonsense", "1") == "NotSupported"
    assert change(csms, "HeartbeatInterval", "1.5") == "Rejected"
    assert change(csms, "NumberOfConnectors", "2") == "Rejected"


def test_C14_a_change_outlives_a_power_cut_right_after_its_answer(make_box, csms):
    box = connected(make_box("--speed", 20), csms)
    for value, closed in (("77", False), ("78", True)):
        if closed:
            charging(box, csms)
        assert change(csms, "ConnectionTimeOut", value) == "Accepted"
        box.do("power_cut")
        box.process.wait(10)
        box.start()
        assert box.status("txt") == int(value)
        box.wait_for(lambda: box.status("ocppa"), 20)


# ---- remote start and stop ----


def test_R04_R17_R20_started_and_stopped_with_the_car_plugged_in(point, csms):
    session = charging(point, csms)
    assert (session.id_tag, session.connector) == (TAG, 1)
    sent = actions(csms)
    assert sent.index("Authorize") < sent.index("StartTransaction")
    point.wait_for(lambda: session.samples, 10)
    assert point.status("ocppti") == session.id
    assert point.status("ocppcs") == 2
    assert csms.call("RemoteStopTransaction", transactionId=session.id)["status"] == "Accepted"
    point.wait_for(lambda: session.reason, 20)
    assert session.reason == "Remote"
    point.wait_for(status_is(csms, "Finishing"), 10)
    point.wait_for(lambda: not point.ask("state")["contactor"], 10)
    assert point.status("ocppti") is None


def test_R11_in_finishing_another_one_starts(point, csms):
    session = charging(point, csms)
    csms.call("RemoteStopTransaction", transactionId=session.id)
    point.wait_for(status_is(csms, "Finishing"), 20)
    assert remote_start(csms) == "Accepted"
    point.wait_for(lambda: len(csms.sessions) == 2, 20)
    point.wait_for(status_is(csms, "Charging"), 40)


def test_R01_R05_not_plugged_in_it_waits_for_the_plug_and_not_for_ever(point, csms):
    assert remote_start(csms) == "Accepted"
    point.wait_for(status_is(csms, "Preparing"), 10)
    point.do("plug", on=True)
    point.wait_for(status_is(csms, "Charging"), 20)
    point.do("unplug")
    point.wait_for(status_is(csms, "Available"), 20)
    point.set(txt=2)
    assert remote_start(csms) == "Accepted"
    point.wait_for(status_is(csms, "Preparing"), 10)
    point.wait_for(status_is(csms, "Available"), 10)
    assert len(csms.sessions) == 1


def test_R02_an_id_that_is_not_accepted_starts_nothing(point, csms):
    csms.refused.add(TAG)
    point.do("plug", on=True)
    assert remote_start(csms) == "Accepted"
    point.wait_for(lambda: csms.calls("Authorize"), 10)
    time.sleep(0.3)
    assert csms.sessions == []
    assert not point.ask("state")["contactor"]


def test_R03_without_authorisation_it_starts_at_once(point, csms):
    assert change(csms, "AuthorizeRemoteTxRequests", "false") == "Accepted"
    charging(point, csms)
    assert csms.calls("Authorize") == []


def test_R06_R07_R09_R18_what_is_rejected(point, csms):
    for connector in (0, 2):
        # the schema of the ocpp package lets 0 pass
        assert remote_start(csms, connectorId=connector) == "Rejected"
    session = charging(point, csms)
    assert remote_start(csms) == "Rejected"
    assert csms.call("RemoteStopTransaction", transactionId=session.id + 1)["status"] == "Rejected"
    time.sleep(0.2)
    assert session.reason is None
    assert point.ask("state")["contactor"]


def test_R09_a_faulted_connector_is_rejected(point, csms):
    point.do("plug", on=True)
    point.do("fault", name="pilot_short", on=True)
    point.wait_for(status_is(csms, "Faulted"), 10)
    assert remote_start(csms) == "Rejected"


def test_R13_a_charging_profile_is_rejected_and_nothing_starts(point, csms):
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]},
    }
    point.do("plug", on=True)
    assert remote_start(csms, chargingProfile=profile) == "Rejected"
    time.sleep(0.2)
    assert not csms.sessions


def test_B07_B08_B09_B13_while_pending(box, csms):
    csms.boots("Pending", interval_s=60)
    box.set(ocppu=csms.url + "/box-1", ocppe=True, acs=1)
    box.wait_for(lambda: csms.calls("BootNotification") and "Pending" in (box.status("ocpple") or ""), 20)
    assert settings(csms, "NumberOfConnectors") == {"NumberOfConnectors": "1"}
    assert remote_start(csms) == "Rejected"
    assert csms.call("RemoteStopTransaction", transactionId=1)["status"] == "Rejected"
    assert csms.call("TriggerMessage", requestedMessage="StatusNotification", connectorId=1)["status"] == "Accepted"
    box.wait_for(lambda: csms.calls("StatusNotification"), 10)
    time.sleep(0.2)
    assert actions(csms) == ["BootNotification", "StatusNotification"]
    assert csms.call("TriggerMessage", requestedMessage="BootNotification")["status"] == "Accepted"
    box.wait_for(lambda: box.status("ocppa"), 10)
    assert csms.call("TriggerMessage", requestedMessage="BootNotification")["status"] == "Rejected"


# ---- reset ----


@pytest.mark.parametrize("kind", ["Soft", "Hard"])
def test_RS01_RS02_RS03_RS09_X12_a_reset_ends_the_transaction_first(make_box, csms, kind):
    box = connected(make_box("--speed", 20), csms)
    assert change(csms, "ConnectionTimeOut", "33") == "Accepted"
    session = charging(box, csms)
    begin = len(csms.received)
    assert csms.call("Reset", type=kind)["status"] == "Accepted"
    assert session.reason is None  # the answer came first
    box.wait_for(lambda: "BootNotification" in actions(csms, begin), 40)
    box.wait_for(lambda: session.reason, 20)
    assert session.reason == kind + "Reset"
    sent = actions(csms, begin)
    if kind == "Soft":
        assert sent.index("StopTransaction") < sent.index("BootNotification")
    box.wait_for(lambda: "StatusNotification" in actions(csms, begin + sent.index("BootNotification")), 10)
    assert box.ask("state")["resets"] == 1
    assert settings(csms, "ConnectionTimeOut") == {"ConnectionTimeOut": "33"}
    assert len(csms.sessions) == 1


def test_RS04_without_a_transaction_it_restarts_within_30_s(make_box, csms):
    box = connected(make_box("--speed", 20), csms)
    for number, kind in enumerate(("Hard", "Soft"), 1):
        begin = len(csms.received)
        assert csms.call("Reset", type=kind)["status"] == "Accepted"
        box.wait_for(lambda begin=begin: "BootNotification" in actions(csms, begin), 30)
        box.wait_for(lambda: box.status("ocppa"), 10)
        assert box.ask("state")["resets"] == number


def test_RS06_a_stop_without_an_answer_does_not_hold_the_reset_up(make_box, csms):
    box = connected(make_box("--speed", 20), csms)
    assert change(csms, "MessageTimeout", "5") == "Accepted"
    session = charging(box, csms)
    csms.hold("StopTransaction")
    assert csms.call("Reset", type="Soft")["status"] == "Accepted"
    box.wait_for(lambda: box.ask("state")["resets"] == 1, 60)
    csms.clear_hitches()
    box.wait_for(lambda: len(csms.calls("StopTransaction")) > 1, 60)
    assert session.reason == "SoftReset"
    assert len(csms.sessions) == 1


# ---- trigger ----


def test_TG01_TG02_TG03_TG09_what_is_triggered_comes_after_the_answer(point, csms):
    session = charging(point, csms)
    point.set(ocppi=0)
    for message, connector in (
        ("Heartbeat", None),
        ("StatusNotification", None),
        ("StatusNotification", 0),
        ("StatusNotification", 1),
        ("MeterValues", 1),
        ("MeterValues", None),
    ):
        more = {} if connector is None else {"connectorId": connector}
        begin = len(csms.received)
        assert csms.call("TriggerMessage", requestedMessage=message, **more)["status"] == "Accepted"
        count = 2 if (message, connector) == ("StatusNotification", None) else 1
        point.wait_for(lambda m=message, b=begin, n=count: actions(csms, b).count(m) >= n, 5)
        if message == "MeterValues":
            payload = csms.calls("MeterValues")[-1]
            assert payload["transactionId"] == session.id
            assert {v["context"] for v in payload["meterValue"][0]["sampledValue"]} == {"Trigger"}


def test_TG04_TG05_what_does_not_go_on_is_idle_whatever_the_connector(point, csms):
    for message in ("DiagnosticsStatusNotification", "FirmwareStatusNotification"):
        answer = csms.call("TriggerMessage", requestedMessage=message, connectorId=9)
        assert answer["status"] == "Accepted"
        point.wait_for(lambda m=message: csms.calls(m) == [{"status": "Idle"}], 10)


def test_TG06_what_cannot_be_triggered(point, csms):
    begin = len(csms.received)
    for message, connector, status in (
        ("StatusNotification", 2, "Rejected"),
        ("MeterValues", 7, "Rejected"),
    ):
        more = {} if connector is None else {"connectorId": connector}
        assert csms.call("TriggerMessage", requestedMessage=message, **more)["status"] == status
    time.sleep(0.2)
    assert actions(csms, begin) == []


# ---- the rest ----


def test_U02_U04_U06_a_fixed_cable_is_not_unlocked(point, csms):
    charging(point, csms)
    for connector in (1, 0, 5):
        assert csms.call("UnlockConnector", connectorId=connector)["status"] == "NotSupported"
    assert point.ask("state")["contactor"]


def test_ER02_an_action_that_is_not_built_is_not_supported(point, csms):
    for action, payload in (
        ("GetCompositeSchedule", {"connectorId": 1, "duration": 60}),
        ("GetDiagnostics", {"location": "ftp://x/"}),
    ):
        with pytest.raises(Refused, match="NotSupported: this charge point does not do " + action):
            csms.call(action, **payload)


def test_T14_a_burst_of_calls_is_answered_in_order(point, csms):
    for n in range(8):
        csms.say(f'[2,"b{n}","GetConfiguration",{{"key":["NumberOfConnectors"]}}]')
    csms.say('[2,"all","GetConfiguration",{}]')
    assert settings(csms, "NumberOfConnectors") == {"NumberOfConnectors": "1"}
    csms.violations[:] = [v for v in csms.violations if "answer to no CALL" not in v]
