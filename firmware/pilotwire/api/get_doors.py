"""The doors that few open: what goes on at them. One function per key, found by its name (status.py); None while the
door is closed.
"""


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
