"""Opens the doors that few want while their key is on: at the start, and when a key is set. Each closes itself."""

import asyncio
import gc
import sys

from micropython import const

from pilotwire import loader

_DOORS = (("men", "modbus", "net.modbus_door"), ("mce", "mqtt", "net.mqtt_door"))
_SMALL = const(160 * 1024)  # bytes of heap: with less, MQTT does not fit beside OCPP (docs/mqtt.md)
_PAUSE_MS = const(30_000)


def follow(box):
    """Opens what is on and closed."""
    for key, name, piece in _DOORS:
        if not box.settings.get(key) or getattr(box, name, None):
            continue
        if key == "mce" and crowded(box):
            tell(box)
        else:
            box.tasks.start(name, _keep, box, piece)


def crowded(box):
    """Whether OCPP is on and leaves no memory for MQTT."""
    words = 2 if sys.maxsize >> 31 else 1
    return box.settings.get("ocppe") and gc.mem_alloc() + gc.mem_free() < _SMALL * words


def tell(box):
    box.settings.notice("MQTT is closed while OCPP is on: both do not fit into the memory of this chip")


async def _keep(box, piece):
    while True:
        try:
            return await loader.use(piece).keep(box)
        except MemoryError:
            loader.let_go()
            box.settings.notice("there was no memory for %s, it is tried again" % piece)
        await asyncio.sleep_ms(_PAUSE_MS)
