"""The proximity contact of a socket: the resistor in the plug of a cable, at a divider in front of the ADC."""

from micropython import const

from pilotwire.hal.analog import Analog

_EVERY = const(50)  # bursts, of 20 ms while the contactor is closed: a reading takes 0.5 ms
_SAME = const(8)  # what reads an eighth more or less is another resistor


class Proximity:
    """contract.Proximity. The pull-up goes to supply_mv."""

    def __init__(self, adc, pull_up_ohm, supply_mv, least_ohm, most_ohm):
        self._pin = Analog(adc)
        self._pull_up_ohm = pull_up_ohm
        self._supply_mv = supply_mv
        self.least_ohm = least_ohm
        self.most_ohm = most_ohm
        self.part = None
        self._wait = _EVERY

    def ohm(self):
        mv = self._pin.mv()
        above_mv = self._supply_mv - mv
        return self._pull_up_ohm * mv // above_mv if above_mv > 0 else None

    def poll(self):
        if not self.part or not self.part.outlet.connector.close:
            return
        self._wait -= 1
        if not self._wait:
            self._wait = _EVERY
            if not self._same(self.part.ohm):
                self.part.awake = True

    def _same(self, known_ohm):
        try:
            ohm = self.ohm()
        except OSError:
            return False
        return ohm is not None and known_ohm is not None and abs(ohm - known_ohm) <= known_ohm // _SAME


def make(spec, board):
    return Proximity(spec["adc"], spec["pull_up_ohm"], spec["supply_mv"], spec["least_ohm"], spec["most_ohm"])
