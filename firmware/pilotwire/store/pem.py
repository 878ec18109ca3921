"""Certificates and keys of the owner, a file each: too long for a setting. Brought in when one is set or used."""

import os
from binascii import a2b_base64

from micropython import const

from pilotwire.store import files

_FOLDER = "/pem"
_FORMAT = 1
_PIECE = const(128)


def keep(box, name, text):
    """Stores the PEM text; None or "" removes it. Raises OSError: nothing has changed."""
    for outlet in box.outlets:
        if not outlet.connector.is_open:
            raise OSError(name + ": a car charges, and so long a record has to wait")
    path = _FOLDER + "/" + name
    try:
        if text:
            if not _there(_FOLDER):
                os.mkdir(_FOLDER)
            files.write(path, _FORMAT, text.encode())
        elif _there(path):
            os.remove(path)
    except OSError as e:
        raise OSError("%s: could not be saved, flash full or failing (%s)" % (name, e))
    box.log.info("%s %s" % (name, "stored" if text else "removed"))


def _there(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def blocks(name):
    """Yields each certificate or key of the file as DER, which TLS takes on every port. None is stored: nothing."""
    parts = None
    for line in _lines(_FOLDER + "/" + name):
        if b"-----BEGIN" in line:
            parts = [] if b"CERT" in line or b" KEY" in line else None
        elif b"-----END" in line:
            if parts:
                yield b"".join(parts)
            parts = None
        elif parts is not None:
            parts.append(a2b_base64(line))


def _lines(path):
    if not _there(path):
        return
    rest = b""
    with open(path, "rb") as file:
        while True:
            piece = file.read(_PIECE)
            rest += piece
            while b"\n" in rest:
                line, _, rest = rest.partition(b"\n")
                yield line
            if not piece:
                yield rest
                return
