"""An outlet's life from plug-in to unplug with OCPP, its status derived (OCPP 1.6, 4.9; ids of our notes: S, X)."""

from check import eq
from point import Bench
from seconds import Seconds

from pilotwire import loader


def outlet_of(**settings):
    bench = Bench().accepted()
    bench.outlet.status = None
    bench.box.settings.values.update(settings)
    return bench


def statuses(bench):
    """What is said about connector 1 now, transactions answered."""
    found = []
    call = bench.next()
    while call:
        if call[0] == "StartTransaction":
            bench.answer(idTagInfo={"status": "Accepted"}, transactionId=7)
        else:
            bench.answer()
        if call[0] == "StatusNotification":
            found.append((call[1]["status"], call[1].get("info")))
        call = bench.next()
    return found


def played(bench, s):
    """The statuses said in the next seconds."""
    found = []
    for _ in range(int(s * 5)):
        bench.run(0.2)
        found += statuses(bench)
    return found


def test_S03_S08_a_session_with_a_card():
    bench = outlet_of(acs=1)
    bench.outlet.connector.plugged = True
    eq(played(bench, 2), [("Preparing", None)])
    bench.outlet.authorise("04A1")
    eq(played(bench, 2)[-1], ("Charging", None))
    bench.outlet.tap("04A1")
    eq(played(bench, 2), [("Finishing", None)])
    bench.outlet.connector.plugged = False
    eq(played(bench, 2), [("Available", None)])


def test_S04_S23_authorised_before_the_plug_and_taken_back():
    bench = outlet_of(acs=1)
    bench.outlet.authorise("04A1")
    eq(played(bench, 1), [("Preparing", None)])
    bench.outlet.tap("04A1")
    eq(played(bench, 1), [("Available", None)])


def test_S09_from_finishing_a_new_card_leads_over_preparing_to_a_new_transaction():
    bench = outlet_of(acs=1)
    bench.begin("04A1")
    bench.run(1)
    bench.outlet.tap("04A1")
    played(bench, 2)
    bench.outlet.meter.silent, bench.outlet.meter.at_ms = True, None  # holds the begin back for a moment
    bench.outlet.authorise("04A2")
    eq(played(bench, 1), [("Preparing", None)])
    bench.outlet.meter.silent = False
    eq(played(bench, 1)[-1], ("Charging", None))


def test_S21_X09_the_car_is_unplugged():
    bench = outlet_of()
    bench.begin()
    statuses(bench)
    bench.run(1)
    bench.outlet.connector.plugged = False
    eq(played(bench, 2)[-1], ("Available", "EV side disconnected"))
    eq(bench.said[-1][1].get("reason") or bench.said[-2][1]["reason"], "EVDisconnected")
    bench.outlet.connector.plugged = True
    eq(played(bench, 2)[0], ("Preparing", None))


def test_S20_without_stop_on_disconnect_the_transaction_waits_for_its_car():
    bench = outlet_of(ocppse=False)
    t = bench.begin()
    statuses(bench)
    bench.run(1)
    statuses(bench)
    bench.outlet.connector.plugged = False
    eq(played(bench, 5), [("SuspendedEV", "EV side disconnected")])
    bench.outlet.connector.plugged = True
    eq(played(bench, 5)[-1], ("Charging", None))
    eq(bench.outlet.transaction is t, True)


def test_a_car_that_comes_back_at_once_begins_a_new_free_transaction():
    bench = outlet_of()
    first = bench.begin()
    statuses(bench)
    bench.run(1)
    bench.outlet.meter.silent = True  # the stop is not booked yet
    bench.unplug()
    bench.plug()
    bench.run(4)
    bench.outlet.meter.silent = False
    bench.run(2)
    assert bench.outlet.transaction and bench.outlet.transaction.number > first.number


def test_ocpp_switched_on_with_a_car_plugged_in_begins_a_free_transaction():
    bench = outlet_of(ocppe=False)
    bench.plug()
    eq((bench.outlet.transaction, bench.outlet.allowed), (None, True))
    bench.box.settings.values["ocppe"] = True
    bench.run(1)
    eq((bench.outlet.transaction.id_tag, bench.outlet.allowed), ("no-card", False))


def test_without_ocpp_trx_authorises_until_the_car_is_unplugged():
    bench = outlet_of(ocppe=False, acs=1)
    bench.plug()
    eq(bench.outlet.reason, "authorisation")
    bench.outlet.act("trx", 3)
    bench.run(0.2)
    eq(bench.outlet.allowed, True)
    bench.unplug()
    eq(bench.outlet.trx, None)


def test_S17_with_a_fault_no_transaction_begins():
    bench = outlet_of(acs=1)
    bench.outlet.faults.set("diode")
    bench.begin("04A1")
    bench.run(5)
    eq((bench.outlet.transaction, bench.outlet.id_tag), (None, "04A1"))
    bench.outlet.faults.clear("diode")
    bench.outlet.faults.unplugged()
    bench.run(1)
    eq(bench.outlet.transaction.id_tag, "04A1")


def test_H05_a_card_begins_and_ends_a_transaction_after_any_number_of_days():
    for days in (1, 5, 7, 10, 13):
        bench = outlet_of(acs=1)
        bench.plug()
        for _ in range(days):
            bench.wait(86_400)
            bench.box.clock.up_ms()
        bench.outlet.authorise("04A1")
        bench.run(1)
        assert bench.outlet.transaction, days
        bench.box.settings.values["frc"] = 1  # the contactor opens and stays so
        bench.run(1)
        for _ in range(days):
            bench.wait(86_400)
        bench.outlet.end("Remote")
        bench.run(4)
        eq((days, bench.outlet.transaction), (days, None))


def test_an_id_that_waits_when_ocpp_is_switched_off_begins_nothing():
    bench = outlet_of(acs=1)
    bench.outlet.authorise("04A1")
    bench.box.settings.values["ocppe"] = False
    bench.plug()
    bench.run(2)
    eq((bench.outlet.transaction, bench.outlet.id_tag), (None, None))


def test_no_transaction_begins_while_a_restart_is_due():
    bench = outlet_of()
    bench.box.restarting = "an update"
    bench.begin()
    bench.run(5)
    eq(bench.outlet.transaction, None)


def test_what_is_rare_is_not_kept_in_memory():
    bench = outlet_of()
    bench.begin()
    statuses(bench)
    bench.run(3)
    bench.box.settings.values["ocppi"] = 0
    with Seconds() as s:
        s.wait(61)
        bench.run(1)
        for name in ("billing", "ocpp.bill", "ocpp.authorization", "resume", "ocpp.triggered"):
            eq((name, loader.here(name)), (name, False))


# What may be offered, and when nothing is


def charging(**settings):
    """Anyone may charge, and a car does, at the 16 A of the board."""
    bench = outlet_of(ocppe=False, amp=32, ama=32, **settings)
    bench.plug()
    eq((bench.outlet.connector.offer_ma, bench.outlet.connector.close), (16000, True))
    return bench, bench.outlet


def offered(bench):
    bench.run(0.4)
    connector = bench.outlet.connector
    return connector.permit, connector.offer_ma, connector.close


def test_the_installers_limit_the_boxs_and_the_users_are_never_passed():
    for key, value in (("installer_max_ma", 10_000), ("ama", 10), ("mmc", 10_000), ("amp", 10)):
        bench, _ = charging()
        bench.box.settings.values[key] = value
        eq((key, offered(bench)), (key, (True, 10_000, True)))


def test_below_6_A_the_offer_and_the_permit_are_withdrawn():
    bench, outlet = charging()
    outlet.limits.set("temperature", 5999)
    eq(offered(bench), (False, 0, False))
    outlet.limits.set("temperature", 6000)
    eq(offered(bench), (True, 6000, True))


def test_what_a_part_holds_back_a_restart_and_frc_1_are_neither_offered_nor_permitted():
    def held(bench):
        bench.outlet.hold("cable", True)

    def restarting(bench):
        bench.box.restarting = "an update"

    def forced_off(bench):
        bench.box.settings.values["frc"] = 1

    for stop in (held, restarting, forced_off):
        bench, _ = charging()
        stop(bench)
        eq(offered(bench), (False, 0, False))


def test_without_a_car_nothing_is_offered():
    bench, outlet = charging()
    bench.unplug()
    eq(outlet.connector.offer_ma, 0)


def test_a_meter_that_is_silent_for_15_s_is_a_fault_until_it_speaks():
    bench, outlet = charging()
    outlet.meter.silent = True
    bench.run(14.8)
    eq(outlet.faults.names(), [])
    bench.run(0.4)
    eq(outlet.faults.names(), ["meter"])
    outlet.meter.silent = False
    bench.run(0.4)
    eq(outlet.faults.names(), [])


def test_a_meter_that_never_spoke_is_one_with_a_car():
    bench = outlet_of(ocppe=False)
    bench.outlet.meter.silent, bench.outlet.meter.at_ms = True, None
    bench.run(60)
    eq(bench.outlet.faults.names(), [])
    bench.plug()
    bench.run(14.4)
    eq(bench.outlet.faults.names(), [])
    bench.run(0.6)
    eq(bench.outlet.faults.names(), ["meter"])


def test_since_when_it_may_charge_and_why_not_and_when_a_transaction_ended():
    bench = outlet_of(acs=1)
    outlet, now_ms = bench.outlet, bench.box.clock.up_ms
    bench.begin("04A1")
    played(bench, 2)
    allowed_ms = outlet.allowed_ms
    played(bench, 5)
    eq((outlet.allowed, outlet.allowed_ms, outlet.ended_ms), (True, allowed_ms, None))
    began_ms = now_ms()
    outlet.tap("04A1")
    played(bench, 2)
    eq((outlet.allowed, outlet.transaction), (False, None))
    refused_ms = outlet.allowed_ms
    assert began_ms < refused_ms <= outlet.ended_ms <= now_ms(), (began_ms, refused_ms, outlet.ended_ms)
    played(bench, 5)
    bench.box.settings.values["frc"] = 1  # another reason, and still not allowed
    played(bench, 1)
    decided_ms = outlet.decided_ms
    assert decided_ms >= refused_ms + 5000
    played(bench, 10)
    eq((outlet.allowed_ms, outlet.decided_ms), (refused_ms, decided_ms))
