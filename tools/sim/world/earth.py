"""The monitor of the protective earth: a level, or as long as there is an earth a square wave of the mains' frequency.

The latter is told as pulses, both edges of a period at once: the chip counts them by interrupt (tools/sim/chip/irq.py).
"""

_PIN = 200  # a pin's pulses are bytes of the UART of this number and more
_PERIOD_US = 20_000


def make_earth(board, outlet, timeline):
    """None where the board has none."""
    data = getattr(board, "EARTH", None)
    if data is None:
        return None
    return Wave(data, outlet, timeline) if data.get("kind") == "earth_mains" else Level(data, outlet.faults)


class Level:
    """data: the board's EARTH. Fault "pe": it is gone."""

    def __init__(self, data, faults):
        self._data = data
        self._faults = faults

    def levels(self):
        """(pin, level)"""
        present = self._data["present"]
        yield self._data["pin"], 1 - present if "pe" in self._faults else present


class Wave:
    """send(number, bytes) is the link's."""

    def __init__(self, data, outlet, timeline):
        self.send = lambda number, data: None
        self._number = _PIN + data["pin"]
        self._outlet = outlet
        self._timeline = timeline
        timeline.after(_PERIOD_US, self._period)

    def levels(self):
        """What it shows are pulses."""
        return ()

    def _period(self):
        if "pe" not in self._outlet.faults and self._outlet.volts()[0]:
            self.send(self._number, b"\x01")
        self._timeline.after(_PERIOD_US, self._period)
