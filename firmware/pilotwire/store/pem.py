"""Certificates and keys of the owner, a file each: too long for a setting. Brought in when one is set."""

import os

from pilotwire.store import files

_FOLDER = "/pem"
_FORMAT = 1


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
