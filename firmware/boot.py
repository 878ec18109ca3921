"""The first code after a reset: which slot's application runs, and by its board all contactors are held open, all
pilots rest at +12 V, before anything can go wrong. Then the start is counted (pilotwire/slots.py).

main.py runs in the same names: `slot` is the folder to run, None: safe mode. Nothing is raised here, and the folder
stays: the port would not run main.py, or not find it. The watchdog is armed by main.py, then by the safety path.
"""

import os
import sys

slot = board = None
try:
    _home = os.getcwd()
    try:
        os.chdir("safe")
        import slots
    except (OSError, ImportError):  # a tree of a developer
        os.chdir(_home)
        import slots
    os.chdir(_home)
    slot, board = slots.enter(_home)
    from machine import Pin

    for _part, _field, _level in (("CONTACTOR", "coil", 0), ("PHASES", "coil", 0), ("PILOT", "pwm", 1)):
        for _outlet in (board.__dict__, getattr(board, "OUTLET_2", {})) if board else ():
            if _outlet.get(_part):
                Pin(_outlet[_part][_field], Pin.OUT, value=_level)
    _outlet = None  # or it would stay in memory
    slots.count(slot)
    slots = None
except Exception as e:
    sys.print_exception(e)
sys.modules.pop("slots", None)  # the slot has its own
