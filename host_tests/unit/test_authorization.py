"""Cards and ids: who is asked, and what the answer does (OCPP 1.6, 4.1; ids of our notes: A, S, X)."""

import json

from check import eq
from point import Bench

from pilotwire.core import ocpp_status

CARD, OTHER = "04A1B2C3D4E5F6", "DEADBEEF"


def connected(**settings):
    bench = Bench().accepted()
    bench.box.settings.values.update(settings, acs=1)
    return bench


def offline(**settings):
    bench = connected(**settings)
    bench.box.ocpp.accepted = False
    return bench


def conf(bench, status="Accepted", **more):
    """The next CALL is an Authorize; it is answered so. -> its payload."""
    action, payload = bench.next()
    eq(action, "Authorize")
    bench.answer(idTagInfo=dict(more, status=status))
    return payload


def charging(bench, **info):
    """CARD charges, its start is answered."""
    bench.plug()
    bench.outlet.tap(CARD)
    conf(bench, **info)
    bench.run(1)
    bench.start()
    return bench.outlet.transaction


def test_A01_S03_plug_first_then_the_card_is_asked_about_and_charges():
    bench = connected()
    bench.plug()
    bench.run(5)
    eq((bench.outlet.transaction, bench.outlet.reason), (None, "card"))
    bench.outlet.tap(CARD)
    bench.run(0.2)
    eq(bench.outlet.reason, "asking")
    eq(conf(bench), {"idTag": CARD})
    bench.run(1)
    eq((bench.outlet.transaction.id_tag, bench.outlet.allowed), (CARD, True))
    eq(bench.next()[1]["idTag"], CARD)


def test_S04_card_first_then_the_plug():
    bench = connected()
    bench.outlet.tap(CARD)
    conf(bench)
    bench.run(10)
    eq(bench.outlet.transaction, None)
    bench.plug()
    eq(bench.outlet.transaction.id_tag, CARD)


def test_X36_X37_without_a_plug_in_time_the_authorisation_is_dropped():
    bench = connected(txt=60)
    bench.outlet.tap(CARD)
    conf(bench)
    bench.run(59)
    eq(bench.outlet.id_tag, CARD)
    bench.run(1.2)
    eq(bench.outlet.id_tag, None)
    bench.plug()
    eq((bench.outlet.transaction, bench.box.journal.written), (None, []))


def test_a_connection_time_out_of_0_is_none():
    bench = connected(txt=0)
    bench.outlet.tap(CARD)
    conf(bench)
    bench.run(2000)
    eq(bench.outlet.id_tag, CARD)


def test_A03_a_card_that_is_not_accepted_starts_nothing_and_the_user_sees_why():
    for status, name in (
        ("Invalid", "unknown_card"),
        ("Blocked", "blocked_card"),
        ("Expired", "expired_card"),
        ("ConcurrentTx", "busy_card"),
    ):
        bench = connected()
        bench.plug()
        bench.outlet.tap(CARD)
        conf(bench, status)
        bench.run(5)
        eq((bench.outlet.transaction, bench.outlet.id_tag, bench.outlet.allowed), (None, None, False))
        eq(bench.outlet.denied[:2], (name, CARD))
        assert CARD in bench.outlet.why()[1], bench.outlet.why()
        bench.run(30)
        eq((bench.outlet.denied, bench.outlet.busy), (None, False))


def test_A20_no_answer_in_time_counts_as_offline():
    for allowed in (False, True):
        bench = connected(ocppao=allowed, ocppmt=30)
        bench.plug()
        bench.outlet.tap(CARD)
        eq(bench.next()[0], "Authorize")
        bench.run(30)
        bench.time_out()
        bench.run(1)
        eq(bench.outlet.transaction is not None, allowed)


def test_A20_nor_does_it_wait_longer_when_the_link_is_busy():
    bench = connected(ocppao=True, ocppmt=30)
    bench.plug()
    bench.outlet.tap(CARD)
    bench.run(31)
    eq(bench.outlet.transaction.id_tag, CARD)


def test_a_late_answer_about_a_card_is_none():
    bench = connected(ocppmt=30)
    bench.plug()
    bench.outlet.tap(CARD)
    bench.next()
    bench.run(31)
    eq(bench.outlet.denied[0], "offline_card")
    bench.answer(idTagInfo={"status": "Accepted"})
    bench.run(1)
    eq(bench.outlet.transaction, None)


def test_ER16_ER18_an_authorize_that_is_refused_or_makes_no_sense_starts_nothing_by_itself():
    bench = connected()
    bench.plug()
    bench.outlet.tap(CARD)
    bench.next()
    bench.refuse("InternalError")
    eq(bench.outlet.denied[0], "refused_card")
    bench.outlet.tap(CARD)
    bench.next()
    bench.answer(idTagInfo={})
    bench.run(1)
    eq((bench.outlet.denied[0], bench.outlet.transaction), ("refused_card", None))
    for info in (None, "Accepted", ["Accepted"], {"status": 1}, {"status": {"a": 1}}):
        bench.outlet.denied = None
        bench.outlet.tap(CARD)
        bench.next()
        bench.answer(idTagInfo=info)
        bench.run(1)
        eq((info, bench.outlet.denied[0], bench.outlet.transaction), (info, "refused_card", None))


def test_ER16_a_refused_authorize_counts_as_offline():
    for allowed in (False, True):
        bench = connected()
        bench.box.settings.values["ocppao"] = allowed
        bench.plug()
        bench.outlet.tap(CARD)
        bench.next()
        bench.refuse("GenericError")
        bench.run(1)
        eq((allowed, bench.outlet.transaction is not None), (allowed, allowed))


def test_A18_offline_an_unknown_card_charges_only_where_that_is_allowed():
    bench = offline()
    bench.plug()
    bench.outlet.tap(CARD)
    bench.run(1)
    eq((bench.outlet.transaction, bench.outlet.denied[0]), (None, "offline_card"))
    bench = offline(ocppao=True)
    bench.plug()
    bench.outlet.tap(CARD)
    bench.run(1)
    eq((bench.outlet.transaction.id_tag, bench.outlet.allowed), (CARD, True))


def test_A22_A04_X07_X40_the_card_that_started_ends_it_without_being_asked_about():
    for online in (True, False):
        bench = connected()
        charging(bench)
        bench.box.ocpp.accepted = online
        bench.outlet.tap(CARD.lower())  # A04
        bench.run(1)
        eq((bench.outlet.transaction, bench.outlet.over), (None, "ended"))
        action, payload = bench.next()
        eq((action, payload["reason"], payload["idTag"]), ("StopTransaction", "Local", CARD.lower()))


def test_A23_another_card_is_ignored_when_the_first_has_no_group():
    bench = connected()
    t = charging(bench)
    bench.outlet.tap(OTHER)
    bench.run(1)
    eq((bench.outlet.transaction is t, bench.outlet.allowed, bench.next()), (True, True, None))


def test_A24_another_card_of_the_group_ends_it_with_its_own_id():
    for parent, ends in (("FAMILY", True), ("OTHERS", False), (None, False)):
        bench = connected()
        t = charging(bench, parentIdTag="FAMILY")
        bench.outlet.tap(OTHER)
        bench.run(0.2)
        conf(bench, parentIdTag=parent)
        bench.run(1)
        eq(bench.outlet.transaction is not t, ends)
        if ends:
            payload = bench.next()[1]
            eq((payload["reason"], payload["idTag"]), ("Local", OTHER))


def test_A24_with_orsch_only_the_card_that_began_it_ends_it():
    bench = connected(orsch=True)
    t = charging(bench, parentIdTag="FAMILY")
    bench.outlet.tap(OTHER)
    bench.run(1)
    eq((bench.outlet.transaction is t, bench.next(), bench.outlet.denied[0]), (True, None, "other_card"))
    bench.outlet.tap(CARD)
    bench.run(1)
    eq(bench.outlet.transaction, None)


def test_A24_the_group_may_come_with_the_answer_to_the_start():
    bench = connected()
    bench.begin(CARD)
    bench.next()
    bench.answer(idTagInfo={"status": "Accepted", "parentIdTag": "FAMILY"}, transactionId=7)
    bench.outlet.tap(OTHER)
    conf(bench, parentIdTag="FAMILY")
    bench.run(1)
    eq(bench.outlet.transaction, None)


def test_A24_a_card_of_the_group_that_is_not_accepted_ends_nothing():
    bench = connected()
    t = charging(bench, parentIdTag="FAMILY")
    bench.outlet.tap(OTHER)
    conf(bench, "Blocked", parentIdTag="FAMILY")
    bench.run(1)
    eq(bench.outlet.transaction is t, True)


def test_S23_the_same_card_again_before_the_plug_takes_it_back():
    bench = connected()
    bench.outlet.tap(CARD)
    conf(bench)
    bench.run(1)
    bench.outlet.tap(CARD)
    bench.run(1)
    eq((bench.outlet.id_tag, bench.outlet.busy, bench.next()), (None, False, None))


def test_S09_after_the_end_a_new_card_on_the_same_plug_begins_a_new_transaction():
    bench = connected()
    first = charging(bench)
    bench.outlet.tap(CARD)
    bench.run(5)
    eq(bench.outlet.reason, "ended")
    bench.next()
    bench.answer()
    second = charging(bench)
    eq((second.number > first.number, bench.outlet.allowed), (True, True))


def test_S22_a_plug_that_is_pulled_before_it_began_takes_the_authorisation_along():
    bench = connected()
    bench.outlet.meter.silent = True  # nothing can begin
    bench.plug()
    bench.outlet.authorise(CARD)
    bench.run(2)
    bench.unplug()
    eq(bench.outlet.id_tag, None)


def test_a_remote_start_without_authorize_waits_for_the_plug_like_a_card():
    bench = connected()
    bench.outlet.authorise("REMOTE")
    bench.plug()
    eq((bench.outlet.transaction.id_tag, bench.outlet.transaction.phase), ("REMOTE", "running"))


def test_R_a_remote_start_with_authorize_is_asked_about():
    bench = connected()
    bench.plug()
    bench.outlet.ask("REMOTE", "remote")
    eq(conf(bench), {"idTag": "REMOTE"})
    bench.run(1)
    eq(bench.outlet.transaction.id_tag, "REMOTE")


def test_with_ocpp_on_trx_cannot_authorise_but_ends():
    bench = connected()
    charging(bench)
    try:
        bench.outlet.act("trx", 1)
        raise AssertionError("taken")
    except ValueError as e:
        assert str(e).startswith("trx:")
    bench.outlet.act("trx", None)
    bench.run(1)
    eq(bench.next()[1]["reason"], "Local")


def test_T13_a_card_comes_before_statuses_and_bills():
    bench = connected()
    bench.begin(CARD)
    bench.outlet.status = "Preparing", "NoError", None, None
    bench.outlet.asking = OTHER, "tap", bench.now_ms
    eq(bench.next()[0], "Authorize")


def test_A30_refused_it_still_gets_so_much_energy():
    for stops in (True, False):
        bench = connected(ocppme=500, ocppsi=stops)
        t = bench.begin(CARD)
        bench.next()
        bench.outlet.meter.energy_wh += 100  # before the answer
        bench.answer(idTagInfo={"status": "Blocked"}, transactionId=7)
        bench.outlet.meter.energy_wh += 499
        bench.run(60)
        eq((bench.outlet.transaction is t, t.phase, bench.outlet.allowed), (True, "running", True))
        bench.outlet.meter.energy_wh += 1
        bench.run(1)
        eq(bench.outlet.allowed, False)
        eq((bench.outlet.transaction is t, t.phase), (not stops, "running" if stops else "suspended"))
        bench.outlet.tap(CARD)  # its own card ends it all the same
        bench.run(1)
        stop = bench.box.journal.entries[-1]
        eq((stop[1], json.loads(stop[3])[2]), ("stop", "DeAuthorized" if stops else "Local"))


def test_A27_a_master_card_ends_any_charge_and_begins_none():
    for online in (True, False):
        bench = connected(ocppmi="11, deadbeef", ocppao=True)
        bench.outlet.tap(OTHER)
        bench.run(1)
        eq((bench.next(), bench.outlet.id_tag, bench.outlet.denied[0]), (None, None, "master_card"))
        assert OTHER in bench.outlet.why()[1]
        charging(bench)
        bench.box.ocpp.accepted = online
        bench.outlet.tap(OTHER)
        bench.run(1)
        eq(bench.outlet.transaction, None)
        eq(bench.next()[1]["idTag"], OTHER)


def owners(**settings):
    """The owner has CARD in his list, the central system does not accept it."""
    bench = connected(ocpplu=True, c3=CARD + " 0 Anna", **settings)
    bench.outlet.status = None
    return bench


def test_a_card_of_the_owners_charges_unbilled_where_the_central_system_refuses_it():
    for status in ("Invalid", "Blocked", None):
        bench = owners()
        bench.box.ocpp.accepted = status is not None
        bench.plug()
        bench.outlet.tap(CARD)
        if status:
            conf(bench, status)
        bench.run(5)
        eq((bench.outlet.allowed, bench.outlet.transaction, bench.outlet.trx), (True, None, 4))
        eq(ocpp_status.status(bench.outlet)[:2], ("Unavailable", "NoError"))
        bench.outlet.tap(OTHER)
        bench.run(1)
        eq((bench.outlet.allowed, bench.outlet.denied[0], bench.outlet.asking), (True, "other_card", None))
        bench.outlet.tap(CARD)
        bench.run(1)
        eq((bench.outlet.allowed, bench.outlet.trx, bench.box.journal.written), (False, None, []))
        eq(ocpp_status.status(bench.outlet)[0], "Preparing")


def test_that_ends_when_the_car_leaves():
    bench = owners()
    bench.plug()
    bench.outlet.tap(CARD)
    conf(bench, "Invalid")
    bench.run(5)
    bench.unplug()
    bench.plug()
    bench.run(5)
    eq((bench.outlet.allowed, bench.outlet.trx), (False, None))


def test_what_is_accepted_is_billed_and_who_is_not_the_owners_does_not_charge():
    bench = owners()
    bench.plug()
    bench.outlet.tap(OTHER)
    conf(bench, "Invalid")
    eq(bench.outlet.denied[0], "unknown_card")
    bench.outlet.tap(CARD)
    conf(bench)
    bench.run(1)
    eq((bench.outlet.transaction.id_tag, bench.outlet.trx), (CARD, 0))
    bench = owners()
    bench.plug()
    bench.outlet.ask(CARD, "remote")
    conf(bench, "Invalid")
    bench.run(1)
    eq((bench.outlet.trx, bench.outlet.denied[0]), (None, "unknown_card"))
    bench = owners()
    bench.box.settings.values["ocpplu"] = False
    bench.plug()
    bench.outlet.tap(CARD)
    conf(bench, "Invalid")
    bench.run(1)
    eq((bench.outlet.trx, bench.outlet.allowed), (None, False))
