"""Reads what files.py wrote. Needed when the wallbox starts, and not in memory after that."""

import os
from binascii import crc32

from micropython import const

_LONGEST = const(1024)
_SMALL = const(143)


def read(path, version):
    """The payload, None where there is no record yet.

    Raises ValueError when it is damaged or of a newer format than version, OSError.
    """
    with open(path, "rb") as f:
        data = f.read(_SMALL)  # as nearly all are: more in one piece is not always to be had
        if len(data) == _SMALL:
            data += f.read(_LONGEST + 1 - _SMALL)
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
