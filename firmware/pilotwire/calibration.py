"""What the pilot's ADC tells on this very unit. Needed when the wallbox starts, and not in memory after that.

Five levels that were measured on it (setting `pilot_levels`, written by tools/calibrate.py) take the place of the board
file's. An old ESP32 has no reference burnt into it: its ADC may be 10 % off, and the 9 V of a car that does not ask for
current could be taken for the 6 V of one that does. Such a unit does not charge without levels of its own.
"""

from machine import ADC, Pin
from micropython import const

from pilotwire import loader

_PART = const(6)  # no level may be further from the board's than this part of the span from +12 to -12 V


def calibrate(box, boards):
    """Sets the pilots of a box that is about to start. boards: as each outlet sees the board."""
    texts = box.settings.get("pilot_levels").split(";")
    for n, board in enumerate(boards):
        pilot, text = box.paths[n].pilot, texts[n] if n < len(texts) else ""
        own = levels(text, board.PILOT["levels"])
        if own:
            pilot.levels = own
        elif text:
            box.settings.notice("pilot %d: the saved levels cannot be, those of the board are used" % (n + 1))
        adc = ADC(Pin(board.PILOT["adc"]), atten=ADC.ATTN_11DB)
        pilot.read, exact = loader.use("hal.adc_reader").reader(adc)
        if not exact and not own:
            box.settings.notice("pilot %d: the chip's ADC has no reference, calibrate it" % (n + 1))
            box.outlets[n].hold("uncalibrated", True)
    loader.release("hal.adc_reader")


def levels(text, board):
    """Five levels such as "2470 2215 1960 1705 430", mV at +12, +9, +6, +3 and -12 V, as pairs (ADC mV, pilot mV).
    None when they cannot be of a unit of this board, whose levels are such pairs."""
    try:
        own = [int(word) for word in text.split()]
    except ValueError:
        return None
    if len(own) != len(board):
        return None
    span = board[0][0] - board[-1][0]
    for i, mv in enumerate(own):
        if abs(mv - board[i][0]) * _PART > span:
            return None
        if 0 < i < len(own) - 1:  # the steps of 3 V between which the states lie
            step, boards = own[i - 1] - mv, board[i - 1][0] - board[i][0]
            if 3 * boards > 4 * step or 3 * step > 4 * boards:
                return None
    return tuple((mv, board[i][1]) for i, mv in enumerate(own))
