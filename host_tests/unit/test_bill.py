"""What the central system is told of a transaction, and what its answers do (OCPP 1.6; ids of our notes: X, M)."""

import json

from check import eq
from point import URL, Bench

from pilotwire import loader
from pilotwire.ocpp import meter_values, transactions

REGISTER = "Energy.Active.Import.Register"


def connected(**settings):
    bench = Bench().accepted()
    bench.outlet.status = "Charging", "NoError", None, None
    bench.rest()
    bench.box.settings.values.update(settings)
    return bench


def offline(**settings):
    """No central system since the start, and it is 2026."""
    bench = Bench()
    bench.box.clock.set_utc(1767225600, 0, "ntp")
    bench.box.settings.values.update(settings)
    return bench


def register(payload):
    """(time, Wh) of each entry of a MeterValues."""
    return [
        (entry["timestamp"][11:19], int(value["value"]))
        for entry in payload["meterValue"]
        for value in entry["sampledValue"]
        if value["measurand"] == REGISTER
    ]


def said(bench, uid=7):
    """All that it says about transactions now, each answered well -> [(action, payload)]."""
    found = []
    call = bench.next()
    while call:
        if call[0] == "StartTransaction":
            bench.answer(idTagInfo={"status": "Accepted"}, transactionId=uid)
        elif call[0] == "BootNotification":
            bench.answer(status="Accepted", interval=300, currentTime="2026-01-01T00:00:00Z")
        else:
            bench.answer(currentTime="2026-01-01T00:00:00Z")
        if call[0] in ("StartTransaction", "MeterValues", "StopTransaction"):
            found.append(call)
        call = bench.next()
    return found


def actions(calls):
    return [action for action, _ in calls]


def test_X01_X02_a_whole_transaction_start_values_stop():
    bench = connected()
    bench.wait(10)
    t = bench.begin()
    bench.wait(2)
    eq(
        bench.start(uid=42),
        (
            "StartTransaction",
            {"connectorId": 1, "idTag": "no-card", "meterStart": 12345678, "timestamp": "2026-01-01T00:00:10.400Z"},
        ),
    )
    eq((t.phase, t.id), ("running", 42))
    bench.run(58)
    action, payload = bench.next()
    eq((action, payload["connectorId"], payload["transactionId"]), ("MeterValues", 1, 42))
    eq(payload["meterValue"][0]["timestamp"], "2026-01-01T00:01:10.400Z")
    bench.answer()
    bench.outlet.meter.energy_wh = 12346001
    bench.run(30)
    bench.unplug()
    bench.run(1)
    eq(
        bench.next(),
        (
            "StopTransaction",
            {
                "transactionId": 42,
                "meterStop": 12346001,
                "timestamp": "2026-01-01T00:01:40.600Z",
                "reason": "EVDisconnected",
            },
        ),
    )
    bench.answer()
    eq((bench.outlet.transaction, bench.box.journal.entries, bench.box.journal.records), (None, [], {}))
    eq(bench.rest(), [])


def test_a_message_is_made_in_one_turn_whatever_was_let_go():
    """With little room pieces that came turn by turn pushed one another out: a start was said after half a minute."""
    bench = connected()
    bench.begin()
    loader.let_go()
    eq(bench.next()[0], "StartTransaction")


def test_X27_the_start_is_on_flash_before_the_contactor_may_close_and_closes_nothing_when_it_is_not():
    bench = connected()
    bench.box.journal.full = True
    bench.begin("04A1")
    bench.run(5)
    eq((bench.outlet.transaction, bench.outlet.allowed, bench.outlet.reason), (None, False, "no_room"))
    bench.box.journal.full = False
    bench.run(5)
    eq(bench.outlet.transaction, None)
    bench.outlet.authorise("04A1")
    bench.run(1)
    eq(bench.box.journal.written, [("start", 0)])
    eq(bench.outlet.allowed, True)


def test_A28_X10_a_start_that_is_not_accepted_is_stopped_deauthorized():
    for status in ("Invalid", "Blocked", "Expired", "ConcurrentTx"):
        bench = connected()
        bench.begin()
        bench.start(status, 9)
        bench.run(1)
        eq((bench.outlet.transaction, bench.outlet.over, bench.outlet.allowed), (None, "refused", False))
        action, payload = bench.next()
        eq(
            (action, payload["reason"], payload["meterStop"], payload["transactionId"]),
            ("StopTransaction", "DeAuthorized", 12345678, 9),
        )
        bench.answer()
        assert status in bench.box.ocpp.last_error
        bench.run(30)
        eq(bench.outlet.transaction, None)


def test_X41_a_repeated_start_is_not_hindered_by_itself():
    """A central system that looks at the card before it looks at the start finds our own transaction running."""
    bench = connected()
    t = bench.begin("04A1")
    eq(bench.next()[0], "StartTransaction")  # and the link is gone
    bench.open()
    bench.rest_statuses()
    bench.start("ConcurrentTx", 9)
    bench.run(1)
    eq((t.phase, t.id, bench.outlet.transaction is t), ("running", 9, True))


def test_X41_one_that_may_have_been_said_before_a_power_cut_neither():
    bench = connected()
    bench.begin("04A1")
    t = bench.outlet.transaction
    bench.point._transactions = transactions.Transactions(bench.box)  # as the next start of the box makes it
    bench.start("ConcurrentTx", 9)
    bench.run(1)
    eq((t.phase, bench.outlet.transaction is t), ("running", True))


def test_A29_without_stop_transaction_on_invalid_id_it_stays_open_and_no_energy_flows():
    bench = connected(ocppsi=False)
    t = bench.begin("04A1")
    bench.run(1)
    eq(bench.outlet.allowed, True)
    bench.start("Invalid", 9)
    bench.run(1)
    eq((t.phase, bench.outlet.allowed, bench.outlet.transaction is t), ("suspended", False, True))
    bench.unplug()
    bench.run(1)
    eq(said(bench)[-1][1]["reason"], "EVDisconnected")


def test_a_car_that_went_before_the_answer_is_stopped_not_started():
    bench = connected()
    bench.begin()
    bench.next()
    bench.unplug()
    bench.run(1)
    bench.answer(idTagInfo={"status": "Accepted"}, transactionId=3)
    eq(bench.outlet.transaction, None)
    payload = bench.next()[1]
    eq((payload["reason"], payload["transactionId"]), ("EVDisconnected", 3))


def test_X03_a_transaction_id_of_0_or_below_is_an_id():
    for uid in (0, -5):
        bench = connected()
        bench.begin()
        bench.start(uid=uid)
        bench.end("Local")
        eq(bench.next()[1]["transactionId"], uid)


def test_X04_a_card_that_was_accepted_charges_before_the_start_is_answered():
    bench = connected()
    bench.begin("04A1")
    bench.run(1)
    eq((bench.outlet.allowed, bench.outlet.connector.close), (True, True))
    eq(bench.next()[1]["idTag"], "04A1")


def test_A20_A31_free_vend_waits_for_the_answer_and_without_one_in_time_begins_as_if_offline():
    bench = connected(ocppmt=30)
    bench.begin()
    bench.next()
    bench.run(29)
    eq((bench.outlet.allowed, bench.outlet.reason), (False, "central"))
    bench.run(2)
    eq(bench.outlet.allowed, True)


def test_A31_offline_free_vend_begins_at_once():
    bench = offline()
    bench.begin()
    bench.run(1)
    eq(bench.outlet.allowed, True)


def test_A31_free_vend_that_loses_the_connection_while_it_waits_begins():
    bench = connected()
    bench.begin()
    bench.box.ocpp.accepted = False
    bench.run(1)
    eq(bench.outlet.allowed, True)


def test_A31_a_refused_free_vend_begins_again_only_after_the_next_plug():
    bench = connected()
    bench.begin()
    bench.start("Blocked")
    bench.run(30)
    eq(bench.outlet.transaction, None)
    bench.unplug()
    bench.plug()
    eq(bench.outlet.transaction.id_tag, "no-card")


def test_X29_an_unanswered_start_is_repeated_with_the_same_fields():
    bench = connected()
    t = bench.begin()
    first = bench.next()
    bench.wait(30)
    bench.time_out()
    bench.box.clock.set_utc(1767225600 + 500, 0, "ntp")  # the clock is corrected in between
    eq(bench.next(), first)
    bench.wait(30)
    bench.open()
    found = bench.next()
    while found[0] == "StatusNotification":
        bench.answer()
        found = bench.next()
    eq(found, first)
    eq(t.id, None)


def test_X29_silence_is_no_refusal_unless_the_key_says_so():
    for counts in (False, True):
        bench = connected(ocpptc=counts, ocppta=2, ocpptr=0)
        bench.begin("04A1")
        for _ in range(5):
            if bench.next():
                bench.time_out()
        eq(bench.box.journal.buried, [("start", 0, "no answer in time")] if counts else [])


def test_X29_ten_silences_on_a_connection_that_lives_are_one_refusal():
    bench = connected(ocppta=2, ocpptr=0)
    bench.begin("04A1")
    for _ in range(20):
        eq(bench.box.journal.buried, [])
        bench.next()
        bench.time_out()
    eq(len(bench.box.journal.buried), 1)


def test_X29_silences_do_not_add_up_over_connections():
    bench = connected(ocppta=1, ocpptr=0)
    bench.begin("04A1")
    for _ in range(30):
        bench.next()
        bench.time_out()
        bench.open()
        bench.rest_statuses()
    eq(bench.box.journal.buried, [])


def test_X28_a_refused_message_waits_and_is_buried_after_three_times():
    bench = connected()
    bench.begin("04A1")
    for pause in (60, 120):
        eq(bench.next()[0], "StartTransaction")
        bench.refuse("InternalError database")
        bench.wait(pause - 1)
        eq(bench.next(), None)
        bench.wait(1)
    bench.next()
    bench.refuse("InternalError database")
    eq(bench.box.journal.buried, [("start", 0, "InternalError database")])
    action, payload = bench.next()
    eq((action, payload["connectorId"], payload["status"]), ("StatusNotification", 0, "Available"))
    eq((payload["errorCode"], payload["vendorErrorCode"]), ("OtherError", "DeadLetter"))


def test_X30_after_a_start_that_was_given_up_the_others_say_minus_1():
    bench = connected(ocppta=1, ocpptr=0)
    t = bench.begin("04A1")
    bench.next()
    bench.refuse("InternalError")
    eq(t.id, -1)
    bench.run(60)
    bench.end("Local", "04A1")
    calls = said(bench)
    eq(actions(calls), ["MeterValues", "StopTransaction"])
    eq({p["transactionId"] for _, p in calls}, {-1})
    eq(bench.box.journal.buried, [("start", 0, "InternalError"), ("stop", 0, "its start was refused")])


def test_X28_what_finds_no_room_as_a_dead_letter_is_said_again_a_minute_later_and_never_lost():
    bench = connected(ocppta=1, ocpptr=0)
    bench.begin("04A1")
    bench.next()
    bench.box.journal.full = True
    bench.refuse("InternalError")
    assert "no room" in bench.box.ocpp.last_error
    bench.wait(59)
    eq((bench.next(), bench.box.journal.buried), (None, []))
    bench.box.journal.full = False
    bench.wait(2)
    eq(bench.next()[0], "StartTransaction")
    bench.refuse("InternalError")
    bench.rest()
    bench.end("Local")
    eq(bench.next()[0], "StopTransaction")
    bench.box.journal.full = True
    bench.answer()
    eq((bench.next(), [entry[1] for entry in bench.box.journal.entries]), (None, ["stop"]))
    bench.box.journal.full = False
    bench.wait(61)
    eq(bench.next()[0], "StopTransaction")
    bench.answer()
    eq(bench.box.journal.buried, [("start", 0, "InternalError"), ("stop", 0, "its start was refused")])


def test_X34_a_dead_letter_of_one_central_system_is_not_told_another_one():
    bench = connected(ocppta=1, ocpptr=0)
    bench.begin("04A1")
    bench.next()
    bench.refuse("InternalError")
    bench.open("ws://other.example/ocpp/CP1")
    eq(bench.next()[0], "BootNotification")
    bench.answer(status="Accepted", interval=300, currentTime="2026-01-01T00:00:00Z")
    assert not [p for a, p in bench.rest() if a == "DataTransfer" or "vendorErrorCode" in p]


def test_X28_refused_meter_values_go_to_the_dead_letters_too_and_the_stop_goes_on():
    bench = connected(ocppta=1, ocpptr=0)
    bench.begin("04A1")
    bench.start()
    bench.run(60)
    eq(bench.next()[0], "MeterValues")
    bench.refuse("InternalError")
    eq((bench.box.journal.buried[0][:2], bench.point.triggers), (("samples", 0), [("OtherError", 0)]))
    eq([action for action, _ in bench.rest()], ["StatusNotification"])
    bench.end("Local")
    eq(actions(said(bench)), ["StopTransaction"])


def test_an_answer_to_start_without_an_id_is_a_refusal():
    for answer in (
        {"idTagInfo": {"status": "Accepted"}},
        {"transactionId": 7},
        {"transactionId": None, "idTagInfo": {}},
    ):
        bench = connected()
        t = bench.begin()
        bench.next()
        bench.answer(**answer)
        eq((t.id, t.phase), (None, "waiting"))
        eq(bench.next(), None)
        eq(bench.box.journal.pending, 1)


def test_M01_meter_values_every_interval_from_the_start_on():
    bench = connected(ocppi=10)
    bench.begin()
    bench.start()
    at = []
    for s in range(1, 45):
        bench.run(1)
        if bench.next():
            bench.answer()
            at.append(s)
    eq(at, [10, 20, 30, 40])


def test_M02_an_interval_of_0_switches_them_off():
    bench = connected(ocppi=0)
    bench.begin()
    bench.start()
    bench.run(200)
    eq(bench.next(), None)


def test_M05_clock_aligned_values_come_at_multiples_of_the_interval():
    bench = connected(ocppi=0, ocppai=15)
    bench.wait(7)
    bench.begin()
    bench.start()
    bench.run(40)
    calls = said(bench)
    eq([p["meterValue"][0]["timestamp"][14:19] for _, p in calls], ["00:15", "00:30", "00:45"])
    eq({v["context"] for _, p in calls for v in p["meterValue"][0]["sampledValue"]}, {"Sample.Clock"})


def test_M24_a_silent_meter_makes_no_values():
    bench = connected()
    bench.begin()
    bench.start()
    bench.outlet.meter.silent = True
    bench.run(90)
    eq(bench.next(), None)


def test_M21_no_values_after_the_stop_and_the_last_ones_before_it():
    bench = connected()
    bench.begin()
    bench.start()
    bench.run(60)
    bench.end("Local")
    eq(actions(said(bench)), ["MeterValues", "StopTransaction"])
    bench.run(120)
    eq(said(bench), [])


def test_M21_a_value_that_is_under_way_when_the_transaction_ends_is_not_said_again():
    bench = connected()
    bench.begin()
    bench.start()
    bench.run(60)
    bench.next()
    bench.end("Local")
    bench.answer()
    eq(actions(said(bench)), ["StopTransaction"])


def test_M21_nor_is_it_lost_when_it_gets_no_answer():
    bench = connected()
    bench.begin()
    bench.start()
    bench.run(60)
    first = bench.next()
    bench.end("Local")
    bench.time_out()
    calls = said(bench)
    eq(actions(calls), ["MeterValues", "StopTransaction"])
    eq(calls[0], first)


def test_meter_stop_is_never_below_meter_start():
    bench = connected()
    bench.begin()
    bench.start()
    bench.outlet.meter.energy_wh = 5
    bench.end("Local")
    eq(bench.next()[1]["meterStop"], 12345678)


def test_X05_the_stop_waits_for_a_reading_after_the_contactor_is_open_but_not_for_ever():
    bench = connected()
    bench.begin("04A1")
    bench.run(1)
    bench.start()
    bench.outlet.meter.silent = True
    bench.outlet.end("Local")
    bench.run(2.4)
    eq(bench.box.journal.pending, 0)
    bench.run(2)
    eq(bench.box.journal.pending, 1)


def test_X05_what_flowed_until_it_was_open_is_in_the_bill():
    bench = connected()
    bench.begin("04A1")
    bench.run(1)
    bench.start()
    bench.outlet.connector.tick = lambda now_ms: None  # the car takes its time
    bench.outlet.end("Local")
    bench.run(3)
    eq(bench.box.journal.pending, 0)
    bench.outlet.meter.energy_wh = 12345700
    del bench.outlet.connector.tick
    bench.run(1)
    eq(said(bench)[-1][1]["meterStop"], 12345700)


def test_a_stop_that_cannot_be_written_is_tried_again():
    bench = connected()
    bench.begin("04A1")
    bench.start()
    bench.box.journal.full = True
    bench.end("Local", "04A1")
    bench.run(2)
    assert bench.outlet.transaction
    bench.box.journal.full = False
    bench.run(6)
    eq(bench.outlet.transaction, None)
    eq(said(bench)[-1][1]["idTag"], "04A1")


def test_X23_X24_X25_M19_a_session_without_a_link_is_told_later_in_order():
    bench = offline(ocppi=30)
    bench.begin()
    bench.run(90)
    bench.end("Local", "no-card")
    calls = said(bench, uid=5)
    eq(actions(calls), ["StartTransaction"] + 3 * ["MeterValues"] + ["StopTransaction"])
    eq([register(p)[0][0] for _, p in calls[1:4]], ["00:00:30", "00:01:00", "00:01:30"])
    eq({p["transactionId"] for _, p in calls[1:]}, {5})
    eq(calls[4][1]["timestamp"][:19], "2026-01-01T00:01:30")
    eq(bench.box.journal.entries, [])


def test_M19_values_without_a_link_are_kept_four_to_a_record_and_evenly_spaced_beyond():
    bench = offline(ocppi=5)
    bench.begin()
    bench.run(121)
    records = [e for e in bench.box.journal.entries if e[1] == "samples"]
    eq(len(records), 2)
    times = [meter_values.age_ms(e[3][n : n + 29]) for e in records for n in range(0, len(e[3]), 29)]
    assert all(4000 <= later - sooner <= 41_000 for sooner, later in zip(times, times[1:])), times
    assert len(times) >= 5, times


def test_one_record_a_minute_the_register_when_the_central_system_has_all_samples():
    bench = connected(ocppi=60)
    bench.begin()
    bench.start()
    for _ in range(3 * 60):
        bench.run(1)
        said(bench)
    eq([what for what, _ in bench.box.journal.written[2:]], ["register"] * 3)
    age_ms, wh = json.loads(bench.box.journal.records[0]["register"])
    eq((100_000 < age_ms < 200_000, wh), (True, 12345678))


def test_values_come_from_memory_while_the_link_is_up_and_from_flash_after_it_was_down():
    bench = connected(ocppi=20)
    bench.begin()
    bench.start()
    bench.run(20)
    eq(len(said(bench)), 1)
    bench.run(100)  # the link is down
    eq([what for what, _ in bench.box.journal.written].count("samples"), 2)
    calls = said(bench)
    eq([register(p)[0][0] for _, p in calls], ["00:00:40", "00:01:00", "00:01:20", "00:01:40", "00:02:00"])


def test_B15_without_a_clock_the_times_are_found_when_it_comes():
    bench = Bench()
    bench.begin()
    bench.run(70)
    bench.end("Local")
    calls = said(bench)
    eq(actions(calls), ["StartTransaction", "MeterValues", "StopTransaction"])
    eq([calls[0][1]["timestamp"][:19], register(calls[1][1])[0][0]], ["2025-12-31T23:58:49", "23:59:49"])
    eq(calls[2][1]["timestamp"][:19], "2025-12-31T23:59:59")


def test_B15_the_time_that_was_found_is_kept_before_it_is_said():
    bench = Bench()
    bench.begin()
    bench.run(10)
    bench.boot()
    call = bench.next()
    while call[0] != "StartTransaction":
        bench.answer()
        call = bench.next()
    eq(call[1]["timestamp"], "2025-12-31T23:59:50.400Z")
    eq(json.loads(bench.box.journal.records[0]["start"])[3:], [1767225590, 400])


def test_B15_after_a_restart_before_the_clock_came_all_its_times_are_that_restarts():
    bench = Bench()
    bench.begin()
    bench.run(70)
    bench.end("Local")
    bench.box.boots += 1
    bench.box.clock.now_ms = 5000
    calls = said(bench)
    eq({p["timestamp"] for _, p in (calls[0], calls[2])}, {"2025-12-31T23:59:55.000Z"})
    eq(register(calls[1][1])[0][0], "23:59:55")


def test_X26_two_outlets_are_told_in_the_order_of_what_happened():
    bench = Bench(outlets=2)
    bench.box.clock.set_utc(1767225600, 0, "ntp")
    bench.box.settings.values["ocppi"] = 30
    bench.begin(number=1)
    bench.begin(number=2)
    bench.run(31)
    bench.end("Local", number=1)
    bench.run(2)
    bench.end("Local", number=2)
    calls = said(bench)
    eq(
        [(action, p.get("connectorId")) for action, p in calls],
        [
            ("StartTransaction", 1),
            ("StartTransaction", 2),
            ("MeterValues", 1),
            ("MeterValues", 2),
            ("StopTransaction", None),
            ("StopTransaction", None),
        ],
    )


def test_two_outlets_have_their_own_transactions():
    bench = Bench(outlets=2).accepted()
    one, two = bench.begin(number=1), bench.begin(number=2)
    bench.rest_statuses()
    bench.start(uid=1)
    eq(bench.start(uid=2)[1]["connectorId"], 2)
    eq((one.id, two.id), (1, 2))
    bench.end("Local", number=2)
    eq(bench.next()[1]["transactionId"], 2)


def test_X34_entries_of_another_central_system_are_not_told_to_this_one():
    bench = connected()
    here = bench.box.journal.peer
    assert len(here) == 8 and here != "0badcafe"
    bench.open("ws://other.example/CP1")
    assert bench.box.journal.peer != here
    bench.open("wss://user:secret@" + URL[5:])
    eq(bench.box.journal.peer, here)


def test_X34_samples_of_a_transaction_of_another_central_system_wait_for_that_one():
    bench = connected(ocppi=10)
    bench.begin("04A1")
    bench.start()
    bench.open("ws://other.example/CP1")
    bench.boot()
    bench.rest_statuses()
    bench.run(20)
    eq(len(bench.outlet.transaction.samples), 2)
    eq(bench.next(), None)


def test_X34_a_transaction_that_another_central_system_began_ends_for_that_one():
    bench = connected(ocppi=10)
    bench.begin("04A1")
    bench.start()
    bench.box.settings.values["ocppu"] = "ws://other.example/CP1"
    bench.open("ws://other.example/CP1")
    bench.boot()
    bench.rest_statuses()
    bench.run(20)
    bench.end("Local")
    eq(said(bench), [])
    bench.outlet.authorise("04A2")
    bench.run(1)
    eq(said(bench)[0][1]["idTag"], "04A2")
    bench.open()
    eq(actions(said(bench)), ["MeterValues", "MeterValues", "StopTransaction"])


def test_what_belongs_to_nothing_does_not_hold_up_the_others():
    bench = connected()
    bench.begin("04A1")
    bench.start()
    bench.end("Local")
    del bench.box.journal.records[0]["start"]
    eq((bench.next(), bench.box.journal.buried), (None, [("stop", 0, "its start is missing")]))


def test_X28_a_pause_ends_in_time_however_long_the_link_was_away():
    bench = connected(ocpptr=60)
    bench.begin("04A1")
    bench.next()
    bench.refuse("InternalError")
    for _ in range(7):
        bench.wait(86_400)
        bench.box.clock.up_ms()
    bench.open()
    bench.rest_statuses()
    eq(bench.next()[0], "StartTransaction")


def test_X08_a_remote_stop_names_no_card():
    bench = connected()
    bench.begin("04A1")
    bench.start()
    bench.end("Remote")
    payload = bench.next()[1]
    eq((payload["reason"], "idTag" in payload), ("Remote", False))


def test_X16_an_energy_limit_ends_it_for_another_reason_and_no_other_one_begins_before_it_is_raised():
    bench = connected(dwo=500)
    bench.begin("04A1")
    bench.start()
    bench.run(1)
    bench.outlet.meter.energy_wh += 499
    bench.run(2)
    assert bench.outlet.transaction
    bench.outlet.meter.energy_wh += 1
    bench.run(2)
    ((_, payload),) = said(bench)
    eq((payload["reason"], payload["meterStop"], "idTag" in payload), ("Other", 12346178, False))
    bench.outlet.authorise("04A1")
    bench.run(5)
    eq((bench.outlet.transaction, bench.outlet.reason), (None, "energy"))
    bench.box.settings.values["dwo"] = 1000
    bench.run(1)
    assert bench.outlet.transaction


def test_X39_what_the_answer_to_a_stop_says_of_the_card_changes_nothing_of_the_transaction():
    for status in ("Accepted", "Blocked", "ConcurrentTx"):
        bench = connected()
        bench.begin("04A1")
        bench.start()
        bench.end("Local", "04A1")
        eq(bench.next()[0], "StopTransaction")
        bench.answer(idTagInfo={"status": status, "parentIdTag": "FAMILY"})
        bench.run(20)
        eq((bench.outlet.transaction, bench.outlet.allowed, bench.box.journal.entries), (None, False, []))
        eq(said(bench), [])


def test_X42_no_stop_is_before_its_start_or_in_the_future_whatever_the_clock_does():
    for correction_s in (-7200, 7200):
        bench = connected()
        bench.begin("04A1")
        bench.run(10)
        s = bench.box.clock.utc_s()
        bench.box.clock.set_utc(s + correction_s, 0, "ntp")
        bench.end("Local", "04A1")
        calls = said(bench)
        eq([p["timestamp"][11:19] for _, p in calls], ["00:00:00", "00:00:10"])


def test_X43_each_of_two_transactions_gets_the_id_of_its_own_answer_after_a_silence_too():
    bench = Bench(outlets=2).accepted()
    one, two = bench.begin("04A1", 1), bench.begin("04A2", 2)
    bench.rest_statuses()
    bench.next()
    bench.time_out()
    bench.start(uid=11)
    eq((one.id, two.id), (11, None))
    bench.start(uid=22)
    eq((one.id, two.id), (11, 22))


def test_X06_only_the_first_end_counts():
    bench = connected()
    bench.begin("04A1")
    bench.start()
    bench.outlet.end("Remote")
    bench.outlet.end("Local", "04A1")
    bench.unplug()
    bench.run(1)
    eq([p["reason"] for _, p in said(bench)], ["Remote"])


# ---- what is in a StopTransaction ----


def told(minutes, **settings):
    """Of the transactionData of so long a transaction: [(time, context, Wh)], None when there is none."""
    bench = connected(**settings)
    bench.begin("04A1")
    bench.start()
    for _ in range(minutes * 60):
        bench.outlet.meter.energy_wh += 1
        bench.run(1)
        said(bench)
    bench.end("Local", "04A1")
    return data(said(bench)[-1][1])


def data(payload):
    entries = payload.get("transactionData")
    return entries and [
        (e["timestamp"][11:19], v["context"], int(v["value"])) for e in entries for v in e["sampledValue"]
    ]


def test_X18_nothing_is_added_to_a_stop_where_nothing_is_wanted():
    eq(told(2), None)


def test_X19_the_stop_tells_begin_and_end_and_what_was_sampled_between():
    eq(
        told(2, ocppst=REGISTER),
        [
            ("00:00:00", "Transaction.Begin", 12345678),
            ("00:01:00", "Sample.Periodic", 12345738),
            ("00:02:00", "Sample.Periodic", 12345798),
            ("00:02:00", "Transaction.End", 12345798),
        ],
    )
    found = told(2, ocppst=REGISTER, ocppi=0)
    eq([context for _, context, _ in found], ["Transaction.Begin", "Transaction.End"])


def test_X20_the_stop_tells_what_was_measured_at_round_times():
    found = told(3, ocppsa=REGISTER, ocppai=60, ocppi=0)
    eq([(at, context) for at, context, _ in found], [("00:0%d:00" % m, "Sample.Clock") for m in (1, 2, 3)])


def test_X21_what_is_too_much_is_thinned_evenly_and_begin_and_end_stay():
    found = told(45, ocppst=REGISTER, ocppi=60)
    assert 9 <= len(found) <= 16, found
    eq((found[0][1], found[-1][1]), ("Transaction.Begin", "Transaction.End"))
    minutes = [int(at[3:5]) for at, _, _ in found[1:-1]]
    steps = {later - sooner for sooner, later in zip(minutes, minutes[1:])}
    assert len(steps) == 1, minutes
    wh = [wh for _, _, wh in found]
    eq(wh, sorted(wh))


def test_X21_samples_by_the_second_are_kept_once_a_minute():
    found = told(3, ocppst=REGISTER, ocppi=5)
    eq([at[3:] for at, _, _ in found[1:-1]], ["00:05", "01:05", "02:05"])


def test_X22_X34_what_was_collected_outlives_a_restart_and_is_the_same_when_it_is_said_again():
    bench = connected(ocppst=REGISTER, ocppi=60)
    bench.begin("04A1")
    bench.start()
    bench.run(61)
    said(bench)
    bench.end("Local")
    bench.box.settings.values["ocppst"] = ""
    first = bench.next()
    bench.time_out()
    eq(bench.next(), first)
    bench.point._transactions = transactions.Transactions(bench.box)  # as the next start of the box makes it
    bench.time_out()
    bench.open()
    bench.rest_statuses()
    eq(bench.next(), first)
    eq(len(data(first[1])), 3)


def test_X19_a_flash_that_is_full_costs_these_values_and_not_the_bill():
    bench = connected(ocppst=REGISTER, ocppi=10)
    bench.begin("04A1")
    bench.start()
    bench.box.journal.full = True
    bench.run(21)
    bench.box.journal.full = False
    bench.end("Local")
    eq([context for _, context, _ in data(said(bench)[-1][1])], ["Transaction.Begin", "Transaction.End"])


# ---- what is in a MeterValues ----


def sampled(wanted):
    bench = connected(ocppsd=wanted)
    bench.begin()
    bench.start()
    bench.run(60)
    return bench.next()[1]["meterValue"][0]["sampledValue"]


def test_M03_M08_M10_M11_M14_values_are_decimal_strings_one_per_phase():
    values = sampled("Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,Current.Offered")
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


def test_M03_an_empty_list_gives_the_register():
    eq([v["measurand"] for v in sampled("")], [REGISTER])


def test_M09_a_suffix_restricts_to_a_phase():
    eq([(v["measurand"], v["phase"]) for v in sampled("Current.Import.L2, Voltage.L3")],
       [("Current.Import", "L2"), ("Voltage", "L3-N")])  # fmt: skip


def test_tenths_are_rounded_and_have_no_negative_zero():
    bench = Bench()
    bench.plug()
    for milli, text in (
        (0, "0.0"),
        (49, "0.0"),
        (50, "0.1"),
        (-49, "0.0"),
        (-50, "-0.1"),
        (-16040, "-16.0"),
        (6000, "6.0"),
    ):
        from pilotwire import sampling

        bench.outlet.meter.currents_ma = [milli, 0, 0]
        eq(meter_values.sampled(sampling.sample(bench.outlet, 0, 0), "Current.Import.L1")[0]["value"], text)
