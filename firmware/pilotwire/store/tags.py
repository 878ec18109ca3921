"""The local list: who the central system has said may charge, sorted in one packed file that is searched where it
lies. What changes it is in ocpp/list_update.py. Lent.

    head     format (4 bytes), the back end that it belongs to (8 hex digits), the list's version (4)
    entry    id in lower case (20), status (1), unix s of its expiry or 0 (4), parentIdTag (20)
"""

from struct import pack, unpack

from micropython import const

_HEAD = const(16)  # bytes
_ENTRY = const(45)
_ID = const(20)
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
            return version_of(f, peer)
    except OSError:
        return 0


def find(path, peer, id_tag):
    """-> (status, unix s of its expiry or 0, parentIdTag or None), None when it is not listed."""
    try:
        with open(path, "rb") as f:
            return _find(f, key(id_tag)) if version_of(f, peer) else None
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


def head(peer):
    """What a list of this back end begins with; its version follows."""
    return b"PWL1" + peer.encode()


def version_of(f, peer):
    """As version() of a file that is open, whose entries are read next."""
    data = f.read(_HEAD)
    return unpack("<I", data[12:])[0] if len(data) == _HEAD and data[:12] == head(peer) else 0
