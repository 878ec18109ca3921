"""A thermistor from the ADC pin to ground, with a resistor up to the supply.

Its curve are points of its data sheet. Between two of them the divider's voltage is nearly a line, so a point every 20
degrees tells the temperature within 2 degrees; beyond the curve is a broken wire, or a short.
"""

from pilotwire.hal.analog import Analog


class Ntc:
    """contract.Thermometer. curve: pairs (ohm, degrees Celsius), the coldest first."""

    def __init__(self, pin, pull_up_ohm, supply_mv, curve, stop_c):
        self.stop_c = stop_c
        self._pin = Analog(pin)
        self._points = [(supply_mv * ohm // (ohm + pull_up_ohm), c * 10) for ohm, c in curve]

    def read(self):
        mv, points = self._pin.mv(), self._points
        for i in range(1, len(points)):
            cold_mv, cold = points[i - 1]
            hot_mv, hot = points[i]
            if hot_mv <= mv <= cold_mv:
                return hot - (hot - cold) * (mv - hot_mv) // (cold_mv - hot_mv)
        raise OSError("NTC: open or shorted, %d mV" % mv)


def make(spec, board):
    return Ntc(spec["adc"], spec["pull_up_ohm"], spec["supply_mv"], spec["curve"], spec["stop_c"])
