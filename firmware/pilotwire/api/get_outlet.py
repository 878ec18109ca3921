"""What the outlet does, and why.

One function per key, found by its name (status.py). Each takes the Box and returns what json.dumps takes, or bytes that
are JSON text already where a number has decimals (floats are single precision on the chip and are not used). None is
unknown. Units are go-e's: A, W, Wh, V, ms (facts goe-api, sections 1.5 and 5).
"""

from pilotwire import loader

# The name of a limit's owner -> what go-e calls it in `cll`.
_CLL = {
    "user": "requestedCurrent",
    "temporary": "temporaryCurrentLimit",
    "station": "loadLimit",
    "installer": "currentLimitMax",
    "board": "hardwareCurrentLimit",
    "cable": "cableCurrentLimit",
    "temperature": "temperatureCurrentLimit",
    "grid": "gridCurrentLimit",
    "ocpp": "ocppCurrentLimit",
    "force": "forceState",
}
# The nine states of OCPP 1.6, 4.9, in the order of go-e's ocppcs.
_STATUSES = (
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEVSE",
    "SuspendedEV",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
)


def acu(box):
    outlet = box.outlet
    return outlet.limits.least() // 1000 if outlet.allowed else None


def err(box):
    row = box.outlet.faults.first()
    code = loader.lend("core.fault_codes").CODES[row[0]][0] if row else 0
    return 16 if code == 15 and cus(box) == 2 else code  # a lock that does not open


def why(box):
    return box.outlet.why()[1]


def modelStatus(box):
    return box.outlet.why()[0]


def cll(box):
    return {_CLL.get(owner, owner): ma // 1000 for owner, ma in _limits(box)}


def amt(box):
    limit = _limit_a(box, "temperature")
    return box.board.LIMITS["ma"] // 1000 if limit is None else limit


def tma(box):
    """[degrees Celsius]; [] without a sensor and before the first reading: null breaks clients (facts, section 4)."""
    part = box.outlet.parts.get("temperature")
    c = part and part.tenths_c
    return [] if c is None else b"[%s%d.%d]" % (b"-" if c < 0 else b"", abs(c) // 10, abs(c) % 10)


def cbl(box):
    return _limit_a(box, "cable")


def tcl(box):
    return _limit_a(box, "temporary")


def ocppio(box):
    """The central system has taken the outlet, or all of the box, out of service."""
    return bool(box.settings.get("ocppiv") & (1 | 1 << box.outlet.number))


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


def cdi(box):
    """Charging time in ms: type 0 is counting, type 1 stands still; None without a car."""
    outlet = box.outlet
    if not outlet.plugged:
        return None
    return {"type": 0 if outlet.connector.close else 1, "value": outlet.session.charging_ms}


def ocppcs(box):
    name = "core.ocpp_status"  # with OCPP on it is here to stay, and must not be let go
    piece = loader.use(name) if loader.here(name) else loader.lend(name)
    return _STATUSES.index(piece.status(box.outlet)[0])


def _limits(box):
    return box.outlet.limits.items()


def _limit_a(box, name):
    for owner, ma in _limits(box):
        if owner == name and ma is not None:
            return ma // 1000
    return None
