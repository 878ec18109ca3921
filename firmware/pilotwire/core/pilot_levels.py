"""The five levels of the pilot's ADC: mV at +12, +9, +6, +3 and -12 V, those of a unit beside those of its board. Pure;
tools/calibrate.py takes it too.
"""

_PART = 6  # no level may be further from the board's than this part of the span from +12 to -12 V


def parse(text, board):
    """Five levels such as "2470 2215 1960 1705 430" as pairs (ADC mV, pilot mV). None when they cannot be of a unit of
    this board, whose levels are such pairs."""
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
        if 0 < i < len(own) - 1 and not _alike(own[i - 1] - mv, board[i - 1][0] - board[i][0]):
            return None
    return tuple((mv, board[i][1]) for i, mv in enumerate(own))


def _alike(step, boards):
    """Two steps of 3 V, between which the states of the pilot lie."""
    return 3 * boards <= 4 * step and 3 * step <= 4 * boards
