"""Watches an application that has just started, until it has shown for minutes that it is healthy: then its slot is
good. One that is new and cannot join the network, though an older one could, restarts to be replaced by that
(slots.py). Comes for it and goes again.
"""

import asyncio
import os

from micropython import const

from pilotwire import loader

_HEALTHY_MS = const(180_000)  # nobody starves the safety path for so long: the watchdog would bite
_QUIET_MS = const(60_000)  # no task has crashed for so long
_PATIENCE_MS = const(240_000)
_LOOK_MS = const(5000)


class _Page:
    """What a client asks for."""

    method, path, query = "GET", "/api/status", "filter=car"
    headers = {"host": "127.0.0.1"}


def begin(box):
    """At the start. Where no slot runs (frozen in, or a developer's tree) there is nothing to watch."""
    slot = os.getcwd()
    if slot in loader.lend("slots").SLOTS:
        box.tasks.start("trial", _watch, box, slot)


async def _watch(box, slot):
    replaceable = _replaceable(slot)
    crashes, crashed_ms = 0, 0
    while True:
        await asyncio.sleep_ms(_LOOK_MS)
        now_ms = box.clock.up_ms()
        if box.tasks.crashes != crashes:
            crashes, crashed_ms = box.tasks.crashes, now_ms
        if now_ms >= _HEALTHY_MS and now_ms - crashed_ms >= _QUIET_MS and await _healthy(box, replaceable):
            break
        if now_ms >= _PATIENCE_MS and replaceable and _all_open(box) and not box.restarting:
            why = "its tasks crash, or it does not answer" if box.wifi.connected else "it cannot join the network"
            box.restart("this version is not healthy: " + why)
    loader.lend("slots").calm(slot)
    while not _all_open(box):  # it may cost an erase
        await asyncio.sleep_ms(_LOOK_MS)
    try:
        loader.lend("slots").mark_good(slot)
    except OSError as e:
        box.log.error("this version cannot be marked as good: %s" % e)
    loader.release("trial")


def _replaceable(slot):
    """It is new, and there is another one to go back to."""
    slots = loader.lend("slots")
    other = slots.other(slot)
    return bool(not slots.read(slot, "good") and slots.sequence(other) and not slots.bad(other))


async def _healthy(box, replaceable):
    """replaceable: the access point is not enough then, where a network is known."""
    try:
        if not box.wifi.connected and (not box.wifi.ap or replaceable and _knows_network()):
            return False
        return await _answers(box)
    except Exception as e:
        box.log.error("trial: %s %s" % (type(e).__name__, e))
        return False


def _knows_network():
    return bool(loader.lend("net.wifi_store").networks())


async def _answers(box):
    """The keys can be asked for."""
    status, _, body, _ = await loader.use("api.door").Door(box).answer(_Page)
    if isinstance(body, bytes):
        return status == 200
    try:
        for _ in body:
            await asyncio.sleep_ms(0)
    finally:
        body.close()
    return status == 200


def _all_open(box):
    return all([outlet.connector.is_open for outlet in box.outlets])
