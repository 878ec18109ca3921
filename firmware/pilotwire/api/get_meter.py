"""What the meter says.

One function per key, found by its name (status.py). Each takes the Box and returns what json.dumps takes, or bytes that
are JSON text already where a number has decimals (floats are single precision on the chip and are not used). None is
unknown. Units are go-e's: A, W, Wh, V, ms (facts goe-api, sections 1.5 and 5).
"""

from micropython import const

from pilotwire.outlet import switched

_LIVE_MV = const(100_000)  # a phase with less is not there


def pha(box):
    """Phases after the contactor, then before it. Where no meter tells, the phases the board has
    are taken for live.
    """
    before = _live(box)
    return _fed(box) + before


def pnp(box):
    """How many phases the car is fed by."""
    return sum(_fed(box))


def fsp(box):
    """Is it one phase that is switched through?"""
    return switched(box.board, box.outlet) == 1


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


def fhz(box):
    m = box.outlet.meter
    return _decimal(m.frequency_mhz).encode() if m and m.frequency_mhz else None


def _live(box):
    m = box.outlet.meter
    if m and any(m.voltages_mv):
        return [mv > _LIVE_MV for mv in m.voltages_mv]
    return [phase < box.board.LIMITS["phases"] for phase in range(3)]


def _fed(box):
    """The phases that are switched through to the car."""
    closed, count = box.outlet.connector.close, switched(box.board, box.outlet)
    return [closed and live and phase < count for phase, live in enumerate(_live(box))]


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
