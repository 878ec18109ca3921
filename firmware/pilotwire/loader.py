"""Brings a rarely used piece of the firmware in, and lets it go again.

Bytecode lives in the heap (docs/design.md, "Memory"), so an OCPP action, a page's code or a part's driver is imported
when it is first needed and released when no longer. What stays behind is its interned names, a fixed amount.

    loader.use("api.values")      comes, and stays until release()
    loader.lend("api.routes")     comes, and goes when nobody has asked for it for a minute, or when memory is short

The rule for a piece that is to go: nobody keeps a function or class of it. Who works with pieces over a pause says so
by hold() and free(), or there would be a second copy of them.
"""

import asyncio
import gc
import sys
from time import sleep_ms, ticks_diff, ticks_ms

from micropython import const

_LENT_MS = const(60_000)
_ROOM = const(18_000)  # bytes: with less, what has not been asked for lately goes before a piece is brought in
_LEAST = const(10_000)  # with less, whatever nobody works with
_LATELY_MS = const(1_500)
_FEW = const(3)  # so many go before the next look: it takes as long as bringing one in

_HOME = "pilotwire."  # in what is flashed modules have no package (tools/flatten.py), and this is ""

_lent = {}  # name: ticks of when it was last asked for
_held = {}  # name: how many work with it now


def here(name):
    """Whether pilotwire.NAME is in memory."""
    return _HOME + name in sys.modules


def use(name):
    """The module pilotwire.NAME, imported when it is not here. Raises ImportError."""
    name = _HOME + name
    if name not in sys.modules:
        _collect()  # its blocks shall lie between others that stay: then what is free stays in large pieces
        if gc.mem_free() < _ROOM:
            _make_room()
        try:
            __import__(name)
        except MemoryError:
            sys.modules.pop(name, None)  # a torn one
            let_go()
            __import__(name)
        sleep_ms(0)
    return sys.modules[name]


def lend(name):
    """use() for a while: the piece goes by itself a minute after it was last asked for."""
    piece = use(name)
    _lent[name] = ticks_ms()
    return piece


async def bring(names):
    """lend() of each, in this order: who needs others comes behind them, and the loop has its turn in between."""
    for name in names:
        if not here(name):
            await asyncio.sleep_ms(0)
        lend(name)


def hold(names):
    """These stay, as long as they are lent, until they are freed as often as they were held."""
    for name in names:
        _held[name] = _held.get(name, 0) + 1


def free(names):
    """The end of what hold() began."""
    for name in names:
        _held[name] -= 1


async def quiet(most_ms):
    """Waits until nobody works with what was lent, but not longer than that, and lets it go."""
    while most_ms > 0 and any(_held.values()):
        await asyncio.sleep_ms(100)
        most_ms -= 100
    let_go()


def sweep():
    """Once a second: releases what was lent and is needed no longer."""
    now_ms = ticks_ms()
    for name in _idle():
        if ticks_diff(now_ms, _lent[name]) >= _LENT_MS:
            release(name)


def let_go():
    """Memory is short: releases all that was lent and nobody works with; who wants it next, brings it."""
    while _release_one():  # a list of them might not find room
        pass
    _collect()


def _release_one():
    for name in _lent:
        if not _held.get(name):
            release(name)
            return True
    return False


def _make_room():
    """Releases what nobody works with until there is room, what was not asked for the longest first."""
    left, free = _FEW, gc.mem_free()
    for name in sorted(_idle(), key=_lent.get):
        if free >= _LEAST and ticks_diff(ticks_ms(), _lent[name]) < _LATELY_MS:
            break
        release(name)
        left -= 1
        if not left:
            _collect()
            free = gc.mem_free()
            if free >= _ROOM:
                return
            left = _FEW
    _collect()


def _collect():
    gc.collect()
    sleep_ms(0)  # that took long: timers have their turn


def _idle():
    return [name for name in _lent if not _held.get(name)]


def roomy(make, *args):
    """make(*args); short of memory, once more without what was lent. Raises MemoryError."""
    try:
        return make(*args)
    except MemoryError:
        let_go()
        return make(*args)


def release(name):
    """Drops pilotwire.NAME; a name that is not loaded is no error."""
    _lent.pop(name, None)
    package, _, leaf = (_HOME + name).rpartition(".")
    if sys.modules.pop(_HOME + name, None):
        parent = sys.modules.get(package)
        if parent and hasattr(parent, leaf):
            delattr(parent, leaf)


def resident():
    """Names of the firmware's modules that are in memory and were not lent, sorted."""
    names = [name[len(_HOME) :] for name in sorted(sys.modules) if _ours(name)]
    return [name for name in names if name not in _lent]


def _ours(name):
    """Without a package it is known by its file, which lies in the folder of the application."""
    return name.startswith(_HOME) if _HOME else "/" not in getattr(sys.modules[name], "__file__", "/")
