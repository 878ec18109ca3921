"""Contacts at digital inputs. One that is closed connects its pin; one that is open, or has a broken wire, leaves it to
its pull: the chip's own or, where the pin has none, the resistor that the wiring must have.
"""

from tools.board_chips import chip

_FLOATS = -1


def lines(board):
    """The lines of a board's INPUTS, () when it has none."""
    return (getattr(board, "INPUTS", None) or {"lines": ()})["lines"]


def line(board, use):
    """The first line of a use, or None."""
    return next((at for at in lines(board) if at["use"] == use), None)


class Contacts:
    """All are closed at first, which is the state of a wallbox in order. faults: estop presses the emergency stop."""

    def __init__(self, board, faults):
        self._lines = lines(board)
        self._faults = faults
        self._bare = getattr(chip(getattr(board, "MCU", None)), "input_only", ())
        self.opened = set()  # uses whose contacts are open

    def switch(self, use, on):
        """Closes (on) or opens every contact of a use. ValueError names the uses that the board has."""
        uses = sorted({at["use"] for at in self._lines})
        if use not in uses:
            raise ValueError("no such input (INPUTS); the board has: {}".format(" ".join(uses) or "none"))
        (self.opened.discard if on else self.opened.add)(use)

    def levels(self):
        """(pin, level), the level -1 where nothing drives it."""
        for at in self._lines:
            opened = at["use"] in self.opened or at["use"] == "estop" and "estop" in self._faults
            pulled = 1 - at["closed"] if at["pin"] in self._bare else _FLOATS
            yield at["pin"], pulled if opened else at["closed"]
