"""The keys that tell what is kept for the bill."""

import json
import os

from box import Box
from check import eq
from nor import Mounted, formatted

from pilotwire.api import act, get_journal
from pilotwire.store.journal import Journal

START = b'[1, "04A1", 1000, 1767225600, 0]'


def box():
    found = Box()
    found.paths = []
    found.journal = Journal(lambda text: None, "/nor/tx", "/nor/dead")
    found.journal.peer = "aaaaaaaa"
    found.journal.load()
    return found


def counts(box):
    return json.loads(get_journal.ocppq(box))


def test_each_transaction_on_flash_is_told_with_its_registers():
    with Mounted(formatted(64)):
        b = box()
        j = b.journal
        n = j.begin(START)
        j.answered(n, b'[77, "Accepted", null]')
        j.samples(n, b"x" * 24)
        j.stop(n, b'[5000, 1500, "Local", "04A1"]')
        j.begin(b'[2, "04A2", 2000, null, 5, 3]')
        j.peer = "bbbbbbbb"
        j.head()
        j.begin(START)
        want = {"connectorId": 1, "idTag": "04A1", "meterStart": 1000}
        whole = dict(want, transactionId=77, meterStop=1500, reason="Local")
        eq(get_journal.ocpptx(b), [whole, {"connectorId": 2, "idTag": "04A2", "meterStart": 2000}, want])
        eq((counts(b)["waiting"], counts(b)["foreign"], get_journal.ocppdl(b)), (1, 4, []))


def test_X28_X30_a_session_whose_start_was_refused_is_told_with_the_energy_that_nobody_billed():
    with Mounted(formatted(64)):
        b = box()
        j = b.journal
        n = j.begin(START)
        j.stop(n, b'[5000, 1500, "Local", null]')
        j.bury(j.head()[0], "InternalError")
        j.bury(j.head()[0], "its start was refused")
        first, second = get_journal.ocppdl(b)
        eq(first, {"number": n, "connectorId": 1, "idTag": "04A1", "meterStart": 1000, "why": "InternalError"})
        eq((second.pop("why"), second.pop("number")), ("its start was refused", n + 1))
        eq(second, dict(first_of(first), transactionId=-1, meterStop=1500, reason="Local"))
        eq((counts(b)["dead"], counts(b)["unbilledWh"], get_journal.ocpptx(b)), (2, 500, []))


def first_of(row):
    return {name: value for name, value in row.items() if name not in ("why", "number")}


def refused(b, sessions):
    """So many sessions whose starts and stops were refused for good: two letters each."""
    j = b.journal
    for _ in range(sessions):
        n = j.begin(START)
        j.stop(n, b'[5000, 1500, "Local", null]')
        j.bury(j.head()[0], "InternalError")
        j.bury(j.head()[0], "its start was refused")


def numbers(b):
    return [row["number"] for row in get_journal.ocppdl(b)]


async def test_X28_letters_that_were_settled_are_dropped_by_their_numbers_and_told_with_what_they_said():
    with Mounted(formatted(64)):
        b = box()
        told = []
        b.journal.tell = told.append
        refused(b, 2)
        eq(numbers(b), [0, 1, 2, 3])
        del told[:]
        await act.act(b, "ocppdl", [3, 0])
        eq((numbers(b), counts(b)["dead"], counts(b)["unbilledWh"]), ([1, 2], 2, 500))
        eq(len(told), 2)
        for text, words in zip(told, ("letter 0 was dropped", "letter 3 was dropped")):
            assert words in text and "04A1" in text and "1000" in text, text
        assert "1500" in told[1] and "its start was refused" in told[1], told
        eq(sorted({name[:6] for name in os.listdir("/nor/dead")}), ["000001", "000002"])


async def test_what_is_no_letter_drops_none():
    with Mounted(formatted(64)):
        b = box()
        refused(b, 1)
        for wrong in ([0, 9], ["0"], [True], [None], [[0]], [0.0], [{}]):
            try:
                await get_journal.drop(b, wrong)
                raise AssertionError(wrong)
            except ValueError as e:
                assert "no such letter" in str(e), e
        eq(numbers(b), [0, 1])


async def test_X28_an_empty_list_drops_what_is_told_and_nothing_that_nobody_has_seen():
    with Mounted(formatted(256)):
        b = box()
        refused(b, 12)
        await get_journal.drop(b, [])
        eq((numbers(b), b.journal.dead, b.journal.lost), ([20, 21, 22, 23], 4, 0))
        await get_journal.drop(b, [])
        eq((numbers(b), os.listdir("/nor/dead")), ([], []))
        refused(b, 1)
        eq(numbers(b), [24, 25])


def test_many_are_cut_and_damage_says_nothing():
    with Mounted(formatted(64)):
        b = box()
        for i in range(25):
            b.journal.begin(START if i else b"not JSON")
        rows = get_journal.ocpptx(b)
        eq((len(rows), rows[0]), (20, {}))
