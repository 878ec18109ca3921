"""What a MeterValues says, and meter values outside of a transaction (OCPP 1.6, 4.7; ids of our notes: M)."""

from box import Plain
from check import eq
from point import Bench

from pilotwire import loader, sampling
from pilotwire.ocpp import meter_values

ALL = (
    "Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import,Power.Offered,Power.Factor,"
    "Current.Import,Current.Offered,Voltage,Frequency,Temperature"
)


def connected(outlets=1, **settings):
    bench = Bench(outlets).accepted()
    bench.rest()
    bench.box.settings.values.update(settings)
    return bench


def charging(**settings):
    bench = connected(**settings)
    bench.begin("04A1")
    bench.start()
    return bench


def taken(bench, seconds):
    """The payloads of the MeterValues of so long, each answered as it came; "Start" "Stop" for the others."""
    found = []
    for _ in range(seconds):
        bench.run(1)
        found += said(bench)
    return found


def said(bench):
    found, call = [], bench.next()
    while call:
        if call[0] == "StartTransaction":
            bench.answer(idTagInfo={"status": "Accepted"}, transactionId=7)
        else:
            bench.answer(currentTime="2026-01-01T00:00:00Z")
        if call[0] == "MeterValues":
            found.append(call[1])
        elif call[0] in ("StartTransaction", "StopTransaction"):
            found.append(call[0][:-11])
        call = bench.next()
    return found


def times(payloads):
    return [p if type(p) is str else p["meterValue"][0]["timestamp"][11:] for p in payloads]


def values(payload, key="value"):
    """{measurand, with its phase: value}"""
    found = {}
    for v in payload["meterValue"][0]["sampledValue"]:
        found[v["measurand"] + (" " + v["phase"] if "phase" in v else "")] = v.get(key)
    return found


# ---- measurands ----


def test_M03_M08_M11_M15_M22_every_measurand_that_is_wanted_is_there():
    bench = charging(ocppsd=ALL, ocppi=60)
    bench.outlet.parts["temperature"] = Plain(tenths_c=314, step=lambda now_ms: None)
    bench.run(30)
    bench.outlet.meter.energy_wh += 123
    (payload,) = taken(bench, 30)
    eq(
        values(payload),
        {
            "Energy.Active.Import.Register": "12345801",
            "Energy.Active.Import.Interval": "123",
            "Power.Active.Import": "7360",
            "Power.Offered": "11040",
            "Power.Factor": "1.00",
            "Current.Import L1": "16.0",
            "Current.Import L2": "16.0",
            "Current.Import L3": "0.0",
            "Current.Offered": "16.0",
            "Voltage L1-N": "230.1",
            "Voltage L2-N": "230.0",
            "Voltage L3-N": "231.1",
            "Frequency": "50.01",
            "Temperature": "31",
        },
    )
    units = values(payload, "unit")
    eq([units[name] for name in ("Energy.Active.Import.Interval", "Power.Offered", "Temperature")],
       ["Wh", "W", "Celsius"])  # fmt: skip
    eq((units["Frequency"], units["Power.Factor"]), (None, None))  # 1.6 has none for them
    eq({name: at for name, at in values(payload, "location").items() if at}, {"Temperature": "Body"})
    eq({v.get("format", "Raw") for v in payload["meterValue"][0]["sampledValue"]}, {"Raw"})


def test_an_interval_is_what_flowed_since_the_last_value_of_its_kind():
    bench = charging(
        ocppsd="Energy.Active.Import.Interval", ocppad="Energy.Active.Import.Interval", ocppi=20, ocppai=30
    )
    found = []
    for _ in range(61):
        bench.outlet.meter.energy_wh += 1
        found += taken(bench, 1)
    periodic, aligned = [], []
    for p in found:
        value = p["meterValue"][0]["sampledValue"][0]
        (periodic if value["context"] == "Sample.Periodic" else aligned).append(int(value["value"]))
    eq(periodic[1:], [20] * (len(periodic) - 1))
    eq(aligned[1:], [30] * (len(aligned) - 1))
    assert 19 <= periodic[0] <= 21 and len(periodic) == 3 and len(aligned) == 2, (periodic, aligned)


def test_M13_what_is_offered_is_0_while_the_station_pauses_and_follows_the_phases():
    bench = charging(ocppsd="Current.Offered,Power.Offered", ocppi=10)
    bench.outlet.parts["phases"] = Plain(three=False, step=lambda now_ms: None)
    eq(values(taken(bench, 10)[0]), {"Current.Offered": "16.0", "Power.Offered": "3680"})
    bench.box.settings.values["frc"] = 1
    eq(values(taken(bench, 10)[0]), {"Current.Offered": "0.0", "Power.Offered": "0"})


def test_M24_what_the_meter_does_not_say_is_left_out():
    bench = charging(ocppsd=ALL, ocppi=10)
    meter = bench.outlet.meter
    meter.voltages_mv = meter.currents_ma = meter.powers_w = [0, 0, 0]  # one that counts pulses
    meter.frequency_mhz = None
    (payload,) = taken(bench, 10)
    eq(
        sorted(values(payload)),
        [
            "Current.Offered",
            "Energy.Active.Import.Interval",
            "Energy.Active.Import.Register",
            "Power.Active.Import",
            "Power.Offered",
        ],
    )
    bench.box.settings.values["ocppsd"] = "Voltage"
    (payload,) = taken(bench, 10)
    eq(sorted(values(payload)), ["Energy.Active.Import.Register"])


def test_M08_a_board_of_one_phase_tells_one():
    bench = charging(ocppsd="Voltage,Current.Import", ocppi=10)
    bench.box.board = Plain(LIMITS={"ma": 16000, "phases": 1})
    eq(sorted(values(taken(bench, 10)[0])), ["Current.Import L1", "Voltage L1-N"])


def test_an_estimate_has_no_volts_and_amperes():
    bench = charging(ocppsd="Voltage,Power.Active.Import", ocppi=10)
    bench.outlet.meter.estimated = True
    eq(sorted(values(taken(bench, 10)[0])), ["Power.Active.Import"])


def test_M23_a_phase_is_the_meters_whatever_is_wired_to_it():
    for rotation in ("", "TRS"):
        bench = charging(ocppsd="Voltage", ocppi=10, phase_rotation=rotation)
        eq(values(taken(bench, 10)[0])["Voltage L1-N"], "230.1")


def test_with_ocppcm_values_come_only_while_the_contactor_is_closed():
    for ocppcm, paused in ((0, 3), (1, 0)):
        bench = charging(ocppsd="Voltage", ocppi=10, ocppcm=ocppcm)
        eq(bench.outlet.connector.close, True)
        assert len(taken(bench, 30)) >= 3
        bench.outlet.connector.letter = "B"  # it pauses
        bench.run(3)
        said(bench)
        eq(bench.outlet.connector.close, False)
        eq((ocppcm, len(taken(bench, 30))), (ocppcm, paused))


def test_with_ocppr_a_phase_is_the_mains_that_is_wired_to_it():
    plain = "230.1", "231.2", "229.3", "3.0"
    for rotation, want in (("STR", ("229.3", "230.1", "231.2", "2.0")), ("", plain), ("Unknown", plain)):
        bench = charging(ocppsd="Voltage,Current.Import.L3", ocppi=10, phase_rotation=rotation, ocppr=True)
        bench.outlet.meter.voltages_mv = [230100, 231200, 229300]
        bench.outlet.meter.currents_ma = [1000, 2000, 3000]
        found = values(taken(bench, 10)[0])
        eq([found[name] for name in ("Voltage L1-N", "Voltage L2-N", "Voltage L3-N", "Current.Import L3")], list(want))


def test_M18_what_is_wanted_changes_from_the_next_value_on():
    bench = charging(ocppsd="Voltage.L1", ocppi=10)
    eq(sorted(values(taken(bench, 10)[0])), ["Voltage L1-N"])
    bench.box.settings.values["ocppsd"] = "Frequency"
    eq(sorted(values(taken(bench, 10)[0])), ["Frequency"])


def test_what_is_told_of_values_that_do_not_fit_is_the_most_that_does():
    bench = charging()
    bench.outlet.meter.power_w = 1_000_000
    bench.outlet.meter.currents_ma = [-16_000, 0, 0]
    found = meter_values.sampled(sampling.sample(bench.outlet, 0, 0, 1_000_000), ALL)
    found = {v["measurand"] + v.get("phase", ""): v["value"] for v in found}
    eq((found["Power.Active.Import"], found["Energy.Active.Import.Interval"]), ("32767", "65534"))
    eq(found["Current.ImportL1"], "-16.0")


# ---- round times ----


def test_M05_round_times_are_told_as_such_though_the_meter_is_read_a_moment_later():
    bench = charging(ocppi=0, ocppai=15)
    bench.wait(0.3)
    eq(times(taken(bench, 40)), ["00:00:15.000Z", "00:00:30.000Z"])


def test_M05_a_clock_that_was_corrected_since_the_start_counts_as_far_as_no_value_is_told_ahead_of_the_others():
    for ahead_s in (-1, 1):
        bench = charging(ocppi=0, ocppai=15)
        bench.run(5)
        bench.box.clock.set_utc(bench.box.clock.utc_s() + ahead_s, 0, "ntp")
        found = [int(at[6:8]) for at in times(taken(bench, 45))]
        assert len(found) >= 3 and all(-1 <= at - 15 * n <= 1 for n, at in enumerate(found, 1)), found


def test_M05_a_clock_that_goes_back_over_a_round_time_does_not_tell_it_twice():
    bench = charging(ocppi=0, ocppai=15)
    found = taken(bench, 16)
    bench.box.clock.set_utc(bench.box.clock.utc_s() - 2, 0, "ntp")
    bench.outlet.transaction.due_ms = bench.now_ms
    eq(len(found + taken(bench, 5)), 1)


def test_M06_a_round_time_between_a_start_and_the_look_before_is_not_missed():
    bench = connected(ocppai=30)
    bench.run(29)
    bench.begin("04A1")
    bench.start()
    eq(len(taken(bench, 35)), 2)


def test_M05_an_interval_that_no_day_is_a_multiple_of_begins_anew_at_midnight():
    bench = charging(ocppi=0, ocppai=50_000)
    bench.box.clock.set_utc(1767225600 + 49_990, 0, "ntp")
    found = taken(bench, 20)
    bench.box.clock.set_utc(1767225600 + 86_390, 0, "ntp")
    bench.outlet.transaction.due_ms = bench.now_ms  # what comes next was counted by the other clock
    found += taken(bench, 20)
    eq(len(found), 2)


def test_M07_both_intervals_run_beside_each_other():
    bench = charging(ocppi=20, ocppai=30, ocppad="Voltage.L2")
    found = taken(bench, 61)
    eq([sorted(values(p))[0] for p in found if p["meterValue"][0]["sampledValue"][0]["context"] == "Sample.Clock"],
       ["Voltage L2-N"] * 2)  # fmt: skip
    eq(len(found), 5)


def test_M04_M06_between_transactions_values_come_at_round_times_and_name_none():
    bench = connected(ocppai=30)
    bench.run(1)
    found = taken(bench, 65)
    eq(times(found), ["00:00:30.000Z", "00:01:00.000Z"])
    eq([("transactionId" in p, p["connectorId"]) for p in found], [(False, 1)] * 2)
    bench.begin("04A1")
    bench.start()
    found = taken(bench, 30)
    eq([p["transactionId"] for p in found], [7])
    bench.end("Local")
    found = taken(bench, 60)
    eq(found[0], "Stop")
    eq([p.get("transactionId") for p in found[1:]], [None] * len(found[1:]))
    assert len(found) >= 2, found


def test_M06_none_without_the_interval_a_clock_or_ocpp():
    bench = connected(ocppai=0)
    eq(taken(bench, 60), [])
    bench.box.settings.values.update(ocppai=10, ocppe=False)
    eq(taken(bench, 30), [])
    bench = Bench()
    bench.box.settings.values["ocppai"] = 10
    bench.run(30)
    eq(bench.outlet.between, None)


def test_M06_each_of_two_connectors_has_its_own():
    bench = connected(2, ocppai=30)
    bench.run(1)
    found = taken(bench, 65)
    eq([p["connectorId"] for p in found], [1, 2, 1, 2])


def offline(**settings):
    bench = Bench()
    bench.box.clock.set_utc(1767225600, 0, "ntp")
    bench.box.settings.values.update(settings)
    return bench


def test_M19_X26_without_a_link_they_are_kept_in_order_with_those_of_transactions():
    bench = offline(ocppai=30, ocppi=0)
    bench.run(65)
    bench.begin("04A1")
    bench.run(60)
    bench.end("Local")
    bench.run(62)
    bench.boot()
    found = [p for p in said(bench)]
    eq(
        times(found),
        [
            "00:00:30.000Z",
            "00:01:00.000Z",
            "Start",
            "00:01:30.000Z",
            "00:02:00.000Z",
            "Stop",
            "00:02:30.000Z",
            "00:03:00.000Z",
        ],
    )
    eq([p.get("transactionId") for p in found if type(p) is dict], [None, None, 7, 7, None, None])
    eq(bench.box.journal.entries, [])


def test_X34_between_transactions_values_are_for_one_central_system_too():
    bench = offline(ocppai=30)
    bench.run(65)
    bench.box.settings.values["ocppu"] = "ws://other.example/CP1"
    bench.open("ws://other.example/CP1")
    bench.boot()
    bench.run(31)
    eq(times(said(bench)), ["00:01:30.000Z"])
    bench.open()
    bench.boot()
    eq(times(said(bench)), ["00:00:30.000Z", "00:01:00.000Z"])


def test_X28_one_that_is_refused_for_good_is_a_dead_letter_and_the_next_one_is_told():
    bench = connected(ocppai=30, ocppta=1, ocpptr=0)
    bench.run(32)
    eq(bench.next()[0], "MeterValues")
    bench.refuse("InternalError")
    eq([kind for kind, _, _ in bench.box.journal.buried], ["samples"])
    eq(times(taken(bench, 30)), ["00:01:00.000Z"])


def test_a_clock_that_is_set_moves_the_round_times():
    bench = connected(ocppai=30)
    taken(bench, 31)
    bench.box.clock.set_utc(1767225600 + 3600, 0, "ntp")
    found = taken(bench, 61)
    eq(times(found), ["01:00:30.000Z", "01:01:00.000Z"])


def test_the_pieces_go_when_they_are_not_needed():
    bench = connected(ocppai=0)
    loader.let_go()
    bench.run(5)
    eq(loader.here("sampling"), False)
