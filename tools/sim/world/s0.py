"""A meter that gives pulses (S0): the chip's counter at its pin is told of each (tools/sim/chip/counter.py)."""

_COUNTER = 200  # a pin is the UART of this number and more
_WH_US = 3.6e9  # W x us in a Wh


class S0:
    """As meter.Meter, as far as a wire with pulses goes. Fault "meter": the wire is broken."""

    def __init__(self, data, outlet, timeline):
        self.uart = _COUNTER + data["pin"]
        self.wh = 0.0
        self.send = lambda data: None
        self._pulse_wh = 1000 / data["pulses_kwh"]
        self._since_wh = 0.0  # the last pulse
        self._outlet = outlet
        self._timeline = timeline
        self._next = None

    def count(self, wh):
        self.wh += max(0, wh)
        self._since_wh += max(0, wh)
        if wh > 0 and self._next is None:
            self._next = self._timeline.after(0, self._look)

    @property
    def register_wh(self):
        return int(self.wh)

    def receive(self, data):
        """Nobody talks to it."""

    def _look(self):
        """Give the pulses that are due, and come again for the next one."""
        self._next = None
        pulses = int(self._since_wh / self._pulse_wh + 1e-9)
        self._since_wh = max(0.0, self._since_wh - pulses * self._pulse_wh)
        if pulses and "meter" not in self._outlet.faults:
            self.send(bytes((min(pulses, 255),)))
        watts = sum(self._outlet.watts())
        if watts > 0:
            lacks_wh = self._pulse_wh - self._since_wh
            self._next = self._timeline.after(lacks_wh * _WH_US / watts + 1, self._look)
