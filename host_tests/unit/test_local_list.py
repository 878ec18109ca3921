"""The local list: what the central system sends, what is kept, and who charges by it (OCPP 1.6, 3.5, 5.10, 5.15; ids of
our notes: L, A)."""

import json
import os

from check import eq, raises
from nor import TORN, Mounted, Nor, fill, formatted
from point import Bench

from pilotwire.proto.ocppj_call import CallError
from pilotwire.store import tags

CARD, OTHER = "04A1B2C3D4E5F6", "DEADBEEF"
FAR, PAST = "2099-12-31T23:59:59Z", "2020-01-01T00:00:00Z"


def bench(accepted=True, **settings):
    """A box with an empty flash; call within Mounted()."""
    bench = Bench().accepted()
    bench.box.tags = "/nor/tags"
    bench.box.settings.values.update(settings, acs=1)
    bench.box.ocpp.accepted = accepted
    return bench


def with_flash(test):
    """A test that is given a bench on a flash of its own."""

    def run():
        with Mounted(formatted(64)):
            test(bench())

    return run


def send(bench, number, *entries, kind="Full"):
    """The status of SendLocalList. An entry: (id, status or None for none, more of idTagInfo)."""
    given = []
    for id_tag, status, *more in entries:
        given.append({"idTag": id_tag})
        if status:
            given[-1]["idTagInfo"] = dict(more[0] if more else {}, status=status)
    payload = {"listVersion": number, "updateType": kind}
    if entries:
        payload["localAuthorizationList"] = given
    return bench.ask("SendLocalList", payload)["status"]


def change(bench, number, *entries):
    return send(bench, number, *entries, kind="Differential")


def version(bench):
    return bench.ask("GetLocalListVersion", {})["listVersion"]


def known(bench, id_tag):
    found = tags.find(bench.box.tags + ".list", bench.box.journal.peer, id_tag)
    return found and found[0]


def refused(bench, payload):
    return raises(CallError, bench.ask, "SendLocalList", payload).code


def tapped(bench, id_tag=CARD):
    """A car is plugged in, the card is held. -> whose transaction runs then, or the name of the sentence why not."""
    bench.plug()
    bench.outlet.tap(id_tag)
    bench.run(1)
    t = bench.outlet.transaction
    return t.id_tag if t else bench.outlet.denied and bench.outlet.denied[0]


@with_flash
def test_L01_L02_a_full_list_replaces_all_and_has_its_version(bench):
    eq(version(bench), 0)
    eq(send(bench, 7, (CARD, "Accepted"), (OTHER, "Blocked")), "Accepted")
    eq((version(bench), known(bench, CARD), known(bench, OTHER)), (7, "Accepted", "Blocked"))
    eq(send(bench, 3, ("NEW", "Expired")), "Accepted")
    eq((version(bench), known(bench, CARD), known(bench, "new")), (3, None, "Expired"))


@with_flash
def test_L03_a_full_list_without_entries_clears_it(bench):
    for payload in ({}, {"localAuthorizationList": []}, {"localAuthorizationList": None}):
        eq(send(bench, 7, (CARD, "Accepted")), "Accepted")
        eq(bench.ask("SendLocalList", dict(payload, listVersion=9, updateType="Full")), {"status": "Accepted"})
        eq((version(bench), known(bench, CARD)), (0, None))


@with_flash
def test_L04_L06_a_differential_adds_changes_and_deletes(bench):
    eq(change(bench, 1, ("A", "Accepted"), ("C", "Accepted"), ("E", "Accepted")), "Accepted")
    eq(change(bench, 2, ("b", "Accepted"), ("C", "Blocked"), ("E", None), ("F", None)), "Accepted")
    eq([known(bench, one) for one in "ABCDEF"], ["Accepted", "Accepted", "Blocked", None, None, None])
    eq(change(bench, 5), "Accepted")
    eq((version(bench), known(bench, "A")), (5, "Accepted"))


@with_flash
def test_L05_a_differential_that_is_not_newer_changes_nothing(bench):
    send(bench, 7, (CARD, "Accepted"))
    for number in (6, 7):
        eq(change(bench, number, (CARD, "Blocked")), "VersionMismatch")
    eq((version(bench), known(bench, CARD)), (7, "Accepted"))


@with_flash
def test_L07_L10_L12_what_fails_changes_nothing(bench):
    send(bench, 7, (CARD, "Accepted"))
    for kind, number, entries in (
        ("Full", 8, ((CARD, None),)),
        ("Full", 8, ((CARD, "Blocked"), (CARD.lower(), "Blocked"))),
        ("Differential", 8, ((OTHER, "Blocked"), (CARD, "Blocked"), (OTHER, None))),
        ("Full", 0, ((CARD, "Blocked"),)),
        ("Full", -1, ((CARD, "Blocked"),)),
        ("Differential", 0, ((CARD, "Blocked"),)),
        ("Full", 1 << 40, ((CARD, "Blocked"),)),
    ):
        eq(send(bench, number, *entries, kind=kind), "Failed")
        eq((version(bench), known(bench, CARD)), (7, "Accepted"))


@with_flash
def test_L08_up_to_fifty_entries_are_tried_more_are_refused(bench):
    entries = [("ID%d" % n, "Accepted") for n in range(51)]
    eq(raises(CallError, send, bench, 1, *entries).code, "OccurenceConstraintViolation")
    eq(send(bench, 1, *entries[:50]), "Accepted")


@with_flash
def test_L09_more_entries_than_the_list_may_have(bench):
    for n in range(20):
        eq(change(bench, n + 1, *[("%08X" % (20 * i + n), "Accepted") for i in range(50)]), "Accepted")
    eq(change(bench, 30, ("ONEMORE", "Accepted")), "Failed")
    eq((version(bench), known(bench, "ONEMORE")), (20, None))
    eq([n for n in range(1000) if known(bench, "%08x" % n) != "Accepted"], [])
    eq(change(bench, 30, ("ONEMORE", "Accepted"), ("00000000", None)), "Accepted")
    eq((known(bench, "onemore"), known(bench, "00000000")), ("Accepted", None))
    eq(sorted(os.listdir("/nor")), ["tags.list"])


FULL = {"status": "ConcurrentTx", "expiryDate": "2030-01-01T00:00:00.000Z", "parentIdTag": "P" * 20}


def entries(count, **more):
    """Of full length."""
    return [dict({"idTag": "I%019d" % n, "idTagInfo": FULL}, **more) for n in range(count)]


@with_flash
def test_L02_T20_fifty_entries_of_full_length_are_taken_as_they_come(bench):
    send(bench, 7, (CARD, "Accepted"))
    for number, kind in ((8, "Differential"), (3, "Full")):
        for size in (13, 191):
            payload = {"listVersion": number, "localAuthorizationList": entries(50), "updateType": kind}
            eq(bench.ask_in_pieces("SendLocalList", payload, size), {"status": "Accepted"})
            eq((version(bench), known(bench, CARD)), (number, "Accepted" if kind != "Full" else None))
            found = tags.find(bench.box.tags + ".list", bench.box.journal.peer, "I%019d" % 49)
            eq(found, ("ConcurrentTx", 1893456000, "P" * 20))
            number += 1


@with_flash
def test_L07_L08_what_is_wrong_with_a_long_list_changes_nothing(bench):
    send(bench, 7, (CARD, "Accepted"))
    good = {"listVersion": 8, "updateType": "Full"}
    for given, code in (
        (entries(51), "OccurenceConstraintViolation"),
        (entries(400), "OccurenceConstraintViolation"),
        (entries(9) + [{"idTag": "X" * 21}], "PropertyConstraintViolation"),
        (entries(9) + [{}], "FormationViolation"),
        (entries(9) + [7], "TypeConstraintViolation"),
        (entries(9) + [0], "TypeConstraintViolation"),
        (entries(5) + [[]] + entries(3), "TypeConstraintViolation"),
        (["x" * 20] * 40, "TypeConstraintViolation"),
        (entries(9, idTagInfo=1), "TypeConstraintViolation"),
        ([{"idTag": "x" * 3000}], "InternalError"),
    ):
        payload = dict(good, localAuthorizationList=given)
        e = raises(CallError, bench.ask_in_pieces, "SendLocalList", payload)
        eq((given[-1:], e.code), (given[-1:], code))
    for change, code in (
        ({"listVersion": "8"}, "TypeConstraintViolation"),
        ({"updateType": None}, "FormationViolation"),
    ):
        payload = dict(good, localAuthorizationList=entries(9), **change)
        eq(raises(CallError, bench.ask_in_pieces, "SendLocalList", payload).code, code)
    payload = dict(good, localAuthorizationList=entries(9) + entries(1))
    eq(bench.ask_in_pieces("SendLocalList", payload), {"status": "Failed"})
    gone = [{"idTag": one["idTag"]} for one in entries(30)]
    eq(bench.ask_in_pieces("SendLocalList", dict(good, localAuthorizationList=gone)), {"status": "Failed"})
    eq((version(bench), known(bench, CARD), os.listdir("/nor")), (7, "Accepted", ["tags.list"]))


@with_flash
def test_L04_L06_a_long_differential_adds_changes_and_deletes(bench):
    send(bench, 7, *[("I%019d" % n, "Accepted") for n in range(0, 40, 2)], ("ZERO", "Accepted"))
    given = [one if n % 3 else {"idTag": one["idTag"]} for n, one in enumerate(entries(40))]
    given.reverse()
    payload = {"listVersion": 8, "updateType": "Differential", "localAuthorizationList": given[7:] + given[:7]}
    eq(bench.ask_in_pieces("SendLocalList", payload), {"status": "Accepted"})
    eq([known(bench, "I%019d" % n) for n in range(40)], ["ConcurrentTx" if n % 3 else None for n in range(40)])
    eq((version(bench), known(bench, "zero"), os.listdir("/nor")), (8, "Accepted", ["tags.list"]))


@with_flash
def test_short_of_memory_a_long_list_goes_on_where_it_was(bench):
    made, tries = tags.entry, []

    def entry(*args):
        tries.append(args)
        if len(tries) == 5:
            raise MemoryError
        return made(*args)

    tags.entry = entry
    try:
        payload = {"listVersion": 8, "updateType": "Full", "localAuthorizationList": entries(9)}
        eq(bench.ask_in_pieces("SendLocalList", payload), {"status": "Accepted"})
    finally:
        tags.entry = made
    eq([known(bench, "I%019d" % n) for n in range(10)], ["ConcurrentTx"] * 9 + [None])
    eq(os.listdir("/nor"), ["tags.list"])


@with_flash
def test_L11_switched_off_it_is_neither_there_nor_used(bench):
    send(bench, 7, (CARD, "Accepted"))
    bench.box.settings.values["ocppla"] = False
    eq((version(bench), send(bench, 8, (CARD, "Accepted"))), (-1, "NotSupported"))
    bench.box.ocpp.accepted = False
    eq(tapped(bench), "offline_card")
    bench.box.settings.values["ocppla"] = True
    eq(version(bench), 7)


@with_flash
def test_L14_another_back_end_has_another_list(bench):
    send(bench, 7, (CARD, "Accepted"))
    peer, bench.box.journal.peer = bench.box.journal.peer, "11111111"
    eq((version(bench), known(bench, CARD)), (0, None))
    bench.box.journal.peer = peer
    eq((version(bench), known(bench, CARD)), (7, "Accepted"))


@with_flash
def test_ER_what_is_no_list(bench):
    good = {"listVersion": 1, "updateType": "Full"}
    entry = {"idTag": CARD, "idTagInfo": {"status": "Accepted"}}
    for change, code in (
        ({"listVersion": None}, "FormationViolation"),
        ({"listVersion": "1"}, "TypeConstraintViolation"),
        ({"updateType": "full"}, "PropertyConstraintViolation"),
        ({"localAuthorizationList": entry}, "TypeConstraintViolation"),
        ({"localAuthorizationList": [CARD]}, "TypeConstraintViolation"),
        ({"localAuthorizationList": [{}]}, "FormationViolation"),
        ({"localAuthorizationList": [dict(entry, idTag="X" * 21)]}, "PropertyConstraintViolation"),
        ({"localAuthorizationList": [dict(entry, idTag="")]}, "PropertyConstraintViolation"),
        ({"localAuthorizationList": [dict(entry, idTagInfo=1)]}, "TypeConstraintViolation"),
        ({"localAuthorizationList": [dict(entry, idTagInfo={})]}, "FormationViolation"),
        ({"localAuthorizationList": [dict(entry, idTagInfo={"status": "Fine"})]}, "PropertyConstraintViolation"),
        (
            {"localAuthorizationList": [dict(entry, idTagInfo={"status": "Accepted", "expiryDate": "soon"})]},
            "PropertyConstraintViolation",
        ),
        (
            {"localAuthorizationList": [dict(entry, idTagInfo={"status": "Accepted", "parentIdTag": 1})]},
            "TypeConstraintViolation",
        ),
    ):
        eq((change, refused(bench, dict(good, **change))), (change, code))
    eq(version(bench), 0)


@with_flash
def test_a_full_flash_leaves_the_list_as_it_was(bench):
    send(bench, 7, (CARD, "Accepted"))
    fill("/nor")
    eq(send(bench, 8, *[("ID%d" % n, "Accepted") for n in range(50)]), "Failed")
    eq((version(bench), known(bench, CARD), "tags.list.new" in os.listdir("/nor")), (7, "Accepted", False))


def test_L13_after_a_power_cut_it_is_the_old_list_or_the_new_one():
    for old, new in ((50, 50), (1, 1), (1, 2), (50, 1), (2, 50)):
        eq((old, new, cut_everywhere(old, new, False)), (old, new, {0, 1, 2}))


def test_L13_so_it_is_when_it_was_taken_as_it_came():
    eq(cut_everywhere(50, 12, True), {0, 1, 2})


def cut_everywhere(old, new, pieces):
    """-> the versions that were found after cuts at every program and erase of a change by so many entries."""
    given = [{"idTag": "NEW%d" % n, "idTagInfo": {"status": "Blocked", "parentIdTag": "P" * 20}} for n in range(new)]
    payload = {"listVersion": 2, "updateType": "Full", "localAuthorizationList": given}
    nor = formatted(16)
    with Mounted(nor):
        send(bench(), 1, *[("OLD%d" % n, "Accepted") for n in range(old)])
    image, at, seen = bytes(nor.image), 0, set()
    while 0 not in seen:
        at += 1
        flash = Nor(image=image)
        flash.cut_at, flash.torn = at, TORN[at % len(TORN)]
        with Mounted(flash):
            box = bench()
            said = sent(box, payload, pieces)
            if not flash.dead:
                seen.add(0)
        with Mounted(Nor(image=bytes(flash.image))):
            found = version(box)
            seen.add(found)
            want = ("Accepted", None) if found == 1 else (None, "Blocked")
            eq((found, known(box, "OLD%d" % (old - 1)), known(box, "new%d" % (new - 1))), (found,) + want)
            assert said != "Accepted" or found == 2, at
    return seen


def sent(bench, payload, pieces):
    try:
        return (bench.ask_in_pieces if pieces else bench.ask)("SendLocalList", payload)["status"]
    except CallError:
        return None


@with_flash
def test_A05_known_here_it_starts_without_being_asked_about(bench):
    send(bench, 1, (CARD, "Accepted", {"parentIdTag": "FAMILY", "expiryDate": FAR}))
    bench.box.settings.values["ocpplp"] = True
    bench.plug()
    bench.outlet.tap(CARD)
    eq(bench.next(), None)
    bench.run(1)
    eq((bench.outlet.transaction.id_tag, bench.outlet.transaction.parent), (CARD, "FAMILY"))
    eq(bench.next()[0], "StartTransaction")


@with_flash
def test_A06_A07_else_the_central_system_is_asked_and_decides(bench):
    send(bench, 1, (CARD, "Accepted"), (OTHER, "Blocked"), ("OLD", "Accepted", {"expiryDate": PAST}))
    for early, id_tag in ((False, CARD), (True, OTHER), (True, "OLD"), (True, "UNKNOWN")):
        bench.box.settings.values["ocpplp"] = early
        bench.outlet.tap(id_tag)
        eq(bench.next(), ("Authorize", {"idTag": id_tag}))
        bench.answer(idTagInfo={"status": "Accepted"})
        eq(bench.outlet.id_tag, id_tag)
        bench.outlet.tap(id_tag)


@with_flash
def test_A16_A04_L15_without_connection_who_is_listed_as_usable_charges(bench):
    send(bench, 1, (CARD, "Accepted", {"expiryDate": FAR}), (OTHER, "ConcurrentTx"))
    bench.box.ocpp.accepted = False
    eq(tapped(bench, CARD.lower()), CARD.lower())
    bench.end("Local")
    eq(tapped(bench, OTHER), OTHER)


@with_flash
def test_A17_unless_that_is_switched_off(bench):
    send(bench, 1, (CARD, "Accepted"))
    bench.box.ocpp.accepted = False
    bench.box.settings.values["ocpplo"] = False
    eq(tapped(bench), "offline_card")
    bench.box.settings.values["ocppao"] = True  # as anybody
    eq(tapped(bench), CARD)


@with_flash
def test_A19_L15_who_is_listed_as_unusable_never_charges_without_connection(bench):
    send(
        bench,
        *(1, ("B", "Blocked"), ("I", "Invalid"), ("E", "Expired"), ("P", "Accepted", {"expiryDate": PAST})),
    )
    bench.box.ocpp.accepted = False
    for allowed in (False, True):
        for known in (False, True):
            bench.box.settings.values.update(ocppao=allowed, ocpplo=known)
            for id_tag, name in (("B", "blocked"), ("I", "unknown"), ("E", "expired"), ("P", "expired")):
                eq(tapped(bench, id_tag), name + "_card")


@with_flash
def test_A20_without_an_answer_the_list_decides(bench):
    send(bench, 1, (CARD, "Accepted"))
    bench.plug()
    bench.outlet.tap(CARD)
    eq(bench.next()[0], "Authorize")
    bench.run(29)
    eq(bench.outlet.transaction, None)
    bench.run(3)
    eq(bench.outlet.transaction.id_tag, CARD)


@with_flash
def test_A25_A26_without_connection_another_card_of_the_group_ends_it(bench):
    family = {"parentIdTag": "Family"}
    send(
        bench,
        *(1, (CARD, "Accepted", family), (OTHER, "Accepted", {"parentIdTag": "FAMILY"})),
        *(("BAD", "Blocked", family), ("ELSE", "Accepted", {"parentIdTag": "ELSE"}), ("FAMILY", "Accepted")),
    )
    bench.box.ocpp.accepted = False
    eq(tapped(bench), CARD)
    for id_tag in ("BAD", "ELSE", "FAMILY", "UNKNOWN"):
        eq(tapped(bench, id_tag), CARD)
    bench.box.settings.values["ocppao"] = True
    eq(tapped(bench, "UNKNOWN"), CARD)
    bench.outlet.tap(OTHER)
    bench.run(1)
    eq(bench.outlet.transaction, None)
    eq(json.loads(bench.box.journal.head()[3])[1], CARD)
    eq(json.loads(bench.box.journal.entries[-1][3])[2:], ["Local", OTHER])
