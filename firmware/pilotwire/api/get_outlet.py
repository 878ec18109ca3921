"""What the outlet does.

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
    return 16 if code == 15 and loader.lend("api.get_parts").cus(box) == 2 else code  # a lock that does not open


def cll(box):
    return {_CLL.get(owner, owner): ma // 1000 for owner, ma in _limits(box)}


def amt(box):
    limit = _limit_a(box, "temperature")
    return box.board.LIMITS["ma"] // 1000 if limit is None else limit


def cbl(box):
    return _limit_a(box, "cable")


def tcl(box):
    return _limit_a(box, "temporary")


def ocppio(box):
    """The central system has taken the outlet, or all of the box, out of service."""
    return bool(box.settings.get("ocppiv") & (1 | 1 << box.outlet.number))


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
