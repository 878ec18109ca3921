"""What a SendLocalList does to the local list (OCPP 1.6, 5.15). Lent."""

import asyncio

from micropython import const

from pilotwire import loader

_ID_MOST = const(20)


async def update(box, number, full, changes):
    """changes: entries as tags.py has them, of a deletion the id alone; or how many were put aside (tags_write.py).
    -> the status to answer.
    """
    if not box.settings.peek("ocppla"):
        return "NotSupported"
    tags, path, peer = loader.lend("store.tags_write"), box.tags + ".list", box.journal.peer
    if not full and 0 < number <= loader.lend("store.tags").version(path, peer):
        return "VersionMismatch"
    why = None if 0 < number < 1 << 31 else "want a version above 0"
    if not why and type(changes) is list:
        changes.sort()
        why = _wrong(full, changes)
    if not why:
        try:
            if full and not changes:
                tags.remove(path)  # an empty list has no version (L03)
            else:
                await tags.write(path, peer, number, changes, full, lambda: _pause(box))
            box.log.info("ocpp: the local list has version %d" % number)
            return "Accepted"
        except (OSError, ValueError) as e:
            why = e
    box.log.warn("ocpp: SendLocalList failed: %s" % why)
    return "Failed"


async def _pause(box):
    await asyncio.sleep_ms(0)
    loader.lend("store.moment").wait(box.paths)


def _wrong(full, changes):
    """Why such a list cannot be, None when it can. Of a deletion only the id stands there."""
    for n in range(len(changes)):
        if full and len(changes[n]) == _ID_MOST:
            return "an entry without idTagInfo"
        if n and changes[n][:_ID_MOST] == changes[n - 1][:_ID_MOST]:
            return "an idTag twice"
    return None
