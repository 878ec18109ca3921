"""The slow loop of the wallbox: five turns a second for what is decided, lit, pressed and saved."""

import asyncio
import gc
import sys

import machine
from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_TURN_MS = const(200)
_TURNS = const(5)  # a second
_ANSWER_MS = const(500)  # who asked for a restart is answered before it comes
_METER_MS = const(1000)  # between two reads of the meter
_LOW_BYTES = const(6000)  # less than this free: what was lent goes before its minute is over
_GC_SHARE = const(8)  # of the heap is allocated between two collections; twice as often, a status takes twice as long


def run(box):
    """Runs the wallbox that app.py has made; returns only by an exception."""
    gc.collect()
    gc.threshold((gc.mem_alloc() + gc.mem_free()) // _GC_SHARE)
    asyncio.run(_run(box))


async def _run(box):
    asyncio.get_event_loop().set_exception_handler(lambda _, context: _report(box, context["exception"]))
    turn = 0
    while True:
        turn += 1
        try:
            step(box)
            if turn % _TURNS == 0:
                second(box)
        except MemoryError:  # the safety path needs none; what was lent has to make room
            loader.let_go()
            box.log.error("control: out of memory")
        await asyncio.sleep_ms(_TURN_MS)


def step(box):
    """One turn: outlets and panels, the safety path's sign of life, what waits for the flash or for a restart."""
    now_ms = box.clock.ms()
    closed = ending = False
    for outlet in box.outlets:
        outlet.step(now_ms)
        outlet.panel.step(now_ms)
        outlet.latch.keep()
        closed = closed or not outlet.connector.is_open
        ending = ending or outlet.ending
    for path in box.paths:
        path.beat()
    box.settings.flush(now_ms, closed)
    asked = box.restarting and ticks.diff(now_ms, box.restart_ms) >= _ANSWER_MS
    if asked and not closed and not ending:
        loader.lend("sampling").keep(box)
        machine.reset()


def second(box):
    """What is done once a second."""
    up_ms = box.clock.up_ms()  # no wrap of the ticks is missed
    for outlet in box.outlets:
        outlet.second()
    box.wifi.second(box)
    loader.sweep()
    if gc.mem_free() < _LOW_BYTES:
        gc.collect()
        if gc.mem_free() < _LOW_BYTES:
            loader.let_go()
    get = box.settings.get
    if box.watching or get("gla") or get("fse") and up_ms - box.commanded_ms >= get("fsc") * 1000:
        box.watching = loader.lend("watch").second(box)


async def read_meters(outlets):
    """The task that reads the meters, one after the other: they may share a wire. Silence is no error here: the outlet
    decides what it means."""
    while True:
        for outlet in outlets:
            try:
                await outlet.meter.read()
                outlet.metered()
            except OSError:
                pass
            except MemoryError:
                loader.let_go()
        await asyncio.sleep_ms(_METER_MS)


def _report(box, e):
    box.log.error("a task without a supervisor ended: %s %s" % (type(e).__name__, e))
    sys.print_exception(e)
