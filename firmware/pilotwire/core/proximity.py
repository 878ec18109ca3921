"""What the resistor in a cable's plug says that the cable may carry (IEC 61851-1, Annex B, table B.2)."""

from micropython import const

# Below so many Ohm: A. Nominal are 100, 220 and 680 Ohm, and 1500 for the weakest; the borders are WARP's
_RATINGS = ((150, 63), (330, 32), (1000, 20))
_WEAKEST_A = const(13)
_SAME = const(3)  # readings in a row that say the same, to be believed


def rating_a(ohm, least_ohm, most_ohm):
    """What a cable with this resistor may carry in A; 0, no cable: nothing is read (None), a short, an open contact."""
    if ohm is None or not least_ohm <= ohm <= most_ohm:
        return 0
    return max([amps for below_ohm, amps in _RATINGS if ohm < below_ohm] or [_WEAKEST_A])


class Cable:
    """The cable in the socket. .amps: what it may carry, 0: there is none, or it is not known yet."""

    def __init__(self, least_ohm, most_ohm):
        self._least_ohm, self._most_ohm = least_ohm, most_ohm
        self.gone()

    def gone(self):
        """No car is plugged in: the next cable is another one."""
        self.amps = 0
        self.known = False  # enough was read
        self._most_a = None  # the weakest that was seen in this plug-in
        self._read_a = None
        self._same = 0

    def read(self, ohm):
        """A reading. Within a plug-in a rating only falls; it comes back from "no cable"."""
        amps = rating_a(ohm, self._least_ohm, self._most_ohm)
        self._same = self._same + 1 if amps == self._read_a else 1
        self._read_a = amps
        if self._same < _SAME:
            self.known = False
            return
        self.known = True
        if amps:
            self._most_a = min(amps, self._most_a or amps)
        self.amps = self._most_a if amps else 0
