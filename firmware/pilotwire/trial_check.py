"""Whether an application is healthy, minutes after its start. Its slot is good then. One that is new and cannot join
the network, though an older one could, restarts: three times, then that one is back (slots.py). Comes for it.
"""

import asyncio
import os

from micropython import const

from pilotwire import loader

_PATIENCE_MS = const(260_000)  # the access point, which must do where there is nothing to go back to, comes after 180 s


class _Page:
    """What a client asks for."""

    method, path, query = "GET", "/api/status", "filter=car"
    headers = {"host": "127.0.0.1"}


async def passed(box, quiet):
    """quiet: no task has crashed lately. That nobody starves the safety path is the watchdog's affair."""
    slots, slot = loader.lend("slots"), os.getcwd()
    replaceable = _replaceable(slots, slot)
    if not quiet or not await _healthy(box, replaceable):
        if replaceable and box.clock.up_ms() >= _PATIENCE_MS and _all_open(box) and not box.restarting:
            why = "its tasks crash, or it does not answer" if box.wifi.connected else "it cannot join the network"
            box.restart("this version is not healthy: " + why)
        return False
    slots.calm(slot)
    if not _all_open(box):  # it may cost an erase
        return False
    try:
        slots.mark_good(slot)
    except OSError as e:
        box.log.error("this version cannot be marked as good: %s" % e)
    return True


def _replaceable(slots, slot):
    """It is new, and there is another one to go back to."""
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
