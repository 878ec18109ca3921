"""What a SendLocalList does to the local list (store/tags.py; OCPP 1.6, 5.15): another file is written and put in the
place of the old one; up to two entries are written at once into the one that is there (files.py). After a power cut the
one or the other is there. Lent.
"""

import asyncio
import os
from struct import pack
from time import sleep_ms

from micropython import const

from pilotwire import loader
from pilotwire.store import tags

_MOST = const(1000)  # LocalAuthListMaxLength
_ENTRY = const(45)  # as in tags.py, and so is the next
_ID = const(20)
_DELETED = const(255)  # a status
_PIECE = const(140)  # bytes, or an entry more: what is written at once


async def update(box, number, full, changes):
    """changes: entries as tags.py has them, of a deletion the id alone; or as write() takes them. -> the status to
    answer.
    """
    if not box.settings.peek("ocppla"):
        return "NotSupported"
    path, peer = box.tags + ".list", box.journal.peer
    if not full and 0 < number <= tags.version(path, peer):
        return "VersionMismatch"
    why = None if 0 < number < 1 << 31 else "want a version above 0"
    if not why and type(changes) is list:
        changes.sort()
        why = _wrong(full, changes)
    if not why:
        try:
            if full and not changes:
                remove(path)  # an empty list has no version (L03)
            else:
                await write(path, peer, number, changes, full, lambda: _pause(box))
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
        if full and len(changes[n]) == _ID:
            return "an entry without idTagInfo"
        if n and changes[n][:_ID] == changes[n - 1][:_ID]:
            return "an idTag twice"
    return None


async def write(path, peer, number, changes, full, pause):
    """The list with version number. changes: sorted entries, or the key alone of one to be deleted; or (how many, the
    file in which they stand in any order, of a deletion with a status of 255). full: they are all of it. pause():
    awaited before the flash is used. Raises OSError, ValueError; then the old list stands.
    """
    changes = iter(changes) if type(changes) is list else _in_order(changes[0], changes[1], full)
    pieces = _pieces(tags.head(peer) + pack("<I", number), _merged(_old(path, peer, full), changes))
    piece, more = next(pieces), next(pieces, None)
    if more is None:  # so short that it lies in the folder's own block: the old content is there until it is closed
        await pause()
        with open(path, "wb") as f:
            f.write(piece)
        return
    aside = path + ".new"
    try:
        with open(aside, "wb") as f:
            f.write(piece + more)
            for piece in pieces:
                await pause()
                f.write(piece)
            await pause()  # closing writes, too
        await pause()
        os.rename(aside, path)
    except (OSError, ValueError, MemoryError) as e:
        remove(aside)
        raise e


def _pieces(piece, entries):
    """What is written at once, behind the head."""
    room = _MOST
    for one in entries:
        if len(one) < _ENTRY:
            continue
        room -= 1
        if room < 0:
            raise ValueError("more than %d entries" % _MOST)
        piece += one
        if len(piece) > _PIECE:
            yield piece
            piece = b""
    yield piece


def remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it was not there


def _old(path, peer, full):
    """The entries that are there."""
    try:
        f = open(path, "rb")
    except OSError:
        return  # there is none
    with f:
        one = not full and tags.version_of(f, peer) and f.read(_ENTRY)
        while one:
            yield one
            one = f.read(_ENTRY)


def _merged(old, changes):
    """Both in order; of the same id the change."""
    change = next(changes, None)
    for one in old:
        while change and change[:_ID] < one[:_ID]:
            yield change
            change = next(changes, None)
        if change and change[:_ID] == one[:_ID]:
            one = change
            change = next(changes, None)
        yield one
    while change:
        yield change
        change = next(changes, None)


def _in_order(count, path, full):
    """The entries of a file one after the other, each found by a look through all: in memory there is no room for
    them. Raises ValueError."""
    last = b""
    with open(path, "rb") as f:
        for _ in range(count):
            last = _next(f, last[:_ID])
            if not last:
                raise ValueError("an idTag twice")
            if last[_ID] == _DELETED and full:
                raise ValueError("an entry without idTagInfo")
            yield last[:_ID] if last[_ID] == _DELETED else last


def _next(f, last):
    """The least whose id is above that; None: there is none."""
    least = None
    f.seek(0)
    one = f.read(_ENTRY)
    while one:
        if one[:_ID] > last and (not least or one < least):
            least = one
        one = f.read(_ENTRY)
    sleep_ms(0)  # that took long: timers have their turn
    return least
