"""The first code after a reset: all contactors are held open, all pilots rest at +12 V before anything can go wrong.

The watchdog is armed by the safety path (pilotwire/safety.py), which alone feeds it, before a contactor can close.
"""

import board
from machine import Pin

for _part, _field, _level in (("CONTACTOR", "coil", 0), ("PHASES", "coil", 0), ("PILOT", "pwm", 1)):
    for _outlet in (board.__dict__, getattr(board, "OUTLET_2", {})):
        if _outlet.get(_part):
            Pin(_outlet[_part][_field], Pin.OUT, value=_level)
del _outlet  # main.py runs in the same names
