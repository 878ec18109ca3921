"""What was saved before the power went: read at the start, not in memory after that.

Nothing here raises. What cannot be used is told to `tell`, a function that takes a sentence.
"""

import json
import os

from micropython import const

from pilotwire.core.faults import FAULTS, KEPT, NAME, RECOVERS
from pilotwire.store import records

_FORMAT = const(1)  # of both kinds of record

# What a lost setting becomes where its default would loosen a protection.
_LOST = {"installer_max_ma": 6000, "ama": 6, "acs": 1}


def settings(table, folder, tell):
    """{key: value} of every setting that was ever changed; what cannot be used becomes its default."""
    found = {}
    for name in _names(folder, tell):
        row = table.row(name)
        if row and row.kind in ("config", "option", "console"):
            found[row.key] = _setting(table, row, folder, tell)
    return found


def latched(path, tell):
    """Names of the faults that were held. Nobody knows what a damaged record said: then all that it may have said."""
    latching = [row[NAME] for row in FAULTS if row[RECOVERS] in KEPT]
    try:
        names = (records.read(path, _FORMAT) or b"").decode().split()
        return [name for name in names if name in latching]
    except OSError:
        return []
    except ValueError:
        tell("record of latched faults is damaged: all are held until a person looks")
        return latching


def _names(folder, tell):
    try:
        return os.listdir(folder)
    except OSError:
        pass
    try:
        os.mkdir(folder)
    except OSError as e:
        tell("settings: no folder for them (%s)" % e)
    return ()


def _setting(table, row, folder, tell):
    path = folder + "/" + row.key
    try:
        payload = records.read(path, _FORMAT)
        if payload is None:
            return row.default
        value = json.loads(payload)
        if table.wrong(row, value):
            raise ValueError("not allowed any more")
        return value
    except (OSError, ValueError) as e:
        records.set_aside(path)
        value = _LOST.get(row.key, row.default)
        tell("%s: the saved setting is lost (%s), now %s" % (row.key, e, json.dumps(value)))
        return value
