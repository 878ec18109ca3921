"""The values that are computed when asked: one function per key, found by its name. Settings, constants and what just
stands in the Box need none.

Each takes the Box and returns what json.dumps takes, or bytes that are JSON text already where
a number has decimals (floats are single precision on the chip and are not used). None is
unknown. Units are go-e's: A, W, Wh, V, ms (facts goe-api, sections 1.5 and 5). Names that begin
with "_" are no keys.
"""

import gc as _gc
import os as _os

from micropython import const

from pilotwire import loader as _loader
from pilotwire.core import calendar as _calendar

# The name of a limit's owner -> what go-e calls it in `cll`.
_CLL = {
    "user": "requestedCurrent",
    "installer": "currentLimitMax",
    "board": "hardwareCurrentLimit",
    "cable": "cableCurrentLimit",
    "temperature": "temperatureCurrentLimit",
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
_PEMS = "/pem"  # store/pem.py
_LIVE_MV = const(100_000)  # a phase with less is not there


def ama(box):
    """Never more than the board can and the installer allowed: clients take it for the end of their scale."""
    get = box.settings.get
    return min(get("ama"), get("installer_max_ma") // 1000, box.board.LIMITS["ma"] // 1000)


def acu(box):
    outlet = box.outlet
    return outlet.limits.least() // 1000 if outlet.allowed else None


def err(box):
    row = box.outlet.faults.first()
    return row[3] if row else 0


def why(box):
    return box.outlet.why()[1]


def modelStatus(box):
    return box.outlet.why()[0]


def cll(box):
    return {_CLL.get(owner, owner): ma // 1000 for owner, ma in _limits(box)}


def amt(box):
    limit = _limit_a(box, "temperature")
    return box.board.LIMITS["ma"] // 1000 if limit is None else limit


def cbl(box):
    return _limit_a(box, "cable")


def pha(box):
    """Phases after the contactor, then before it. Where no meter tells, the phases the board has
    are taken for live.
    """
    before = _live(box)
    closed = box.outlet.connector.close
    return [closed and live for live in before] + before


def pnp(box):
    """How many phases the car is fed by."""
    return sum(_live(box)) if box.outlet.connector.close else 0


def cdi(box):
    """Charging time in ms: type 0 is counting, type 1 stands still; None without a car."""
    outlet = box.outlet
    if not outlet.plugged:
        return None
    return {"type": 0 if outlet.connector.close else 1, "value": outlet.session.charging_ms}


def nrg(box):
    """U of L1 L2 L3 N, I of L1 L2 L3, P of L1 L2 L3 N and in all, power factors of L1 L2 L3 N: V,
    A, W, %. 0 where unknown.
    """
    m = box.outlet.meter
    if not m:
        return [0] * 16
    u, i, p = m.voltages_mv, m.currents_ma, m.powers_w
    text = "[%d,%d,%d,0,%s,%s,%s,%d,%d,%d,0,%d,%d,%d,%d,0]" % (
        _round(u[0]),
        _round(u[1]),
        _round(u[2]),
        _decimal(i[0]),
        _decimal(i[1]),
        _decimal(i[2]),
        p[0],
        p[1],
        p[2],
        m.power_w,
        _factor(u[0], i[0], p[0]),
        _factor(u[1], i[1], p[1]),
        _factor(u[2], i[2], p[2]),
    )
    return text.encode()


def tpa(box):
    return box.outlet.mean_power_w()


def fhz(box):
    m = box.outlet.meter
    return _decimal(m.frequency_mhz).encode() if m and m.frequency_mhz else None


def var(box):
    return 22 if box.board.LIMITS["ma"] > 16000 else 11


def rbt(box):
    return box.clock.up_ms()


def heap(box):
    _gc.collect()
    return {"used": _gc.mem_alloc(), "free": _gc.mem_free()}


def mods(box):
    return _loader.resident()


def wst(box):
    return 3 if box.wifi.connected else 6


def rssi(box):
    return box.wifi.rssi_dbm or 0  # null breaks a client (facts, section 4)


def utc(box):
    return _time(box, 0)


def loc(box):
    """Local time, a blank and the offset."""
    s = box.clock.utc_s()
    if s is None:
        return None
    offset = _calendar.offset_min(s, box.settings.get("tof"), box.settings.get("tds"))
    sign, size = ("-", -offset) if offset < 0 else ("+", offset)
    return "%s %s%02d:%02d" % (_time(box, offset * 60), sign, size // 60, size % 60)


def ocppu(box):
    """The address without its password: whoever may read the keys need not know it."""
    scheme, mark, rest = box.settings.get("ocppu").partition("://")
    where, slash, path = rest.partition("/")
    login, at, place = where.rpartition("@")
    user, colon, _ = login.partition(":")
    return scheme + mark + user + (":***" if colon else "") + at + place + slash + path


def ocppcs(box):
    name = "core.ocpp_status"  # with OCPP on it is here to stay, and must not be let go
    piece = _loader.use(name) if _loader.here(name) else _loader.lend(name)
    return _STATUSES.index(piece.status(box.outlet)[0])


def ocppck(box):
    return _stored("ocppck")


def ocppcc(box):
    return _stored("ocppcc")


def ocppsc(box):
    return _stored("ocppsc")


def _stored(key):
    """Whether there is such a file; an empty one was cut off while it was made."""
    try:
        return _os.stat(_PEMS + "/" + key)[6] > 0
    except OSError:
        return False


def _limits(box):
    return box.outlet.limits.items()


def _limit_a(box, name):
    for owner, ma in _limits(box):
        if owner == name and ma is not None:
            return ma // 1000
    return None


def _live(box):
    m = box.outlet.meter
    if m and any(m.voltages_mv):
        return [mv > _LIVE_MV for mv in m.voltages_mv]
    return [phase < box.board.LIMITS["phases"] for phase in range(3)]


def _round(milli):
    return (milli + 500) // 1000


def _decimal(milli):
    """Thousandths as a decimal number with two places, none when they are 0. Source: RFC 8259,
    section 6.
    """
    sign, milli = ("-", -milli) if milli < 0 else ("", milli)
    hundredths = (milli + 5) // 10
    if hundredths % 100:
        return "%s%d.%02d" % (sign, hundredths // 100, hundredths % 100)
    return "%s%d" % (sign if hundredths else "", hundredths // 100)


def _factor(mv, ma, w):
    """Power factor in %, 0..100; 0 without current."""
    return min(100, abs(w) * 100_000_000 // (mv * ma)) if mv > 0 and ma > 0 else 0


def _time(box, offset_s):
    s = box.clock.utc_s()
    return None if s is None else _calendar.text(s + offset_s, box.clock.utc_ms())
