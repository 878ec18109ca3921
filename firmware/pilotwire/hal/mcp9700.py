"""A temperature sensor MCP9700: 500 mV at 0 degrees Celsius, 10 mV per degree (data sheet DS20001942)."""

from micropython import const

from pilotwire.hal.analog import Analog

_ZERO_MV = const(500)


class Mcp9700:
    """contract.Thermometer. Without the sensor the pin is at 0 V or the supply, and it tells what cannot be."""

    def __init__(self, pin, stop_c):
        self.stop_c = stop_c
        self._pin = Analog(pin)

    def read(self):
        return self._pin.mv() - _ZERO_MV


def make(spec, board):
    return Mcp9700(spec["adc"], spec["stop_c"])
