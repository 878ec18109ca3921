"""The proximity contact of a socket: the resistor in the plug of a cable, at a divider in front of the ADC."""

from pilotwire.hal.analog import Analog


class Proximity:
    """contract.Proximity. The pull-up goes to supply_mv."""

    def __init__(self, adc, pull_up_ohm, supply_mv, least_ohm, most_ohm):
        self._pin = Analog(adc)
        self._pull_up_ohm = pull_up_ohm
        self._supply_mv = supply_mv
        self.least_ohm = least_ohm
        self.most_ohm = most_ohm

    def ohm(self):
        mv = self._pin.mv()
        above_mv = self._supply_mv - mv
        return self._pull_up_ohm * mv // above_mv if above_mv > 0 else None


def make(spec, board):
    return Proximity(spec["adc"], spec["pull_up_ohm"], spec["supply_mv"], spec["least_ohm"], spec["most_ohm"])
