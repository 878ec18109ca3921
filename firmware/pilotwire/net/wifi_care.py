"""Looks after a box that is on no network, or whose access point is on: a task that ends when all is well.

While a car charges, the network that was joined last is tried again and again, which stalls nothing. With every
contactor open all that are stored and in reach are tried (wifi_join.py), and when none could be joined for some
minutes, or none is stored, the access point comes. Nothing here restarts the chip.
"""

import asyncio

from micropython import const

from pilotwire import loader

_LONGEST_S = const(60)  # between two turns
_ALONE_MS = const(180_000)  # on no network for so long: the access point comes
_CONNECTING = const(1001)
_PIECES = "net.wifi_care", "net.wifi_join", "net.wifi_store", "net.wifi_ap", "store.records"


async def run(box):
    """Until the box is on a network and its access point is off. Crashes with OSError where the radio fails: then it is
    started anew.
    """
    wifi = box.wifi
    loader.hold(_PIECES)
    try:
        turn, alone_ms, pause_s = 0, box.clock.up_ms(), 1
        while True:
            if all_open(box) and not _busy(wifi):
                turn, pause_s = (1, 1) if wifi.asked else (turn + 1, min(2 * pause_s, _LONGEST_S))
                await _join(box, turn)
            elif not wifi.connected and wifi.wlan.config("ssid") and wifi.wlan.status() != _CONNECTING:
                wifi.wlan.connect()  # the one that it was on last
            if wifi.connected:
                turn, alone_ms, pause_s = 0, box.clock.up_ms(), 1
            _access_point(box, box.clock.up_ms() - alone_ms >= _ALONE_MS)
            if await _pause(box, pause_s):
                break
    finally:
        loader.free(_PIECES)
    wifi.cared = False
    for name in _PIECES:
        loader.release(name)


def all_open(box):
    """No car charges: what stalls may be called."""
    return all([outlet.connector.is_open for outlet in box.outlets])


def _busy(wifi):
    """There is nothing to join, or somebody at the access point whom a scan would throw off."""
    return not wifi.asked and (wifi.connected or wifi.ap and wifi.ap.isconnected())


async def _join(box, turn):
    wifi = box.wifi
    if wifi.asked:
        wifi.asked = False
        await asyncio.sleep_ms(1000)  # the answer to who asked goes out first
        if wifi.lan:
            loader.lend("net.lan_address").apply(wifi.lan)
    await loader.lend("net.wifi_join").turn(box, turn)


def _access_point(box, alone):
    """On and off, while no car charges."""
    wifi, off_with_network = box.wifi, box.settings.get("wda")
    if not all_open(box):
        return
    if wifi.ap:
        if off_with_network and wifi.connected and not wifi.ap.isconnected():
            loader.lend("net.wifi_ap").off(box)
    elif not off_with_network or not wifi.connected and (alone or not wifi.state):
        loader.lend("net.wifi_ap").on(box)


async def _pause(box, seconds):
    """-> True when all is well. Ends early when somebody asks, or the network comes or goes."""
    wifi = box.wifi
    was = wifi.connected
    for _ in range(seconds):
        await asyncio.sleep_ms(1000)
        if wifi.connected and not wifi.ap and not wifi.asked and box.settings.get("wda"):
            return True
        if wifi.asked or wifi.connected != was:
            break
    return False
