"""From the power that the grid operator leaves to the current of each phase. Pure.

Paragraph 14a EnWG: wallboxes above 4.2 kW can be dimmed to 4.2 kW. Facts evse-hardware 2.1: W / 230 / phases, 6..32 A;
4200 W are 6.09 A on three phases and 18.26 A on one.
"""

from micropython import const

_VOLT = const(230)
_LEAST_MA = const(6000)  # IEC 61851-1 has no duty for less, and 4.2 kW are meant to let a car charge
_MOST_MA = const(32000)


def limit_ma(w, phases):
    """-> mA; 0 W is a pause."""
    return max(_LEAST_MA, min(_MOST_MA, w * 1000 // (_VOLT * phases))) if w else 0
