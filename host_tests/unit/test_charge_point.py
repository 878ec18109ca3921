"""What the charge point says and when (OCPP 1.6; behaviour ids of our notes: B, H, S, X, M groups)."""

from check import eq
from point import URL, Bench
from seconds import Seconds

from pilotwire import loader

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
    bench.begin()
    bench.outlet.ask("04A1", "tap")
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


def pauses(bench, *seconds):
    """Those pass until each next boot, and not less."""
    for pause in seconds:
        bench.wait(pause - 1)
        eq(bench.next(), None)
        bench.wait(1)
        eq(bench.next()[0], "BootNotification")
        yield pause


def test_B11_without_an_answer_the_pause_grows():
    bench = Bench()
    bench.next()
    bench.time_out()
    for pause in pauses(bench, 10, 20, 40, 80, 160, 320, 600, 600):
        if pause < 50:
            bench.time_out()
        elif pause < 100:
            bench.refuse("InternalError")
        else:
            bench.answer(status="Accepted")


def test_B10_without_an_interval_it_is_ours_and_grows():
    bench = Bench()
    bench.boot("Pending", 0)
    for pause in pauses(bench, 60, 120, 240, 480, 600, 600):
        status = "Rejected" if pause > 200 else "Pending"
        bench.answer(status=status, interval=0, currentTime="2026-01-01T00:00:00Z")
    list(pauses(bench, 600))
    bench.answer(status="Pending", interval=7, currentTime="2026-01-01T00:00:00Z")
    eq(list(pauses(bench, 7)), [7])


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


def test_short_of_memory_a_message_is_said_in_another_turn():
    bench = Bench().accepted()
    bench.outlet.status = PREPARING
    notification = loader.use("ocpp.notification")
    call, notification.call = notification.call, _hungry
    try:
        eq(bench.next(), None)
    finally:
        notification.call = call
    assert "memory" in bench.box.ocpp.last_error
    eq([p["status"] for _, p in bench.rest()], ["Preparing"])


def test_TG01_short_of_memory_what_was_triggered_is_not_lost():
    bench = Bench().accepted()
    bench.outlet.status = PREPARING
    bench.rest()
    bench.point.trigger("StatusNotification", 1)
    notification = loader.use("ocpp.notification")
    call, notification.call = notification.call, _hungry
    try:
        eq(bench.next(), None)
    finally:
        notification.call = call
    eq([p["connectorId"] for _, p in bench.rest()], [1])


def _hungry(*args):
    raise MemoryError


def test_S01_an_info_is_news_and_its_end_is_none():
    bench = Bench().accepted()
    said = []
    for info in (None, "EV side disconnected", "EV side disconnected", None):
        bench.outlet.status = "SuspendedEV", "NoError", info, None
        said += [p.get("info") for _, p in bench.rest()]
    eq(said, [None, "EV side disconnected"])


def test_T25_a_fault_travels_with_code_vendor_and_at_most_50_characters():
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


def test_S11_a_status_that_did_not_last_is_skipped_and_the_others_keep_their_time():
    bench = Bench().accepted()
    bench.box.settings.values["ocppms"] = 10
    bench.wait(60)
    for status, s in ((PREPARING, 3), (CHARGING, 9)):
        bench.outlet.status = status
        bench.watch()
        bench.wait(s)
        eq(bench.next(), None)
    bench.wait(1)
    eq([(p["status"], p["timestamp"][14:19]) for _, p in bench.rest()], [("Charging", "01:03")])


def test_S11_back_within_the_duration_nothing_is_said():
    bench = Bench().accepted()
    bench.box.settings.values["ocppms"] = 10
    at_first = bench.outlet.status
    bench.outlet.status = PREPARING
    bench.watch()
    bench.wait(5)
    bench.outlet.status = at_first
    bench.watch()
    bench.wait(60)
    eq(bench.rest(), [])


def test_S11_S18_after_a_reconnect_every_status_is_said_at_once():
    bench = Bench().accepted()
    bench.box.settings.values["ocppms"] = 10
    bench.open()
    eq([p["status"] for _, p in bench.rest()], ["Available", "Available"])


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


# ---- what TriggerMessage asks for ----


def triggered(bench, action, connector=None):
    """What is said because of it, each answered."""
    bench.point.trigger(action, connector)
    return bench.rest()


def test_TG_a_triggered_heartbeat_comes_at_once():
    eq(triggered(Bench().accepted(), "Heartbeat", 0), [("Heartbeat", {})])


def test_TG_triggered_statuses_of_one_connector_or_all():
    bench = Bench(outlets=2).accepted()
    eq([p["connectorId"] for _, p in triggered(bench, "StatusNotification", 2)], [2])
    eq([p["connectorId"] for _, p in triggered(bench, "StatusNotification", 0)], [0])
    eq([p["connectorId"] for _, p in triggered(bench, "StatusNotification")], [0, 1, 2])


def test_TG_triggered_meter_values_say_so_and_name_the_transaction_that_runs():
    bench = Bench(outlets=2).accepted()
    bench.begin()
    bench.start(uid=9)
    said = [p for _, p in triggered(bench, "MeterValues")]
    eq([(p["connectorId"], p.get("transactionId")) for p in said], [(1, 9), (2, None)])
    eq({v["context"] for p in said for v in p["meterValue"][0]["sampledValue"]}, {"Trigger"})


def test_TG_nothing_is_said_for_a_silent_meter():
    bench = Bench().accepted()
    eq(triggered(bench, "MeterValues"), [])


def test_B08_B13_while_pending_a_triggered_message_leaves_and_a_triggered_boot_comes_at_once():
    bench = Bench()
    bench.boot("Pending", 600)
    bench.point.trigger("StatusNotification", 1)
    eq(bench.next()[0], "StatusNotification")
    bench.answer()
    eq(bench.next(), None)
    bench.point.trigger("BootNotification")
    eq(bench.boot()[0], "BootNotification")
    eq(bench.box.ocpp.accepted, True)


# ---- calls of the central system; what the actions mean is in the tests of each ----


def test_the_file_of_an_action_is_let_go_again():
    import sys

    bench = Bench().accepted()
    bench.ask("TriggerMessage", {"requestedMessage": "Nonsense"})
    assert "pilotwire.ocpp.trigger" in sys.modules
    with Seconds() as s:
        s.wait(61)
    for name in ("trigger", "calls", "fields"):
        assert "pilotwire.ocpp." + name not in sys.modules, name


def test_B13_whether_a_boot_was_accepted_on_this_connection():
    bench = Bench()
    eq(bench.point.booted_here, False)
    bench.boot("Pending")
    eq(bench.point.booted_here, False)
    bench.wait(300)
    bench.boot()
    eq(bench.point.booted_here, True)
    bench.open()
    eq(bench.point.booted_here, False)
