"""The authorisation cache: what the central system has last said of an id (OCPP 1.6, 3.5.1), and ClearCache (5.4).
Lent.

One small file (store/files.py) per id, named by a hash of it and its back end:

    [unix s when it was written, status, unix s of its expiry or 0, parentIdTag or null, id in lower case]
"""

import asyncio
import json
import os
from binascii import crc32

from micropython import const

from pilotwire import loader
from pilotwire.store import files

_FORMAT = const(1)
_MOST = const(100)  # ids


def find(box, id_tag):
    """-> (status, unix s of its expiry or 0, parentIdTag or None), None for who is not there."""
    entry = _read(_path(box, id_tag))
    return tuple(entry[1:4]) if entry and entry[4] == id_tag.lower() else None


def put(box, id_tag, status, until_s, parent):
    """Keeps that. What is there already costs no flash; without room it is not kept."""
    path = _path(box, id_tag)
    found = _read(path)
    entry = [box.clock.utc_s() or 0, status, until_s, parent, id_tag.lower()]
    if found and found[1:] == entry[1:]:
        return
    try:
        if not found:
            _make_room(box)
        loader.lend("store.moment").wait(box.paths)
        files.write(path, _FORMAT, json.dumps(entry).encode())
    except OSError as e:
        box.log.warn("ocpp: an id could not be kept for later: %s" % e)


async def clear(call, payload):
    """Rejected where there is none (A15)."""
    box = call.box
    if not box.settings.peek("ocppce"):
        await call.status("Rejected")
        return
    for path in _paths(box):
        loader.lend("store.moment").wait(box.paths)
        os.remove(path)
        await asyncio.sleep_ms(0)
    await call.status("Accepted")


def _path(box, id_tag):
    return "%s/%08x" % (box.tags, crc32((box.journal.peer + id_tag.lower()).encode()))


def _read(path):
    """An entry; None: there is none that can be read."""
    try:
        data = loader.lend("store.records").read(path, _FORMAT)
        return json.loads(data) if data else None
    except (OSError, ValueError):
        return None


def _paths(box):
    try:
        return ["%s/%s" % (box.tags, entry[0]) for entry in os.ilistdir(box.tags)]
    except OSError:
        os.mkdir(box.tags)
        return []


def _make_room(box):
    """For one more: who may not charge goes first, then who was written down first (A11)."""
    paths = _paths(box)
    if len(paths) < _MOST:
        return
    now_s, first = box.clock.utc_s() or 0, None
    for path in paths:
        at_s, status, until_s, _, _ = _read(path) or (0, "", 0, "", "")
        rank = status == "Accepted" and not 0 < until_s <= now_s, at_s, path
        first = min(first or rank, rank)
    loader.lend("store.moment").wait(box.paths)
    os.remove(first[2])


HANDLERS = {"ClearCache": clear}
