"""One small record in one file: after a power cut at any byte the old or the new one is there.

littlefs keeps the old content until the file is closed, so overwriting is atomic; removing first
would not be. A new file exists, empty, before its content does: an empty file is no record. Up to
128 bytes lie in the folder's own block and cost hardly an erase.

    1 58799413 16          format, CRC-32 of format and payload, payload
"""

import os
from binascii import crc32

from micropython import const

_LONGEST = const(1024)


def record(version, payload):
    """The bytes of a file with this payload (bytes)."""
    head = b"%d " % version
    return b"%s%08x %s" % (head, crc32(head + payload), payload)


def write(path, version, payload):
    """Puts the record into the file; durable on return. OSError: the old record still stands."""
    with open(path, "wb") as f:
        f.write(record(version, payload))


def read(path, version):
    """The payload, None where there is no record yet.

    Raises ValueError when it is damaged or of a newer format than version, OSError.
    """
    with open(path, "rb") as f:
        data = f.read(_LONGEST + 1)
    if not data:
        return None
    try:
        head, crc, payload = data.split(b" ", 2)
        whole = len(data) <= _LONGEST and crc32(head + b" " + payload) == int(crc, 16)
        found = int(head)
    except ValueError:
        whole = False
    if not whole:
        raise ValueError("damaged")
    if found > version:
        raise ValueError("written by a newer firmware")
    return payload


def set_aside(path):
    """Renames a file that cannot be used to NAME.bad, for whoever wants to look."""
    try:
        os.rename(path, path + ".bad")
    except OSError:
        pass
