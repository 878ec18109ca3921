"""What limits the current without being a part: the failsafe, the grid operator, the delay after a power cut, a
central system that is not there. Each has its slot of every outlet's limits; none of them can do anything else.

Lent at the start, and each second while one of them is in force (control.py).
"""

import os

import machine
from micropython import const

from pilotwire import loader
from pilotwire.outlet import switched

_TEMPORARY_MS = const(600_000)


def begin(box):
    """At the start, before anything is offered: what was in force before a power cut is in force after it."""
    most_s = box.settings.peek("rdl")
    if most_s and machine.reset_cause() == machine.PWRON_RESET:  # a brown-out, too; no watchdog, no restart
        ms = loader.lend("core.restart_delay").delay_ms(most_s, os.urandom(8) + machine.unique_id())
        box.log.info("the power was away: charging waits %d s" % (ms // 1000))
        box.delayed_ms = box.clock.up_ms() + ms + 1
        _set(box, "restart", 0)
    box.watching = second(box)


def second(box):
    """A look at all of them -> has it to be looked at again, whatever the settings say?"""
    return any([dim(box), _failsafe(box), _fallback(box), _delay(box), _temporary(box)])


def limit(box, a):
    """The key tcl: a limit for ten minutes; None: none any more."""
    box.tcl_ms = 0 if a is None else box.clock.up_ms() + _TEMPORARY_MS
    _set(box, "temporary", None if a is None else a * 1000)
    box.watching = True


def dim(box):
    """The slot "grid": of the key and the contacts the least counts. -> is it a power that limits? What current that is
    depends on the phases.
    """
    w = _power_w(box)
    box.grid_ma = None
    for outlet in box.outlets:
        contacts = outlet.parts.get("inputs")
        ma = contacts.limits[0] if contacts else None
        if w is not None:
            own_ma = loader.lend("core.grid").limit_ma(w, switched(box.board, outlet))
            box.grid_ma = _least(box.grid_ma, own_ma)
            ma = _least(ma, own_ma)
        _set_one(outlet, "grid", ma)
        part = outlet.parts.get("phases")
        if part and part.grid_w != w:
            part.grid_w, part.awake = w, True
    return w is not None


def _power_w(box):
    """What the house may take through this wallbox, None: it is not limited."""
    w = box.settings.get("glw") if box.settings.get("gla") else None
    for outlet in box.outlets:
        contacts = outlet.parts.get("inputs")
        if contacts:
            w = _least(w, contacts.limits[1])
    return w


def _failsafe(box):
    get, ma = box.settings.get, None
    if get("fse"):
        silent_ms = box.clock.up_ms() - box.commanded_ms
        ma = loader.lend("core.failsafe").limit_ma(silent_ms, get("fsc"), get("fsi"))
    _set(box, "failsafe", ma)
    return ma is not None


def _fallback(box):
    get, ocpp = box.settings.get, box.ocpp  # which is not there yet at the start
    a = get("ocppf")
    alone = get("ocppe") and not (ocpp and ocpp.accepted)
    _set(box, "fallback", a * 1000 if alone and a is not None else None)
    return a is not None


def _temporary(box):
    if box.tcl_ms and box.clock.up_ms() >= box.tcl_ms:
        limit(box, None)
    return box.tcl_ms > 0


def _delay(box):
    """Ends when its time is over; who sets frc to 2 has taken the slot away (api/set.py)."""
    if box.delayed_ms and (box.clock.up_ms() >= box.delayed_ms or ("restart", 0) not in box.outlets[0].limits.items()):
        box.delayed_ms = 0
        _set(box, "restart", None)
    return box.delayed_ms > 0


def _set(box, owner, ma):
    for outlet in box.outlets:
        _set_one(outlet, owner, ma)


def _set_one(outlet, owner, ma):
    """ma None: no limit."""
    limits = outlet.limits
    if dict(limits.items()).get(owner) == ma:
        return
    if ma is None:
        limits.clear(owner)
    else:
        limits.set(owner, ma)
    outlet.box.log.info("outlet %d: limit of %s: %s" % (outlet.number, owner, "none" if ma is None else "%d mA" % ma))


def _least(a, b):
    return a if b is None else b if a is None else min(a, b)
