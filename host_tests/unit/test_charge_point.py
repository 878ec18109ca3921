"""What the charge point says and when (OCPP 1.6; behaviour ids of our notes: B, H, S, X, M groups)."""

from check import eq, raises
from point import URL, Bench

from pilotwire import loader
from pilotwire.ocpp import meter_values
from pilotwire.proto.ocppj_call import CallError

CHARGING = "Charging", "NoError", None, None
PREPARING = "Preparing", "NoError", None, None


# ---- registration ----


def test_B01_the_first_call_is_a_boot_notification_that_says_who_we_are():
    action, payload = Bench().next()
    eq(action, "BootNotification")
    eq(payload["chargePointVendor"], "Pilotwire")
    eq(payload["chargePointModel"], "devkit")
    eq(payload["chargePointSerialNumber"], "000042")
    eq(payload["meterType"], "sdm630")
    assert payload["firmwareVersion"]


def test_B02_nothing_else_is_said_until_the_boot_is_accepted():
    bench = Bench()
    bench.next()
    bench.outlet.begin(bench.now_ms)
    eq(bench.next(), None)
    bench.answer(status="Pending", interval=30, currentTime="2026-01-01T00:00:00Z")
    bench.wait(29)
    eq(bench.next(), None)


def test_B04_an_accepted_boot_sets_clock_and_heartbeat_interval():
    bench = Bench()
    bench.boot(interval=300)
    eq(bench.box.settings.values["ocpph"], 300)
    eq((bench.box.clock.utc_s(), bench.box.clock.source), (1767225600, "ocpp"))
    eq(bench.box.ocpp.accepted, True)


def test_the_central_systems_time_does_not_beat_ntp():
    bench = Bench()
    bench.box.clock.set_utc(1767229200, 0, "ntp")
    bench.boot()
    eq((bench.box.clock.utc_s(), bench.box.clock.source), (1767229200, "ntp"))


def test_B05_an_interval_of_0_keeps_ours():
    bench = Bench()
    bench.boot(interval=0)
    eq(bench.box.settings.values["ocpph"], 3600)


def test_an_interval_that_cannot_be_saved_does_not_undo_the_boot():
    bench = Bench()
    bench.box.settings.broken = True
    bench.boot()
    eq(bench.box.ocpp.accepted, True)


def test_B06_after_the_boot_every_connector_and_connector_0_are_said():
    bench = Bench(outlets=2)
    bench.boot()
    eq(
        [(a, p["connectorId"], p["status"]) for a, p in bench.rest()],
        [("StatusNotification", n, "Available") for n in (0, 1, 2)],
    )


def test_B07_after_a_rejection_the_boot_is_repeated_after_the_interval_and_calls_get_no_answer():
    bench = Bench()
    bench.boot("Rejected", 40)
    eq(bench.ask("GetConfiguration", {}), None)
    bench.wait(39)
    eq(bench.next(), None)
    bench.wait(1)
    eq(bench.next()[0], "BootNotification")
    assert "Rejected" in bench.box.ocpp.last_error


def test_B03_B08_calls_are_answered_before_the_boot_is_and_while_pending():
    bench = Bench()
    assert bench.ask("GetConfiguration", {})["configurationKey"]
    bench.boot("Pending", 40)
    assert bench.ask("GetConfiguration", {})["configurationKey"]
    bench.wait(40)
    eq(bench.boot()[0], "BootNotification")
    eq(bench.box.ocpp.accepted, True)


def test_B10_B11_without_an_interval_or_an_answer_the_pause_grows():
    bench = Bench()
    for pause in (10, 20, 40):
        eq(bench.next()[0], "BootNotification")
        bench.time_out()
        bench.wait(pause - 1)
        eq(bench.next(), None)
        bench.wait(1)
    bench.next()
    bench.refuse("InternalError")
    bench.wait(79)
    eq(bench.next(), None)
    bench.wait(1)
    bench.boot("Pending", 0)
    bench.wait(159)
    eq(bench.next(), None)
    bench.wait(1)
    eq(bench.next()[0], "BootNotification")


def test_an_answer_to_the_boot_that_makes_no_sense_is_no_acceptance():
    for answer in (
        {},
        {"status": "Accepted"},
        {"status": "Yes", "interval": 1, "currentTime": "2026-01-01T00:00:00Z"},
        {"status": "Accepted", "interval": 1, "currentTime": "soon"},
        {"status": "Accepted", "interval": None, "currentTime": 5},
    ):
        bench = Bench()
        bench.next()
        bench.answer(**answer)
        eq(bench.box.ocpp.accepted, False)
        eq(bench.next(), None)


def test_B12_a_new_connection_needs_no_new_boot_and_says_all_statuses():
    bench = Bench().accepted()
    bench.box.ocpp.accept(False)
    bench.open()
    eq(bench.box.ocpp.accepted, True)
    eq([p["connectorId"] for _, p in bench.rest()], [0, 1])


def test_B14_another_central_system_has_to_accept_us_anew():
    bench = Bench().accepted()
    bench.open(URL + "2")
    eq(bench.box.ocpp.accepted, False)
    eq(bench.next()[0], "BootNotification")


# ---- heartbeat ----


def test_H01_a_heartbeat_after_the_idle_time_and_not_before():
    bench = Bench().accepted()
    bench.wait(299)
    eq(bench.next(), None)
    bench.wait(1)
    eq(bench.next(), ("Heartbeat", {}))
    bench.answer(currentTime="2026-01-01T00:05:00Z")
    bench.wait(299)
    eq(bench.next(), None)


def test_H01_any_call_counts_as_a_sign_of_life():
    bench = Bench().accepted()
    bench.wait(200)
    bench.outlet.status = PREPARING
    eq(bench.rest()[0][0], "StatusNotification")
    bench.wait(299)
    eq(bench.next(), None)
    bench.wait(1)
    eq(bench.next()[0], "Heartbeat")


def test_H02_another_interval_holds_at_once():
    bench = Bench().accepted()
    bench.box.settings.values["ocpph"] = 10
    bench.wait(10)
    eq(bench.next()[0], "Heartbeat")


def test_H04_a_heartbeat_sets_a_clock_that_is_off_by_more_than_2_s():
    bench = Bench().accepted()
    bench.wait(300)
    bench.next()
    bench.answer(currentTime="2026-01-01T00:05:02Z")
    eq(bench.box.clock.utc_s(), 1767225900)
    bench.wait(300)
    bench.next()
    bench.answer(currentTime="2026-01-01T01:00:00Z")
    eq(bench.box.clock.utc_s(), 1767229200)


def test_H03_once_a_day_even_when_there_is_always_something_to_say():
    bench = Bench().accepted()
    for i in range(25 * 60):
        bench.wait(60)
        bench.outlet.status = PREPARING if i % 2 else CHARGING
        bench.rest()
    eq([a for a, _ in bench.said].count("Heartbeat"), 1)


# ---- statuses ----


def test_S01_every_change_is_said_once_with_the_time_it_happened():
    bench = Bench().accepted()
    bench.outlet.status = PREPARING
    bench.watch()
    bench.wait(5)
    bench.outlet.status = CHARGING
    said = bench.rest()
    eq(
        [(p["status"], p["timestamp"]) for _, p in said],
        [("Preparing", "2026-01-01T00:00:00.000Z"), ("Charging", "2026-01-01T00:00:05.000Z")],
    )
    eq(bench.rest(), [])


def test_a_fault_travels_with_code_vendor_and_at_most_50_characters():
    bench = Bench().accepted()
    bench.outlet.status = "Faulted", "OtherError", "x" * 80, "diode"
    payload = bench.rest()[0][1]
    eq((payload["errorCode"], payload["info"], payload["vendorErrorCode"]), ("OtherError", "x" * 50, "diode"))
    eq(payload["vendorId"], "Pilotwire")


def test_S18_S19_after_an_outage_only_the_present_status_is_said():
    bench = Bench().accepted()
    for status in (PREPARING, CHARGING, PREPARING):
        bench.outlet.status = status
        bench.watch()
    bench.open()
    eq([p["status"] for _, p in bench.rest()], ["Available", "Preparing"])


def test_ER17_a_refused_status_is_not_repeated():
    bench = Bench().accepted()
    bench.outlet.status = PREPARING
    bench.next()
    bench.refuse("InternalError")
    eq(bench.next(), None)


def test_T13_one_call_at_a_time():
    bench = Bench().accepted()
    bench.outlet.status = PREPARING
    bench.next()
    bench.outlet.status = CHARGING
    eq(bench.next(), None)
    bench.answer()
    eq(bench.next()[1]["status"], "Charging")


# ---- transactions ----


def test_a_whole_transaction_start_values_stop():
    bench = Bench().accepted()
    bench.wait(10)
    t = bench.outlet.begin(bench.now_ms)
    bench.wait(2)
    eq(
        bench.start(uid=42),
        (
            "StartTransaction",
            {"connectorId": 1, "idTag": "no-card", "meterStart": 12345678, "timestamp": "2026-01-01T00:00:10.000Z"},
        ),
    )
    eq((t.phase, t.id), ("running", 42))
    bench.wait(58)
    action, payload = bench.next()
    eq((action, payload["connectorId"], payload["transactionId"]), ("MeterValues", 1, 42))
    eq(payload["meterValue"][0]["timestamp"], "2026-01-01T00:01:10.000Z")
    bench.answer()
    bench.wait(30)
    t.stop(12346001, bench.now_ms, "EVDisconnected")
    bench.wait(1)
    eq(
        bench.next(),
        (
            "StopTransaction",
            {
                "transactionId": 42,
                "meterStop": 12346001,
                "timestamp": "2026-01-01T00:01:40.000Z",
                "reason": "EVDisconnected",
            },
        ),
    )
    bench.answer()
    eq((t.phase, bench.outlet.transactions), ("done", []))
    eq(bench.rest(), [])


def test_a_transaction_that_is_not_accepted_is_stopped_with_nothing_used():
    bench = Bench().accepted()
    t = bench.outlet.begin(bench.now_ms)
    bench.start("Invalid", 9)
    eq(t.phase, "refused")
    action, payload = bench.next()
    eq(
        (action, payload["reason"], payload["meterStop"], payload["transactionId"]),
        ("StopTransaction", "DeAuthorized", 12345678, 9),
    )
    bench.answer()
    eq((t.phase, bench.outlet.transactions), ("refused", []))
    assert "Invalid" in bench.box.ocpp.last_error


def test_a_car_that_went_before_the_answer_is_stopped_not_started():
    bench = Bench().accepted()
    t = bench.outlet.begin(bench.now_ms)
    bench.next()
    t.stop(12345678, bench.now_ms, "EVDisconnected")
    bench.answer(idTagInfo={"status": "Accepted"}, transactionId=3)
    assert t.phase != "running"
    eq(bench.next()[1]["reason"], "EVDisconnected")


def test_X03_a_transaction_id_of_0_or_below_is_an_id():
    for uid in (0, -5):
        bench = Bench().accepted()
        t = bench.outlet.begin(bench.now_ms)
        bench.start(uid=uid)
        t.stop(12345679, bench.now_ms, "Local")
        eq(bench.next()[1]["transactionId"], uid)


def test_X29_an_unanswered_start_is_repeated_with_the_same_fields():
    bench = Bench().accepted()
    t = bench.outlet.begin(bench.now_ms)
    first = bench.next()
    bench.wait(30)
    bench.time_out()
    bench.box.clock.set_utc(1767225600 + 500, 0, "ntp")  # the clock is corrected in between
    eq(bench.next(), first)
    bench.wait(30)
    bench.open()
    said = bench.next()
    while said[0] == "StatusNotification":
        bench.answer()
        said = bench.next()
    eq(said, first)
    eq(t.id, None)


def test_X28_a_refused_message_waits_and_is_given_up_after_three_times():
    bench = Bench().accepted()
    t = bench.outlet.begin(bench.now_ms)
    for pause in (60, 120):
        eq(bench.next()[0], "StartTransaction")
        bench.refuse("InternalError database")
        bench.wait(pause - 1)
        eq(bench.next(), None)
        bench.wait(1)
    bench.next()
    bench.refuse("InternalError database")
    eq((t.phase, bench.outlet.transactions), ("refused", []))
    assert "database" in bench.box.ocpp.last_error


def test_an_answer_to_start_without_an_id_is_a_refusal():
    bench = Bench().accepted()
    t = bench.outlet.begin(bench.now_ms)
    bench.next()
    bench.answer(idTagInfo={"status": "Accepted"})
    eq((t.id, t.phase == "running"), (None, False))
    eq(bench.next(), None)


def test_M01_meter_values_every_interval_from_the_start_on():
    bench = Bench().accepted()
    bench.box.settings.values["ocppi"] = 10
    bench.outlet.begin(bench.now_ms)
    bench.wait(3)
    bench.start()
    at = []
    for s in range(4, 45):
        bench.wait(1)
        if bench.next():
            bench.answer()
            at.append(s)
    eq(at, [10, 20, 30, 40])


def test_M02_an_interval_of_0_switches_them_off():
    bench = Bench().accepted()
    bench.box.settings.values["ocppi"] = 0
    bench.outlet.begin(bench.now_ms)
    bench.start()
    bench.wait(200)
    eq(bench.next(), None)


def test_M24_a_silent_meter_makes_no_values():
    bench = Bench().accepted()
    bench.outlet.begin(bench.now_ms)
    bench.start()
    bench.outlet.meter.silent = True
    bench.wait(60)
    eq(bench.next(), None)


def test_M21_no_values_after_the_stop():
    bench = Bench().accepted()
    t = bench.outlet.begin(bench.now_ms)
    bench.start()
    bench.wait(60)
    t.stop(12345999, bench.now_ms, "EVDisconnected")
    eq(bench.next()[0], "StopTransaction")


def test_meter_stop_is_never_below_meter_start():
    bench = Bench().accepted()
    t = bench.outlet.begin(bench.now_ms)
    bench.start()
    t.stop(None, bench.now_ms, "EVDisconnected")
    eq(bench.next()[1]["meterStop"], 12345678)


def test_two_outlets_have_their_own_transactions():
    bench = Bench(outlets=2).accepted()
    one, two = bench.box.outlets[0].begin(bench.now_ms), bench.box.outlets[1].begin(bench.now_ms, wh=5)
    bench.start(uid=1)
    eq(bench.start(uid=2)[1]["connectorId"], 2)
    eq((one.id, two.id), (1, 2))
    two.stop(8, bench.now_ms, "Local")
    eq(bench.next()[1]["transactionId"], 2)


# ---- meter values ----


def test_M08_M10_values_are_decimal_strings_one_per_phase():
    bench = Bench()
    values = meter_values.sampled(bench.outlet)
    eq(
        [(v["measurand"], v.get("phase"), v["value"], v["unit"]) for v in values],
        [
            ("Energy.Active.Import.Register", None, "12345678", "Wh"),
            ("Power.Active.Import", None, "7360", "W"),
            ("Current.Import", "L1", "16.0", "A"),
            ("Current.Import", "L2", "16.0", "A"),
            ("Current.Import", "L3", "0.0", "A"),
            ("Voltage", "L1-N", "230.1", "V"),
            ("Voltage", "L2-N", "230.0", "V"),
            ("Voltage", "L3-N", "231.1", "V"),
            ("Current.Offered", None, "16.0", "A"),
        ],
    )
    eq({v["context"] for v in values}, {"Sample.Periodic"})


def test_tenths_are_rounded_and_have_no_negative_zero():
    for milli, text in (
        (0, "0.0"),
        (49, "0.0"),
        (50, "0.1"),
        (-49, "0.0"),
        (-50, "-0.1"),
        (-16040, "-16.0"),
        (999, "1.0"),
        (6000, "6.0"),
    ):
        eq(meter_values.tenths(milli), text)


# ---- calls of the central system ----


def ask(action, payload, bench=None):
    return (bench or Bench()).ask(action, payload)


def test_ER01_any_other_action_is_not_implemented():
    for action in ("Reset", "Nonsense", ""):
        eq(raises(CallError, ask, action, {}).code, "NotImplemented")


def test_C01_get_configuration_gives_every_key():
    entries = ask("GetConfiguration", {})["configurationKey"]
    keys = {e["key"]: (e["value"], e["readonly"]) for e in entries}
    eq(keys["HeartbeatInterval"], ("3600", False))
    eq(keys["MeterValueSampleInterval"], ("60", False))
    eq(keys["NumberOfConnectors"], ("1", True))
    eq(keys["SupportedFeatureProfiles"], ("Core", True))
    eq(len(keys), len(entries))


def test_C02_C03_asked_keys_match_in_any_case_and_unknown_ones_come_back_as_asked():
    answer = ask("GetConfiguration", {"key": ["heartbeatINTERVAL", "Nonsense", "numberofconnectors"]})
    eq([e["key"] for e in answer["configurationKey"]], ["HeartbeatInterval", "NumberOfConnectors"])
    eq(answer["unknownKey"], ["Nonsense"])


def test_an_empty_list_of_keys_asks_for_all():
    eq(
        len(ask("GetConfiguration", {"key": []})["configurationKey"]),
        len(ask("GetConfiguration", {})["configurationKey"]),
    )


def test_wrong_types_in_get_configuration_are_refused():
    eq(raises(CallError, ask, "GetConfiguration", {"key": "HeartbeatInterval"}).code, "TypeConstraintViolation")
    eq(raises(CallError, ask, "GetConfiguration", {"key": [7]}).code, "TypeConstraintViolation")
    eq(raises(CallError, ask, "GetConfiguration", {"key": ["x" * 51]}).code, "PropertyConstraintViolation")


def change(key, value, bench=None):
    return ask("ChangeConfiguration", {"key": key, "value": value}, bench)["status"]


def test_C07_an_accepted_change_shows_in_the_next_answer():
    bench = Bench()
    eq(change("heartbeatinterval", "120", bench), "Accepted")
    eq(bench.box.settings.values["ocpph"], 120)
    eq(ask("GetConfiguration", {"key": ["HeartbeatInterval"]}, bench)["configurationKey"][0]["value"], "120")


def test_C09_an_unknown_key_is_not_supported():
    eq(change("Nonsense", "1"), "NotSupported")


def test_C10_C11_out_of_range_wrong_type_and_read_only_are_rejected():
    for key, value in (
        ("HeartbeatInterval", "0"),
        ("HeartbeatInterval", "604801"),
        ("HeartbeatInterval", "10.5"),
        ("HeartbeatInterval", ""),
        ("HeartbeatInterval", "1e3"),
        ("MeterValueSampleInterval", "-1"),
        ("NumberOfConnectors", "2"),
    ):
        bench = Bench()
        eq(change(key, value, bench), "Rejected")
        eq(bench.box.settings.values["ocpph"], 3600)


def test_C15_a_change_that_cannot_be_saved_is_rejected_and_the_log_says_why():
    bench = Bench()
    bench.box.settings.broken = True
    eq(change("HeartbeatInterval", "120", bench), "Rejected")
    assert "flash full" in bench.box.log.said[-1]


def test_a_change_while_the_flash_rests_is_rejected_unless_nothing_changes():
    bench = Bench()
    bench.box.settings.resting = True
    eq(change("HeartbeatInterval", "120", bench), "Rejected")
    eq(change("HeartbeatInterval", "3600", bench), "Accepted")


def test_ER04_ER06_a_change_without_its_fields_is_refused():
    eq(raises(CallError, ask, "ChangeConfiguration", {"key": "HeartbeatInterval"}).code, "FormationViolation")
    eq(
        raises(CallError, ask, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": 120}).code,
        "TypeConstraintViolation",
    )
    eq(
        raises(CallError, ask, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "1" * 501}).code,
        "PropertyConstraintViolation",
    )


def test_the_file_of_an_action_is_let_go_again():
    import sys

    bench = Bench().accepted()
    ask("GetConfiguration", {}, bench)
    assert "pilotwire.ocpp.configuration" in sys.modules
    for _ in range(60):
        loader.sweep()
    assert "pilotwire.ocpp.configuration" not in sys.modules
    assert "pilotwire.ocpp.calls" not in sys.modules
