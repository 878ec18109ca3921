"""The doors that few open: what goes on at them. One function per key, found by its name (status.py); None while the
door is closed.
"""


def mcs(box):
    return hasattr(box, "mqtt") and box.mqtt is not None


def mcc(box):
    return _at(box, "mqtt", "connected") or False


def mcca(box):
    return _at(box, "mqtt", "connected_at_ms")


def mlr(box):
    return _at(box, "mqtt", "last_error")


def mlra(box):
    return _at(box, "mqtt", "last_error_at_ms")


def mro(box):
    return _at(box, "modbus", "reads") or 0


def mwo(box):
    return _at(box, "modbus", "writes") or 0


def mstr(box):
    return _at(box, "modbus", "read_ms")


def mstw(box):
    return _at(box, "modbus", "wrote_ms")


def _at(box, door, what):
    found = getattr(box, door, None)
    return found and getattr(found, what)
