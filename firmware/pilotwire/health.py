"""The health report: one line on the console soon after a start, for who has just flashed. Comes for it and goes."""

import asyncio
import gc
import os

from micropython import const

from pilotwire import VERSION, loader

_LONGEST_S = const(20)  # until a network is expected


async def tell(box):
    """Waits for a network, a while, and tells how the box is."""
    for _ in range(_LONGEST_S):
        await asyncio.sleep_ms(1000)
        if _network(box):
            break
    faults = [name for outlet in box.outlets for name in outlet.faults.names()]
    box.log.info(
        "health %s: %s %s in %s, %d restarts, %s, %d bytes free"
        % (
            "FAULT " + " ".join(faults) if faults else "ok",
            box.board.NAME,
            VERSION,
            os.getcwd(),
            box.boots,
            _network(box) or "no network",
            gc.mem_free(),
        )
    )
    loader.release("health")


def _network(box):
    wifi = box.wifi
    if wifi.lan and wifi.connected and wifi.wired:
        return "Ethernet " + wifi.lan.ifconfig()[0]
    if wifi.wlan.isconnected():
        return "Wi-Fi %s %s" % (wifi.wlan.config("ssid"), wifi.wlan.ifconfig()[0])
    return "access point " + box.hostname if wifi.ap else None
