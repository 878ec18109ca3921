"""What the outlet's parts tell: lock, contacts, thermometer; as get_outlet.py, whose piece it would make too large."""


def lck(box):
    lock = box.outlet.parts.get("lock")
    return lock and (3 if lock.asked else box.settings.get("ust"))


def cus(box):
    """0 unknown, 1 unlocked, 2 does not unlock, 3 locked, 4 does not lock, 5 the mains is gone."""
    lock = box.outlet.parts.get("lock")
    if not lock:
        return None
    if lock.dark:
        return 5
    if lock.failed:
        return 4 if lock.wanted else 2
    return 0 if lock.locked is None else 3 if lock.locked else 1


def ffb(box):
    """0 the lock does what it shall, 1 it does not lock, 2 it does not open."""
    return {None: None, 2: 2, 4: 1}.get(cus(box), 0)


def rfb(box):
    """What the mirror contact says: 1 closed, 0 open; None on a board without one."""
    closed = box.paths[box.outlet.number - 1].contactor.feedback()
    return closed if closed is None else int(closed)


def din(box):
    """The digital inputs, the first one lowest: 1 counts as open; None without any."""
    contacts = box.outlet.parts.get("inputs")
    return contacts and sum([is_open << n for n, is_open in enumerate(contacts.opened)])


def tma(box):
    """[degrees Celsius]; [] without a sensor and before the first reading: null breaks clients (facts, section 4)."""
    part = box.outlet.parts.get("temperature")
    c = part and part.tenths_c
    return [] if c is None else b"[%s%d.%d]" % (b"-" if c < 0 else b"", abs(c) // 10, abs(c) % 10)
