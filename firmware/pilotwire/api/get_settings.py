"""What is shown otherwise than it is kept.

One function per key, found by its name (status.py). Each takes the Box and returns what json.dumps takes, or bytes that
are JSON text already where a number has decimals (floats are single precision on the chip and are not used). None is
unknown. Units are go-e's: A, W, Wh, V, ms (facts goe-api, sections 1.5 and 5).
"""

import os

_PEMS = "/pem"  # store/pem.py


def ama(box):
    """Never more than the board can and the installer allowed: clients take it for the end of their scale."""
    get = box.settings.get
    return min(get("ama"), get("installer_max_ma") // 1000, box.board.LIMITS["ma"] // 1000)


def ocppu(box):
    return _hidden(box, "ocppu")


def mcu(box):
    return _hidden(box, "mcu")


def _hidden(box, key):
    """The address without its password: whoever may read the keys need not know it."""
    scheme, mark, rest = box.settings.get(key).partition("://")
    where, slash, path = rest.partition("/")
    login, at, place = where.rpartition("@")
    user, colon, _ = login.partition(":")
    return scheme + mark + user + (":***" if colon else "") + at + place + slash + path


def clp(box):
    """The currents that the button steps through; 0 is none."""
    found = [box.settings.peek("al%d" % n) for n in range(1, 6)]
    return [a for a in found if a]


def cco(box):
    whole, places = divmod(box.settings.peek("cco"), 100)
    return b"%d.%02d" % (whole, places) if places else whole


def osr(box):
    return box.settings.peek("ocpppl") == "stop"


def ocppue(box):
    """A cable that is fixed is never unlocked."""
    return bool(getattr(box.board, "LOCK", None)) and box.settings.get("ocppue")


def cmr(box):
    """What a person at the console wrote."""
    return box.settings.peek("commissioned")


def ocppck(box):
    return _stored("ocppck")


def ocppcc(box):
    return _stored("ocppcc")


def ocppsc(box):
    return _stored("ocppsc")


def mck(box):
    return _stored("mck")


def mqcc(box):
    return _stored("mqcc")


def msc(box):
    return _stored("msc")


def _stored(key):
    """Whether there is such a file; an empty one was cut off while it was made."""
    try:
        return os.stat(_PEMS + "/" + key)[6] > 0
    except OSError:
        return False
