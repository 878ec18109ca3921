"""AuthorizationKey and SecurityProfile (OCPP 1.6 security whitepaper, A00, A01 and A05): a password that the central
system has set, and whether one is wanted. Lent.

"ocppak" keeps for which address it is, as the journal names it, then the key in hex digits, then what was good before
it, until the new one has opened a connection: another key, or nothing for the login of the address. No other address
is ever told the key.
"""

from binascii import unhexlify

from micropython import const

from pilotwire import loader
from pilotwire.net.ocpp_link import LinkError, wanted

_LEAST = const(32)  # hex digits: 16 to 20 bytes (A00.FR.205)
_MOST = const(40)
_TRIES = const(3)  # then the other one has its turn (SE03)


def parse(box, text):
    """What "ocppak" becomes by that key. Raises ValueError, which never names the key."""
    if not _LEAST <= len(text) <= _MOST:
        raise ValueError("want 32 to 40 hex digits")
    try:
        unhexlify(text)
    except ValueError:
        raise ValueError("want pairs of hex digits")
    address = wanted(box)
    return " ".join((_peer(address), text, (_keys(box, address) + [""])[0]))


def profile(box, text):
    """What "ocppsp" becomes by SecurityProfile: 1, from 0, with a password. Raises ValueError. 2 and 3 want TLS."""
    address = wanted(box)
    if text != "1" or box.settings.peek("ocppsp"):
        raise ValueError("SecurityProfile can only become 1")
    if not _keys(box, address) and "@" not in address:
        raise ValueError("SecurityProfile 1 wants an AuthorizationKey")
    return 1


def closed():
    """The connection that was opened with the old one ends."""
    raise LinkError("the central system has set another password")


def password(box, address, tries):
    """The password for a dial after so many in a row that failed, bytes; None: what the address says. Raises LinkError:
    there has to be one and is none."""
    key = _turn(_keys(box, address), tries)
    if not key and box.settings.peek("ocppsp") and "@" not in address:
        raise LinkError("SecurityProfile 1 wants a password: in ocppak, or in the address")
    return unhexlify(key) if key else None


def opened(box, address, tries):
    """With that the connection opened: from now on it is the only one."""
    keys = _keys(box, address)
    try:
        key = _turn(keys, tries)
        if keys:
            box.settings.set("ocppak", _peer(address) + " " + key if key else "", "the central system")
    except (OSError, MemoryError) as e:  # the next connection is proof enough, too
        box.log.warn("ocpp: " + str(e))


def _peer(address):
    return loader.lend("store.journal_read").peer(address)


def _keys(box, address):
    """In the order in which they are tried. The login of the address is always the last way out: its owner may have
    changed it."""
    place, _, keys = box.settings.peek("ocppak").partition(" ")
    if place != _peer(address):
        return []
    keys = keys.split(" ")
    if len(keys) == 1 and "@" in address:
        keys.append("")
    return keys


def _turn(keys, tries):
    return keys[tries // _TRIES % len(keys)] if keys else None
