"""Transactions and resets on the whole firmware: what a stop tells, answers to nothing, what was refused."""

import json
from datetime import datetime, timezone

import pytest

from host_tests.system.test_actions import TAG, change, charging, connected, remote_start, settings
from tools import audit, prompt
from tools.hitches import Refuse

REGISTER = "Energy.Active.Import.Register"


@pytest.fixture
def point(make_box, csms):
    box = connected(make_box("--speed", 40), csms)
    box.set(ocpptr=1)
    yield box
    assert csms.violations == []


def passes(box, seconds):
    """Simulated time."""
    end_ms = box.ask("state")["at_ms"] + seconds * 1000
    box.wait_for(lambda: box.ask("state")["at_ms"] >= end_ms, 60)


def over(box, session):
    box.wait_for(lambda: session.reason, 30)


def statuses_of_boot(csms, count):
    """What was told of connectors 0, 1 ... since the so many-th boot."""
    boots = [at for at, m in enumerate(csms.received) if m.action == "BootNotification"]
    after = csms.received[boots[count - 1] :] if len(boots) >= count else ()
    return [m.payload["status"] for m in after if m.action == "StatusNotification"]


def test_X19_X21_X22_RS05_RS11_a_reset_stops_with_all_values_and_the_connector_stays_out_of_service(point, csms):
    box = point
    box.set(ocppi=60)
    assert change(csms, "StopTxnSampledData", "Voltage") == "Rejected"
    assert change(csms, "StopTxnSampledData", REGISTER) == "Accepted"
    assert settings(csms, "StopTransactionMaxMeterValues") == {"StopTransactionMaxMeterValues": "16"}
    session = charging(box, csms)
    passes(box, 70)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    box.wait_for(lambda: box.status("ocppa") and box.ask("state")["contactor"], 60)
    assert csms.call("ChangeAvailability", connectorId=1, type="Inoperative")["status"] == "Scheduled"
    seen = []
    assert csms.call("Reset", type="Hard")["status"] == "Accepted"

    def restarted():
        state = box.ask("state")
        seen.append((state["resets"], state["contactor"]))
        return state["resets"]

    box.wait_for(restarted, 60)
    over(box, session)
    assert (1, True) not in seen and session.reason == "HardReset"
    values = [v for e in csms.calls("StopTransaction")[0]["transactionData"] for v in e["sampledValue"]]
    assert [v["context"] for v in values][:2] == ["Transaction.Begin", "Sample.Periodic"]
    assert values[-1]["context"] == "Transaction.End"
    assert [int(values[at]["value"]) for at in (0, -1)] == [session.meter_start, session.meter_stop]
    box.wait_for(lambda: len(statuses_of_boot(csms, 3)) == 2, 30)
    assert statuses_of_boot(csms, 3) == ["Available", "Unavailable"]
    assert remote_start(csms) == "Rejected"
    assert csms.call("ChangeAvailability", connectorId=1, type="Operative")["status"] == "Accepted"
    box.wait_for(lambda: csms.statuses[1]["status"] in ("Preparing", "Finishing"), 20)


def test_RS10_RS11_without_stop_tx_on_reset_the_transaction_goes_on(point, csms):
    box = point
    assert change(csms, "StopTxOnReset", "false") == "Accepted"
    session = charging(box, csms)
    assert csms.call("Reset", type="Soft")["status"] == "Accepted"
    opened = []
    box.wait_for(lambda: opened.append(box.ask("state")["contactor"]) or box.ask("state")["resets"], 60)
    assert not opened[-1]
    box.wait_for(lambda: len(csms.calls("BootNotification")) == 2 and box.ask("state")["contactor"], 60)
    assert csms.call("RemoteStopTransaction", transactionId=session.id)["status"] == "Accepted"
    over(box, session)
    assert (session.reason, len(csms.sessions)) == ("Remote", 1)


def test_X16_X43_an_energy_limit_stops_it_and_answers_to_nothing_change_nothing(point, csms):
    box = point
    csms.hold("StartTransaction")
    box.do("plug", on=True)
    assert remote_start(csms, connectorId=1) == "Accepted"
    box.wait_for(lambda: csms.sessions, 20)
    csms.say('[3,"nobody",{"transactionId":99,"idTagInfo":{"status":"Blocked"}}]')
    csms.say('[4,"nobody","InternalError","",{}]')
    passes(box, 5)
    assert box.status("ocppti") is None
    csms.release("StartTransaction")
    (session,) = csms.sessions
    box.wait_for(lambda: box.status("ocppti") == session.id, 20)
    box.wait_for(lambda: box.ask("state")["contactor"], 30)
    box.set(dwo=box.status("wh") + 10)
    over(box, session)
    assert session.reason == "Other" and session.energy_wh >= 10
    passes(box, 10)
    assert len(csms.sessions) == 1 and not box.ask("state")["contactor"]


def test_X42_a_clock_that_jumps_makes_no_stop_before_its_start(point, csms):
    box = point
    session = charging(box, csms)
    s = box.ask("state")["utc_s"]
    box.set(utc=datetime.fromtimestamp(s - 7200, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"))
    passes(box, 5)
    box.do("unplug")
    over(box, session)  # the books object to a stop before its start, or in the future
    took_s = audit.unix_s(session.stopped) - audit.unix_s(session.started)
    assert 5 <= took_s <= 120


def test_X28_X30_DT04_what_was_refused_is_told_with_its_energy_until_its_owner_drops_it(point, csms):
    box = point
    box.set(ocppta=1)
    csms.script("StartTransaction", Refuse())
    csms.answers["StopTransaction"] = csms.answers["MeterValues"] = lambda payload: {}
    box.do("plug", on=True)
    assert remote_start(csms, connectorId=1) == "Accepted"
    box.wait_for(lambda: box.status("ocppq")["dead"] == 1, 30)
    passes(box, 10)
    assert [p["vendorErrorCode"] for p in csms.calls("StatusNotification") if "vendorErrorCode" in p] == ["DeadLetter"]
    (letter,) = [p for p in csms.calls("DataTransfer") if p["messageId"] == "DeadLetter"]
    assert [json.loads(letter["data"])] == box.status("ocppdl", "ocppq")["ocppdl"]
    (running,) = box.status("ocpptx", "ocppq")["ocpptx"]
    assert (running["idTag"], running["transactionId"]) == (TAG, -1) and "meterStop" not in running
    box.do("unplug")
    box.wait_for(lambda: box.status("ocppq")["dead"] == 2, 30)
    start, stop = box.status("ocppdl", "ocppq")["ocppdl"]
    assert (start["meterStart"], stop["reason"]) == (running["meterStart"], "EVDisconnected")
    assert box.status("ocppq")["unbilledWh"] == stop["meterStop"] - stop["meterStart"] > 0
    assert box.status("ocpptx") == []
    box.wait_for(lambda: len(csms.calls("DataTransfer")) == 2, 20)
    assert box.status("ocpple") is None or "DataTransfer" not in box.status("ocpple")  # an unknown vendor is no error
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    box.wait_for(lambda: box.status("ocppa"), 30)
    assert any("2 dead letters wait for their owner" in note for note in box.status("notes"))
    box.set(ocppdl=[start["number"]])
    assert [row["number"] for row in box.status("ocppdl", "ocppq")["ocppdl"]] == [stop["number"]]
    assert any(f"dead letter {start['number']} was dropped by its owner" in note for note in box.status("notes"))
    box.set(ocppdl=[])
    assert (box.status("ocppdl", "ocppq")["ocppdl"], box.status("ocppq")["dead"]) == ([], 0)


def test_the_prompt_of_make_run_starts_and_stops_from_afar(point, csms):
    def answer(line):
        return prompt.answer(point, line.split(), csms)

    assert answer("stop") == "  no transaction runs\n"
    answer("plug")
    answer("ready")
    assert answer(f"start {TAG}") == f"  RemoteStartTransaction of {TAG}: Accepted\n"
    point.wait_for(lambda: point.ask("state")["contactor"], 30)
    (session,) = csms.sessions
    point.wait_for(lambda: point.status("ocppti") == session.id, 20)
    assert answer(f"start {TAG}").endswith("Rejected\n")
    assert answer("stop") == f"  RemoteStopTransaction {session.id}: Accepted\n"
    over(point, session)
    assert session.reason == "Remote"
    assert answer("start a b c d").startswith("want start [TAG") and answer("stop x").startswith("want stop")
    assert "start" in answer("help")
