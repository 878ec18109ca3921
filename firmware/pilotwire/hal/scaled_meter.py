"""A Modbus meter whose registers are not plain f32 in V, A, W and kWh: its table says what they are. Only its boards
load this; who needs it is in docs/meters.md.
"""

from pilotwire.hal.modbus_meter import ModbusMeter
from pilotwire.proto.modbus_number import number, scaled


class ScaledMeter(ModbusMeter):
    """units: {letter of a value: (kind of its register, scale)}, see em340.py."""

    def __init__(self, spec, limits, function, runs, units):
        ModbusMeter.__init__(self, spec, limits, function, runs)
        self._units = units
        self.energy.slack_wh += max(0, units["E"][1])  # its register moves in steps, none of them is a jump

    def value(self, name, data, at):
        kind, scale = self._units[name[0]]
        return scaled(number(kind, data, at), scale)
