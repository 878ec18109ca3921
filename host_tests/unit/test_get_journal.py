"""The keys that tell what is kept for the bill."""

import json

from box import Box
from check import eq
from nor import Mounted, formatted

from pilotwire.api import get_journal
from pilotwire.store.journal import Journal

START = b'[1, "04A1", 1000, 1767225600, 0]'


def box():
    found = Box()
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
        eq(first, {"connectorId": 1, "idTag": "04A1", "meterStart": 1000, "why": "InternalError"})
        second.pop("why")
        eq(second, dict(first_of(first), transactionId=-1, meterStop=1500, reason="Local"))
        eq((counts(b)["dead"], counts(b)["unbilledWh"], get_journal.ocpptx(b)), (2, 500, []))


def first_of(row):
    return {name: value for name, value in row.items() if name != "why"}


def test_many_are_cut_and_damage_says_nothing():
    with Mounted(formatted(64)):
        b = box()
        for i in range(25):
            b.journal.begin(START if i else b"not JSON")
        rows = get_journal.ocpptx(b)
        eq((len(rows), rows[0]), (20, {}))
