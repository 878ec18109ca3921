"""From what the ADC told with a resistor each to the five levels of a unit, and whether they can be. Pure.

A reading is what the ADC told in mV while the pilot's source was at +12 V (high) and at -12 V (low), behind 1 kOhm.
"""

from collections import namedtuple

from tools.sim.world.electrics import plateaus

Reading = namedtuple("Reading", ("high_mv", "low_mv", "noise_mv"))
LEVELS_MV = (12000, 9000, 6000, 3000, -12000)
STATES = "ABCD"
_NOISE_MV = 40  # a burst differs from the next one by so much at the most
_OFF_MV = 400  # of the pilot: a resistor of 5 % and the diode's own spread


class Refused(Exception):
    """Why there are no levels; the text says what to look for."""


def levels(readings):
    """{"A": Reading, .. "D": Reading} -> ([ADC mV at +12, +9, +6, +3, -12 V], [remarks for people]). Raises Refused."""
    for state in STATES:
        if readings[state].noise_mv > _NOISE_MV:
            raise Refused(f"{state}: the voltage moves by {readings[state].noise_mv} mV. Look for a loose wire.")
    high = [readings[state].high_mv for state in STATES]
    low_mv = readings["A"].low_mv
    if not all(a > b for a, b in zip(high, (*high[1:], low_mv), strict=True)):
        raise Refused(f"The levels do not fall: {high} and {low_mv} mV. Was each resistor the one that was asked for?")
    diode = _has_diode(readings)
    true_mv = [plateaus(state, diode_shorted=not diode)[0] for state in STATES]
    points = list(zip(true_mv, high, strict=True))
    remarks = [] if diode else ["The resistors have no diode; that is reckoned with."]
    _refuse_bend(points)
    if points[0][1] < _on(points[1:], 12000) - _step(points) * _OFF_MV / 1000:
        points[0] = 12000, _on(points[1:], 12000)
        remarks.append("+12 V is more than the ADC can tell; its level is worked out from the others.")
    expected = _on(points[1:], -12000)
    if low_mv > expected + _step(points):
        remarks.append(f"-12 V reads {low_mv} mV, a straight divider has {expected:.0f}: the ADC ends there.")
    points.append((-12000, low_mv))
    return [round(_between(points, mv)) for mv in LEVELS_MV], remarks


def _has_diode(readings):
    """With a diode the low half is as without a load."""
    span = readings["A"].high_mv - readings["A"].low_mv
    return all(abs(readings[state].low_mv - readings["A"].low_mv) * 10 < span for state in "BCD")


def _refuse_bend(points):
    """B, C and D lie on a line, +12 V on it or, where the ADC ends, below it."""
    (_, _), b, c, d = points
    off_mv = (c[1] - _on((b, d), c[0])) / _step(points) * 1000
    if abs(off_mv) > _OFF_MV:
        raise Refused(f"C is {off_mv:.0f} mV (of the pilot) off the line from B to D. Was each resistor the right one?")
    off_mv = (points[0][1] - _on((b, c, d), 12000)) / _step(points) * 1000
    if off_mv > 2 * _OFF_MV:
        raise Refused(
            f"+12 V is {off_mv:.0f} mV (of the pilot) too high. Was B measured with something else plugged in?"
        )


def _step(points):
    """ADC mV per V of the pilot, from B to D."""
    return (points[1][1] - points[3][1]) / (points[1][0] - points[3][0]) * 1000


def _on(points, mv):
    """The ADC's value on the line through the first and the last point."""
    (x, y), (x2, y2) = points[0], points[-1]
    return y + (y2 - y) * (mv - x) / (x2 - x)


def _between(points, mv):
    """The ADC's value between the two points around it."""
    for above, below in zip(points, points[1:], strict=False):
        if above[0] >= mv >= below[0]:
            return _on((above, below), mv)
    raise ValueError(mv)
