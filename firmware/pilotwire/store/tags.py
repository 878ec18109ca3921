"""The local list: who the central system has said may charge, sorted in one packed file that is searched where it
lies. Lent.

    head     format (4 bytes), the back end that it belongs to (8 hex digits), the list's version (4)
    entry    id in lower case (20), status (1), unix s of its expiry or 0 (4), parentIdTag (20)

A change writes another file and puts it in the place of the old one; up to two entries are written at once into the
one that is there (files.py). After a power cut the one or the other is there.
"""

import os
from struct import pack, unpack

from micropython import const

MOST = const(1000)  # LocalAuthListMaxLength
_FORMAT = b"PWL1"
_HEAD = const(16)  # bytes
_ENTRY = const(45)
_ID = const(20)
_PIECE = const(140)  # bytes, or an entry more: what is written at once
_STATUSES = ("Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx")


def key(id_tag):
    """What stands for an id in an entry (A04). Raises ValueError when it does not fit."""
    data = id_tag.lower().encode()
    if not 0 < len(data) <= _ID:
        raise ValueError("an idTag has 1 to 20 bytes")
    return data + bytes(_ID - len(data))


def entry(id_tag, status, until_s, parent):
    """The bytes of an entry. Raises ValueError."""
    data = (parent or "").encode()
    if len(data) > _ID:
        raise ValueError("a parentIdTag has at most 20 bytes")
    status = _STATUSES.index(status)
    return key(id_tag) + pack("<BI", status, min(until_s, 0xFFFFFFFF)) + data + bytes(_ID - len(data))


def version(path, peer):
    """Of the list of this back end; 0: there is none."""
    try:
        with open(path, "rb") as f:
            return _version(f, peer)
    except OSError:
        return 0


def find(path, peer, id_tag):
    """-> (status, unix s of its expiry or 0, parentIdTag or None), None when it is not listed."""
    try:
        with open(path, "rb") as f:
            return _find(f, key(id_tag)) if _version(f, peer) else None
    except (OSError, ValueError):
        return None


def _find(f, wanted):
    low, high = 0, (f.seek(0, 2) - _HEAD) // _ENTRY
    while low < high:
        middle = (low + high) // 2
        f.seek(_HEAD + middle * _ENTRY)
        found = f.read(_ENTRY)
        if found[:_ID] == wanted:
            status, until_s = unpack("<BI", found[_ID:])
            return _STATUSES[status], until_s, str(found[25:], "utf-8").rstrip("\0") or None
        if found[:_ID] < wanted:
            low = middle + 1
        else:
            high = middle
    return None


async def write(path, peer, number, changes, full, pause):
    """The list with version number. changes: sorted entries, or the key alone of one to be deleted; full: they are all
    of it. pause(): awaited before the flash is used. Raises OSError, ValueError: too many; then the old list stands.
    """
    pieces = _pieces(_FORMAT + peer.encode() + pack("<I", number), _merged(_old(path, peer, full), changes))
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
    room = MOST
    for one in entries:
        if len(one) < _ENTRY:
            continue
        room -= 1
        if room < 0:
            raise ValueError("more than %d entries" % MOST)
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


def _version(f, peer):
    head = f.read(_HEAD)
    ours = len(head) == _HEAD and head[:4] == _FORMAT and head[4:12] == peer.encode()
    return unpack("<I", head[12:])[0] if ours else 0


def _old(path, peer, full):
    """The entries that are there."""
    try:
        f = open(path, "rb")
    except OSError:
        return  # there is none
    with f:
        one = not full and _version(f, peer) and f.read(_ENTRY)
        while one:
            yield one
            one = f.read(_ENTRY)


def _merged(old, changes):
    """Both in order; of the same id the change."""
    n = 0
    for one in old:
        while n < len(changes) and changes[n][:_ID] < one[:_ID]:
            yield changes[n]
            n += 1
        if n < len(changes) and changes[n][:_ID] == one[:_ID]:
            one = changes[n]
            n += 1
        yield one
    while n < len(changes):
        yield changes[n]
        n += 1
