"""The authorisation cache: what the central system says of an id is remembered (OCPP 1.6, 3.5.1, 4.8, 4.10, 5.4; ids of
our notes: A)."""

import os

from check import eq
from nor import Mounted, fill, formatted
from point import START_S, Bench

from pilotwire.core import calendar
from pilotwire.ocpp import known

CARD, OTHER = "04A1B2C3D4E5F6", "DEADBEEF"


def bench(**settings):
    """A box that a central system has accepted; call within Mounted()."""
    bench = Bench().accepted()
    bench.box.tags = "/nor/tags"
    bench.box.settings.values.update(settings, acs=1)
    return bench


def with_flash(test):
    def run():
        with Mounted(formatted(32)):
            test(bench())

    return run


def ask(bench, id_tag=CARD, status="Accepted", **more):
    """The card is held, and Authorize answered so; a card that was accepted takes itself back."""
    bench.outlet.tap(id_tag)
    eq(bench.next(), ("Authorize", {"idTag": id_tag}))
    bench.answer(idTagInfo=dict(more, status=status))
    if status == "Accepted":
        bench.outlet.tap(id_tag)


def status(bench, id_tag=CARD):
    return known.look(bench.box, id_tag)[0]


def clear(bench):
    return bench.ask("ClearCache", {})["status"]


def send(bench, id_tag, status):
    """The local list has one entry."""
    given = [{"idTag": id_tag, "idTagInfo": {"status": status}}]
    payload = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": given}
    eq(bench.ask("SendLocalList", payload)["status"], "Accepted")


def files():
    try:
        return len(os.listdir("/nor/tags"))
    except OSError:
        return 0


@with_flash
def test_A09_what_authorize_says_is_remembered_valid_or_not(bench):
    for word in ("Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx", "Accepted"):
        ask(bench, CARD, word)
        eq((status(bench), status(bench, CARD.lower())), (word, word))  # A04
    eq((status(bench, OTHER), files()), (None, 1))


@with_flash
def test_A09_what_start_and_stop_say_is_remembered(bench):
    bench.begin(CARD)
    bench.start("Blocked")
    eq(status(bench), "Blocked")
    bench.run(1)
    bench.rest()
    eq(bench.box.journal.pending, 0)
    bench.outlet.authorise(CARD)
    bench.run(1)
    bench.start()
    eq(status(bench), "Accepted")
    bench.end("Local", OTHER)
    eq(bench.next()[1]["idTag"], OTHER)
    bench.answer(idTagInfo={"status": "Expired", "parentIdTag": "FAMILY"})
    eq((known.look(bench.box, OTHER), bench.box.journal.pending), (("Expired", "FAMILY"), 0))


@with_flash
def test_A09_an_answer_to_a_stop_that_makes_no_sense_does_no_harm(bench):
    bench.begin(CARD)
    bench.start()
    bench.end("Local", CARD)
    bench.next()
    bench.answer(idTagInfo={"parentIdTag": 5})
    eq((bench.box.journal.pending, bench.box.ocpp.last_error), (0, None))
    for info in ({"status": 5}, {"status": None}, ["status"], "status", {"status": "Accepted", "parentIdTag": {}}):
        bench.run(1)
        bench.plug(plugged=False)
        bench.begin(CARD)
        bench.start()
        bench.end("Local", CARD)
        bench.rest_statuses()
        eq(bench.next()[0], "StopTransaction")
        bench.answer(idTagInfo=info)
        eq((info, bench.box.journal.pending, bench.box.ocpp.last_error), (info, 0, None))
    eq(known.look(bench.box, CARD), ("Accepted", None))


@with_flash
def test_A10_past_its_expiry_it_counts_as_expired(bench):
    ask(bench, expiryDate=calendar.text(START_S + 3600) + "Z")
    eq(status(bench), "Accepted")
    bench.wait(3700)
    eq(status(bench), "Expired")
    bench.box.ocpp.accepted = False
    bench.box.settings.values["ocppao"] = True
    bench.plug()
    bench.outlet.tap(CARD)
    bench.run(1)
    eq((bench.outlet.transaction, bench.outlet.denied[0]), (None, "expired_card"))


@with_flash
def test_A11_full_it_drops_who_may_not_charge_then_the_oldest(bench):
    for n in range(100):
        ask(bench, "ID%d" % n, "Blocked" if n == 50 else "Accepted")
        bench.wait(1)
    ask(bench, "ONE")
    eq([n for n in range(100) if not status(bench, "ID%d" % n)], [50])
    bench.wait(1)
    ask(bench, "ID0", parentIdTag="NEW")  # it is the newest now
    bench.wait(1)
    ask(bench, "TWO")
    eq([n for n in range(100) if not status(bench, "ID%d" % n)], [1, 50])
    eq((files(), status(bench, "ONE"), status(bench, "TWO")), (100, "Accepted", "Accepted"))


def test_A12_it_outlives_a_power_cut():
    nor = formatted(32)
    with Mounted(nor):
        ask(bench(), parentIdTag="FAMILY")
    with Mounted(nor):
        eq(known.look(bench().box, CARD), ("Accepted", "FAMILY"))


@with_flash
def test_A13_switched_off_it_is_neither_filled_nor_asked(bench):
    ask(bench)
    bench.box.settings.values["ocppce"] = False
    ask(bench, OTHER)
    eq((status(bench), status(bench, OTHER)), (None, None))
    bench.box.settings.values["ocppce"] = True
    eq((status(bench), status(bench, OTHER)), ("Accepted", None))


@with_flash
def test_A14_A15_clear_cache_empties_it_and_nothing_else(bench):
    eq(clear(bench), "Accepted")
    send(bench, OTHER, "Accepted")
    ask(bench)
    ask(bench, "BAD", "Blocked")
    bench.begin(CARD)
    eq(clear(bench), "Accepted")
    eq((status(bench), status(bench, "BAD"), status(bench, OTHER), files()), (None, None, "Accepted", 0))
    eq(bench.box.journal.pending, 1)


@with_flash
def test_A15_where_there_is_no_cache_it_is_not_cleared(bench):
    ask(bench)
    bench.box.settings.values["ocppce"] = False
    eq((clear(bench), files()), ("Rejected", 1))


@with_flash
def test_A08_who_is_in_the_list_is_not_in_the_cache(bench):
    ask(bench)
    send(bench, CARD, "Blocked")
    eq(status(bench), "Blocked")
    ask(bench, CARD, "Expired")
    bench.box.settings.values["ocppla"] = False
    eq(status(bench), "Accepted")


@with_flash
def test_A21_a_conflict_with_the_list_is_told(bench):
    send(bench, CARD, "Accepted")
    for word, told in (("Accepted", False), ("ConcurrentTx", False), ("Blocked", True), ("Invalid", True)):
        ask(bench, CARD, word)
        said = [p for a, p in bench.rest() if a == "StatusNotification" and p["connectorId"] == 0]
        eq((word, [(p["status"], p["errorCode"]) for p in said]), (word, [("Available", "LocalListConflict")] * told))


@with_flash
def test_A05_A16_who_was_accepted_before_charges_without_being_asked_about(bench):
    ask(bench)
    bench.box.settings.values["ocpplp"] = True
    bench.plug()
    bench.outlet.tap(CARD)
    bench.run(1)
    eq((bench.outlet.transaction.id_tag, bench.next()[0]), (CARD, "StartTransaction"))
    bench.end("Local")
    bench.run(1)
    bench.box.settings.values["ocpplp"] = False
    bench.box.ocpp.accepted = False
    bench.outlet.tap(CARD)
    bench.run(1)
    eq(bench.outlet.transaction.id_tag, CARD)


@with_flash
def test_what_was_said_by_another_central_system_does_not_count(bench):
    ask(bench)
    bench.box.journal.peer = "11111111"
    eq(status(bench), None)


@with_flash
def test_a_damaged_entry_is_none_and_a_full_flash_no_harm(bench):
    ask(bench)
    (name,) = os.listdir("/nor/tags")
    with open("/nor/tags/" + name, "wb") as f:
        f.write(b"1 00000000 nonsense")
    eq(status(bench), None)
    fill("/nor")
    for n in range(60):
        ask(bench, "ID%d" % n)
    eq((status(bench, "ID59"), bench.box.ocpp.last_error), (None, None))
