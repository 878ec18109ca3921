"""What is kept for the bill: transactions that the central system has not taken whole, and dead letters.

One function per key, found by its name (status.py). Each takes the Box and returns what json.dumps takes, or bytes that
are JSON text already. A row is {"connectorId" "idTag" "transactionId" "meterStart" "meterStop" "reason"} as OCPP has
them, what is not known yet left out, with a dead letter its "number" and "why". Rows beyond 20 are left out, the newest
first. What was settled by other means is dropped by whoever writes the key of the dead letters.
"""

import asyncio
import json
import os

from pilotwire import loader

_MOST = 20
_FIELDS = {
    "s": ("connectorId", "idTag", "meterStart"),
    "t": ("transactionId",),
    "z": (None, "meterStop", "reason"),
    ".start": ("connectorId", "idTag", "meterStart"),
    ".answer": ("transactionId",),
}


def ocppq(box):
    """Messages that wait, those of other central systems, dead letters, those lost, samples thinned out, and the Wh
    between start and stop of the dead letters."""
    j, wh = box.journal, 0
    for row in ocppdl(box):
        wh += row["meterStop"] - row["meterStart"] if "meterStop" in row else 0
    counts = j.pending, j.foreign, j.dead, j.lost, j.thinned, wh
    return b'{"waiting":%d,"foreign":%d,"dead":%d,"lost":%d,"thinned":%d,"unbilledWh":%d}' % counts


def ocpptx(box):
    """Transactions on flash, the oldest first, those of other central systems too."""
    rows, j = {}, box.journal
    for name, mark, number in loader.lend("store.journal_read").entries(j):
        if mark in _FIELDS and (number in rows or len(rows) < _MOST):
            _tell(rows.setdefault(number, {}), mark, j.folder + "/" + name)
    return [rows[number] for number in sorted(rows)]


def ocppdl(box):
    """Dead letters."""
    rows, folder = {}, box.journal.dead_folder
    for entry in os.ilistdir(folder):
        name = entry[0]
        seq, what = name[:6], name[name.find(".") :] if "." in name else name[6:7]
        if seq in rows or len(rows) < _MOST:
            _tell(rows.setdefault(seq, {"number": int(seq, 16)}), what, folder + "/" + name)
    return [rows[seq] for seq in sorted(rows)]


async def drop(box, numbers):
    """Drops the dead letters of these numbers; none named: those that are told. The notices say what was dropped.

    Raises ValueError: there is no such letter, and none is dropped; OSError.
    """
    told = ocppdl(box)
    known = [row["number"] for row in told]
    for number in numbers:
        if type(number) is not int or number not in known:
            raise ValueError("failed: no such letter: " + str(number)[:40])
    for row in told:
        if not numbers or row["number"] in numbers:
            await _drop(box, row)


async def _drop(box, row):
    dead, j = loader.lend("store.journal_dead"), box.journal
    for path in dead.paths(j, "%06x" % row["number"]):
        loader.lend("store.moment").wait(box.paths)
        os.remove(path)
        await asyncio.sleep_ms(0)
    dead.count(j)
    j.tell("journal: dead letter %d was dropped by its owner: %s" % (row.pop("number"), json.dumps(row)))


def _tell(row, what, path):
    """Adds what that record says. One that is damaged says nothing."""
    try:
        payload = loader.lend("store.records").read(path, 1)
        if what == ".why":
            row["why"] = str(payload, "utf-8")
        elif what in _FIELDS:
            for field, value in zip(_FIELDS[what], json.loads(payload) if payload else (-1,)):
                if field:
                    row[field] = value
    except (OSError, ValueError, TypeError):
        pass
