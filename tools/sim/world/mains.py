"""The mains before the contactor: 230 V on each phase the board has, and what may be wrong."""

_NORMAL_V = 230
_OVER_V = 270  # above the 264 V at which chargers pause
_UNDER_V = 180  # below 0.8 of nominal
HERTZ = 50.0


def volts(phases, faults, held=None):
    """V on L1, L2, L3. phases: 1 or 3 as the board is wired; faults: names that are on; held: these instead of 230.

    phase_loss takes L2, the first a car with two phases misses; a board with one phase has none to
    lose.
    """
    level = _NORMAL_V
    if "overvoltage" in faults:
        level = _OVER_V
    if "undervoltage" in faults:
        level = _UNDER_V
    wired = held if held and level == _NORMAL_V else [level] * 3
    found = [wired[phase] if phase < phases else 0 for phase in range(3)]
    if "phase_loss" in faults and phases > 1:
        found[1] = 0
    return found
