"""Meter values on the whole firmware: while a car charges, at round times, in a StopTransaction, without a link, of a
meter that is silent or was exchanged. Ids of our notes: M, X.
"""

import re

import pytest

from tools.audit import register_wh, unix_s
from tools.session import connect, unplug

SPEED = 50
SHARED = "devkit", "--speed", SPEED
REGISTER = "Energy.Active.Import.Register"
ALL = (
    f"{REGISTER},Energy.Active.Import.Interval,Power.Active.Import,Power.Offered,Power.Factor,"
    "Current.Import,Current.Offered,Voltage,Frequency,Temperature"
)
AS_NEW = {
    "MeterValueSampleInterval": 0,
    "ClockAlignedDataInterval": 0,
    "MeterValuesSampledData": REGISTER,
    "MeterValuesAlignedData": REGISTER,
    "StopTxnSampledData": "",
    "StopTxnAlignedData": "",
}


@pytest.fixture
def told(box, csms):
    """-> told(key=value, ...): a connected wallbox whose central system has set these configuration keys."""
    connect(box, csms)
    box.set(ocppbs=1, ocppbc=2, ocpptr=1)

    def configure(**keys):
        for key, value in {**AS_NEW, **keys}.items():
            change(csms, key, value)
        return box

    yield configure
    assert csms.violations == []


def change(csms, key, value):
    assert csms.call("ChangeConfiguration", key=key, value=str(value))["status"] == "Accepted", key


def passes(box, seconds):
    end_ms = box.ask("state")["at_ms"] + seconds * 1000
    box.wait_for(lambda: box.ask("state")["at_ms"] >= end_ms, 60)


def amid_two_round_times(box):
    """Of 20 s. Near one it is open whether the start or its value is told first."""
    box.wait_for(lambda: 3 <= int(box.status("utc")[17:19]) % 20 <= 9, 60)


def charge(box, csms, seconds):
    """A car comes and charges. -> its session"""
    before = len(csms.sessions)
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"] and len(csms.sessions) > before, 20)
    passes(box, seconds)
    return csms.sessions[-1]


def leave(box, csms):
    """The car goes, and its session is booked."""
    unplug(box)
    box.wait_for(lambda: csms.sessions[-1].meter_stop is not None, 20)


def sampled(csms, context, begin=0):
    """-> (payload, entry) of each MeterValues of that context."""
    found = [(p, p["meterValue"][0]) for p in csms.calls("MeterValues")[begin:]]
    return [(p, e) for p, e in found if e["sampledValue"][0]["context"] == context]


def when(entries):
    return [unix_s(entry["timestamp"]) for _, entry in entries]


def test_M01_M03_M14_M15_M22_all_measurands_every_interval_from_the_start_on(told, csms):
    box = told(MeterValueSampleInterval=5, MeterValuesSampledData=ALL)
    session = charge(box, csms, 17)
    found = sampled(csms, "Sample.Periodic")
    assert len(found) >= 3
    started_s = unix_s(session.started)
    assert [round((at - started_s) / 5) for at in when(found)] == list(range(1, len(found) + 1))
    assert all(abs(at - started_s - 5 * n) <= 1.5 for n, at in enumerate(when(found), 1)), when(found)
    values = found[1][1]["sampledValue"]
    sensor = ["Temperature"] if box.status("tma") else []
    assert {v["measurand"] for v in values} == set(ALL.split(",")[:-1] + sensor)
    for v in values:
        assert v["context"] == "Sample.Periodic" and float(v["value"]) == float(v["value"])
        assert ("unit" in v) == (v["measurand"] not in ("Frequency", "Power.Factor")), v
        assert v.get("location", "Outlet") == ("Body" if v["measurand"] == "Temperature" else "Outlet")
        assert v.get("format", "Raw") == "Raw"
    assert [v["phase"] for v in values if v["measurand"] == "Voltage"] == ["L1-N", "L2-N", "L3-N"]
    assert {p["transactionId"] for p, _ in found} == {session.id}
    leave(box, csms)
    said = [m.action for m in csms.received if m.action in ("MeterValues", "StopTransaction")]
    passes(box, 12)
    assert said[-1] == "StopTransaction" and len(csms.calls("MeterValues")) == said.count("MeterValues")  # M21


def test_M04_M05_M06_M07_round_times_with_and_without_a_car(told, csms):
    box = told(ClockAlignedDataInterval=10)
    box.wait_for(lambda: len(csms.calls("MeterValues")) >= 2, 30)
    alone = sampled(csms, "Sample.Clock")
    assert all("transactionId" not in p and p["connectorId"] == 1 for p, _ in alone)
    change(csms, "MeterValueSampleInterval", 7)
    session = charge(box, csms, 31)
    leave(box, csms)
    passes(box, 12)
    found = sampled(csms, "Sample.Clock")
    assert {at % 10 for at in when(found)} == {0}
    assert {b - a for a, b in zip(when(found), when(found)[1:], strict=False)} == {10}, when(found)
    named = [p.get("transactionId") for p, _ in found]
    assert named.count(session.id) >= 3 and named[0] is None and named[-1] is None
    assert len(sampled(csms, "Sample.Periodic")) >= 4


def test_M19_X26_without_a_link_all_are_kept_and_told_in_order_before_new_ones(told, csms):
    box = told(ClockAlignedDataInterval=20)
    box.wait_for(lambda: csms.calls("MeterValues"), 30)
    passes(box, 5)  # what has no answer yet would come again
    csms.stop()
    box.wait_for(lambda: not box.status("ocppa"), 20)
    passes(box, 44)
    amid_two_round_times(box)
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    passes(box, 44)
    amid_two_round_times(box)
    unplug(box)
    box.wait_for(lambda: box.status("car") == 1, 20)
    passes(box, 70)
    begin = len(csms.received)
    csms.start()
    box.wait_for(lambda: csms.sessions and csms.sessions[-1].meter_stop is not None, 30)
    box.wait_for(lambda: csms.calls("MeterValues")[-1].get("transactionId") is None, 30)
    passes(box, 24)
    times, kinds = [], []
    for message in csms.received[begin:]:
        if message.action in ("StartTransaction", "MeterValues", "StopTransaction"):
            payload = message.payload
            times.append(unix_s(payload.get("timestamp") or payload["meterValue"][0]["timestamp"]))
            kinds.append(message.action[:2] if "transactionId" in payload or "idTag" in payload else "--")
    assert times == sorted(times), times
    assert "".join(kinds).strip("-").startswith("St") and kinds[0] == kinds[-1] == "--", kinds
    found = when(sampled(csms, "Sample.Clock"))
    assert {b - a for a, b in zip(found, found[1:], strict=False)} == {20}, found


def test_X19_X20_M16_M17_the_stop_tells_begin_and_end_and_what_was_sampled(told, csms):
    box = told(StopTxnSampledData=REGISTER, StopTxnAlignedData=REGISTER)
    for key, value in AS_NEW.items():
        if type(value) is str:
            assert csms.call("ChangeConfiguration", key=key, value="SoC")["status"] == "Rejected"
            assert csms.call("ChangeConfiguration", key=key, value=",".join([REGISTER] * 11))["status"] == "Rejected"
    box.set(ocppi=60, ocppai=60)
    session = charge(box, csms, 75)
    leave(box, csms)
    data = csms.calls("StopTransaction")[-1]["transactionData"]
    contexts = [entry["sampledValue"][0]["context"] for entry in data]
    assert (contexts[0], contexts[-1]) == ("Transaction.Begin", "Transaction.End")
    assert {"Sample.Periodic", "Sample.Clock"} == set(contexts[1:-1])
    assert (register_wh(data[0]), register_wh(data[-1])) == (session.meter_start, session.meter_stop)
    assert (data[0]["timestamp"], data[-1]["timestamp"]) == (session.started, session.stopped)
    assert [register_wh(e) for e in data] == sorted(register_wh(e) for e in data)


def test_M24_a_meter_that_is_silent_at_the_start_begins_nothing(told, csms):
    box = told(MeterValueSampleInterval=2, ClockAlignedDataInterval=5)
    box.do("fault", name="meter", on=True)
    passes(box, 12)
    begin = len(csms.calls("MeterValues"))
    box.do("plug", on=True)
    box.wait_for(lambda: csms.statuses[1]["errorCode"] == "PowerMeterFailure", 20)
    assert csms.sessions == [] and not box.ask("state")["contactor"]
    assert len(csms.calls("MeterValues")) == begin
    box.do("fault", name="meter", on=False)
    box.wait_for(lambda: csms.sessions and box.ask("state")["contactor"], 40)
    leave(box, csms)


def test_M24_in_the_middle_it_makes_no_values_and_at_the_end_the_last_one_counts(told, csms):
    box = told(MeterValueSampleInterval=2)
    session = charge(box, csms, 10)
    box.do("fault", name="meter", on=True)
    box.wait_for(lambda: csms.statuses[1]["errorCode"] == "PowerMeterFailure", 30)
    begin = len(session.samples)
    passes(box, 10)
    assert len(session.samples) == begin
    last_wh = register_wh(session.samples[-1])
    leave(box, csms)
    assert session.meter_stop >= last_wh > session.meter_start
    box.do("fault", name="meter", on=False)


def test_M24_a_silent_meter_with_mfr_1_the_charge_goes_on_and_is_billed_by_the_offer(told, csms):
    box = told(MeterValueSampleInterval=2, MeterFailureAction=1)
    session = charge(box, csms, 10)
    box.do("fault", name="meter", on=True)
    box.wait_for(lambda: csms.statuses[1]["errorCode"] == "PowerMeterFailure", 30)
    assert csms.statuses[1]["status"] == "Charging"
    passes(box, 30)
    state = box.ask("state")
    assert state["contactor"] and box.status("err", "car") == {"err": 0, "car": 2}
    assert any("the meter is silent" in note for note in box.status("notes"))
    begin = len(session.samples)
    passes(box, 10)
    assert len(session.samples) == begin, "no values are invented"
    leave(box, csms)
    assert abs(session.energy_wh - box.ask("state")["energy_wh"]) < 20  # 16 A are 3 Wh a second
    box.do("fault", name="meter", on=False)
    box.wait_for(lambda: csms.statuses[1]["errorCode"] == "NoError", 20)
    change(csms, "MeterFailureAction", 0)


def test_M24_when_a_silent_meter_is_back_its_own_register_counts(told, csms):
    box = told(MeterFailureAction=1)
    session = charge(box, csms, 5)
    box.do("draw", amps=[10, 10, 10])
    box.do("fault", name="meter", on=True)
    box.wait_for(lambda: csms.statuses[1]["errorCode"] == "PowerMeterFailure", 30)
    passes(box, 20)
    told_wh = box.status("eto")
    box.do("fault", name="meter", on=False)
    box.wait_for(lambda: csms.statuses[1] == {**csms.statuses[1], "status": "Charging", "errorCode": "NoError"}, 20)
    assert box.status("eto") >= told_wh > box.ask("state")["meter_wh"] - 10, (
        "more was estimated, and none is taken back"
    )
    box.wait_for(lambda: box.ask("state")["meter_wh"] > told_wh + 20, 60)
    leave(box, csms)
    assert abs(session.meter_stop - box.ask("state")["meter_wh"]) <= 2
    change(csms, "MeterFailureAction", 0)


def test_M24_a_silent_meter_with_mfr_2_the_transaction_ends(told, csms):
    box = told(MeterFailureAction=2)
    session = charge(box, csms, 5)
    box.do("fault", name="meter", on=True)
    box.wait_for(lambda: session.meter_stop is not None, 40)
    assert session.reason == "Other"
    assert session.meter_start < session.meter_stop <= box.ask("state")["meter_wh"] + 1
    box.do("fault", name="meter", on=False)
    unplug(box)
    change(csms, "MeterFailureAction", 0)


@pytest.mark.parametrize("wh", [1000, 90_000_000])
def test_X32_a_meter_that_was_exchanged_or_jumps_is_billed_up_to_its_last_word(make_box, csms, tmp_path, wh):
    box = make_box("--speed", SPEED)
    connect(box, csms)
    session = charge(box, csms, 70)
    known_wh = register_wh(session.samples[-1])
    box.do("power_cut")
    box.process.wait(10)
    path = next((tmp_path / "data").glob("**/world.json"))
    text = path.read_text()
    other = re.sub(r'"meter_wh": [0-9.]+', f'"meter_wh": {wh}.0', text)
    assert other != text
    path.write_text(other)
    box.start()
    box.wait_for(lambda: session.meter_stop is not None, 60)
    assert known_wh <= session.meter_stop < known_wh + 300 and session.reason == "PowerLoss"
    box.wait_for(lambda: box.status("eto") == wh, 20)
