"""What the light of an outlet shows. Brought in when that has to change.

A turn is one of the control loop, 200 ms: a flash takes one, the dark after it another, and 2 s are dark between two
groups of flashes. Turns are counted: a late one makes a flash longer, and none is lost.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_PAUSE = const(9)  # turns, and the dark one of the last flash
_STANDBY = const(1500)  # turns: 5 min
_REFUSED_MS = const(2000)
_NEVER = const(-1)

_RED = "#FF0000"
KEYS = {1: "cid", 2: "cch", 3: "cwc", 4: "cfi"}  # go-e's `car` -> the setting of its colour


def show(indicator, outlet, what, turn, key):
    """Shows what is due in this turn -> (key of the colour, the turn in which it changes by itself, -1: in none).

    what: the outlet's `car`, or its first fault, a row of core/faults.py; turn: since that is so; key: of the colour
    that was shown before.
    """
    get, on, due = outlet.settings.get, True, _NEVER
    if type(what) is tuple:
        colour, blinks = _RED, flashes(what)
        on = lit(turn, blinks)
        due = turn + 1 if blinks else _NEVER
    elif refused(outlet):
        colour, due = _RED, turn + 1
    else:
        key = "cwc" if awaited(outlet) else KEYS.get(what, "cid")
        colour = get(key)
        if get("lse"):
            on, due = not stands_by(outlet, turn), _STANDBY
    _paint(indicator, int(colour[1:], 16), get("lbr") if on else 0)
    return key, due


def flashes(fault):
    """How often a row of core/faults.py flashes; 0: it is steady."""
    codes = loader.lend("core.fault_codes")
    return codes.CODES[fault[0]][codes.BLINKS]


def lit(turn, blinks):
    """Is there light in this turn of a fault, the first being 0?"""
    turn %= 2 * blinks + _PAUSE
    return not blinks or turn < 2 * blinks and not turn & 1


def awaited(outlet):
    """Is a card accepted and its car not plugged in?"""
    return not outlet.plugged and bool(outlet.id_tag or outlet.trx)


def refused(outlet):
    """Was a card refused in the last 2 s?"""
    denied = outlet.denied
    return bool(denied) and ticks.diff(outlet.box.clock.ms(), denied[2]) < _REFUSED_MS


def stands_by(outlet, turn):
    """Has nobody wanted anything of it for 5 min? turn: since something was seen."""
    return turn >= _STANDBY and not outlet.plugged and not awaited(outlet)


def _paint(indicator, rgb, level):
    """The colour 0xRRGGBB, as bright as level, 0..255: in proportion."""
    indicator.show((rgb >> 16) * level // 255, (rgb >> 8 & 255) * level // 255, (rgb & 255) * level // 255)
