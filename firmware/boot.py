"""The first code after a reset: the contactor is held open and the pilot rests at +12 V before anything can go wrong.

The watchdog is armed by the safety path (pilotwire/safety.py), which alone feeds it, before a contactor can close.
"""

import board
from machine import Pin

Pin(board.CONTACTOR["coil"], Pin.OUT, value=0)
Pin(board.PILOT["pwm"], Pin.OUT, value=1)
