"""What stands for a transaction between two, where values are wanted at round times (OCPP 1.6, 3.16.2; M06). Lent.

It is like one that began at a round time some months ago. It has no start in the journal and no end, so its number
tells what a start tells: connector, central system and unix time, 1 + 8 + 8 hex digits.
"""

from pilotwire import loader
from pilotwire.core.transaction import Transaction


def make(outlet):
    """A new one; None while the clock or the meter's register is unknown, or OCPP is off."""
    box, get = outlet.box, outlet.settings.get
    utc = box.clock.utc()
    if not utc or not get("ocppe") or outlet.register_wh() is None:
        return None
    s = utc[0] & ~0xFFFFFF
    t = Transaction(None, [outlet.number, "", outlet.register_wh(), s, 0], _born_ms(box.clock, s))
    t.peer = _peer(get)
    t.number = (outlet.number << 32 | int(t.peer, 16)) << 32 | s
    t.kept_ms = t.due_ms = box.clock.ms()
    return t


def current(outlet, t, get):
    """The same, or another one for another central system. The clock may have been set meanwhile."""
    t.born_ms = _born_ms(outlet.box.clock, t.start[3])
    if get("ocppe") and t.peer == _peer(get):
        return t
    loader.lend("sampling").keep(outlet.box)
    outlet.between = make(outlet)
    return outlet.between


def _born_ms(clock, s):
    """up_ms of that unix time."""
    now_s, ms = clock.utc()
    return clock.up_ms() - (now_s - s) * 1000 - ms


def _peer(get):
    return loader.lend("store.journal_read").peer(get("ocppu"))
