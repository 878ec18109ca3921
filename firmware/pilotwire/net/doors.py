"""Opens the doors that few want, when their key is on: at the start, and when the key is set. Each closes itself."""

from pilotwire import loader

_DOORS = {"men": ("modbus", "net.modbus_door"), "mce": ("mqtt", "net.mqtt_door")}


def follow(box, key):
    """The key of a door has been set, or was on when the box started."""
    name, piece = _DOORS[key]
    if box.settings.get(key) and not getattr(box, name, None):
        box.tasks.start(name, _keep, box, piece)


async def _keep(box, piece):
    await loader.use(piece).keep(box)
