"""How hot the box is: less current when it is warm, none when it is hot or nobody knows (core/derating.py)."""

from micropython import const

from pilotwire.core import ticks
from pilotwire.core.derating import Derating

_EVERY_MS = const(2000)


class Temperature:
    """The outlet's slot "temperature" of the limits, the faults "overheat" and "sensor". tenths_c: the last good
    reading in tenths of a degree Celsius, None before the first."""

    def __init__(self, outlet, driver):
        self.tenths_c = None
        self._outlet = outlet
        self._driver = driver
        self._due_ms = outlet.box.clock.ms()
        self._derating = Derating(driver.stop_c, outlet.box.board.LIMITS["ma"], self._due_ms)

    def step(self, now_ms):
        if ticks.diff(now_ms, self._due_ms) >= 0:
            self._due_ms = ticks.add(now_ms, _EVERY_MS)
            self._read(now_ms)

    def _read(self, now_ms):
        derating, outlet = self._derating, self._outlet
        try:
            derating.feed(self._driver.read(), now_ms)
        except OSError:
            derating.feed(None, now_ms)
        self.tenths_c = derating.tenths_c
        for fault in ("overheat", "sensor"):
            if fault == derating.fault:
                outlet.faults.set(fault)
            else:
                outlet.faults.clear(fault)
        outlet.limits.set("temperature", derating.limit_ma)


def make(outlet, driver, safety):
    part = Temperature(outlet, driver)
    part.step(outlet.box.clock.ms())
    return part
