"""What the box knows of networks: a small record each, in a folder of its own. Comes for it. Passwords lie here as they
are, since the radio needs them so, and no door tells them.
"""

import json
import os

from micropython import const

from pilotwire import loader
from pilotwire.store import files

SLOTS = const(4)
_FOLDER = "/wifi/"
_FORMAT = const(1)


def read(name, tell=None):
    """What is kept under a name, None where nothing is, or nothing that can be used; tell: is told of that."""
    try:
        return json.loads(loader.lend("store.records").read(_FOLDER + name, _FORMAT))
    except (OSError, TypeError):  # TypeError: an empty file, which is no record
        return None
    except ValueError as e:
        if tell:
            tell("the stored network %s is lost (%s)" % (name, e))
        return None


def write(name, value):
    """Durable on return; None: forgets it. Raises OSError."""
    try:
        os.mkdir(_FOLDER[:-1])
    except OSError:
        pass
    if value is not None:
        files.write(_FOLDER + name, _FORMAT, json.dumps(value).encode())
    elif name in os.listdir(_FOLDER[:-1]):
        os.remove(_FOLDER + name)


def networks(tell=None):
    """[[name, key ("": open), [address, netmask, gateway, name server] or None]] of the slots in use."""
    return [network for network in [slot(n, tell) for n in range(SLOTS)] if network]


def slot(number, tell=None):
    """The network in a slot, None when it is empty."""
    return read(str(number), tell)
