"""The phase relay: a second contactor in L2 and L3, behind the main one, and what a careless firmware does with it."""

from .contactor import Contactor

_SOON_US = 10_000_000  # what a car wants at the least between one phase and three (EVerest's default)


class PhaseRelay:
    """data: PHASES of the board file; main: the main contactor; changed() is called when the contacts have moved.

    damage: how often it moved with the main contactor closed, and how often a car got another number of phases without
    a pause.
    """

    def __init__(self, data, timeline, changed, main):
        self.pin = data["coil"]
        self._data = data
        self._timeline = timeline
        self._main = main
        self.contactor = Contactor(timeline, changed, lambda: main.closed, data["release_ms"], data["release_ms"])
        self._hurried = 0
        self._fed = 0  # how many phases the car has now,
        self._had = 0  # and how many it had last
        self._until_us = 0  # until when

    @property
    def damage(self):
        wear = self.contactor.wear
        return wear["closings_loaded"] + wear["openings_loaded"] + self._hurried

    def behind(self, volts):
        """V behind both contactors, were the main one closed."""
        return volts if self.contactor.closed else [volts[0], 0, 0]

    def settle(self, faults, car):
        """Faults have changed, or anything else: the contacts move, the car may notice."""
        self.contactor.welded = "phases_weld" in faults
        self.contactor.dead = "phases_no_close" in faults
        self.contactor.settle()
        fed = (3 if self.contactor.closed else 1) if car and self._main.closed else 0
        if fed != self._fed:
            self._feed(fed)
        if not car:
            self._had = 0

    def _feed(self, fed):
        now_us = self._timeline.now_us
        soon = self._fed or now_us - self._until_us < _SOON_US
        if fed and self._had and fed != self._had and soon:
            self._hurried += 1
        self._had, self._until_us, self._fed = fed or self._had, now_us, fed

    def levels(self):
        """(pin, level) of the mirror contact, where there is one."""
        if self._data.get("mirror") is not None:
            at_closed = self._data["mirror_closed"]
            yield self._data["mirror"], at_closed if self.contactor.closed else 1 - at_closed

    def told(self):
        """For {"ask":"state"}."""
        return {"closed": self.contactor.closed, "wear": dict(self.contactor.wear), "damage": self.damage}


def make_phases(board, timeline, changed, main):
    """The phase relay a board has, or None."""
    data = getattr(board, "PHASES", None)
    return PhaseRelay(data, timeline, changed, main) if data else None
