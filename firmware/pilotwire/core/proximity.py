"""What the resistor in a cable's plug says that the cable may carry (IEC 61851-1, Annex B, table B.2).

The cable in the socket is any object that gone() was called for. .amps: what it may carry, 0: there is none, or it is
not known yet.
"""

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


def gone(cable):
    """No car is plugged in: the next cable is another one."""
    cable.amps = 0
    cable.known = False  # enough was read
    cable.most_a = None  # the weakest that was seen in this plug-in
    cable.read_a = None
    cable.same = 0


def read(cable, amps):
    """A reading: its rating. Within a plug-in a rating only falls; it comes back from "no cable"."""
    cable.same = cable.same + 1 if amps == cable.read_a else 1
    cable.read_a = amps
    if cable.same < _SAME:
        cable.known = False
        return
    cable.known = True
    if amps:
        cable.most_a = min(amps, cable.most_a or amps)
    cable.amps = cable.most_a if amps else 0
