"""How hot the box is: less current when it is warm, none when it is hot or nobody knows (core/derating.py). It has the
outlet's slot "temperature" of the limits, and the faults "overheat" and "sensor".

A cool box is read here and nothing else; what decides is lent for a reading that may change something.
"""

from pilotwire import loader, parts
from pilotwire.core import ticks


class Heat:
    """.short: as of a Part. The rest is core/derating.py's, which says what it is."""

    def __init__(self, outlet, driver):
        self.outlet = outlet
        self.short = False
        self._driver = driver
        box = outlet.box
        self._due_ms = box.clock.ms()
        loader.lend("core.derating").begin(self, driver.stop_c, box.board.LIMITS["ma"], self._due_ms)
        outlet.limits.set("temperature", self.limit_ma)

    def step(self, now_ms):
        """A turn that comes sooner than the next reading finds nothing to do."""
        if ticks.diff(self._due_ms, now_ms) > 0:
            return
        try:
            tenths_c = self._driver.read()
        except OSError:
            tenths_c = None
        if tenths_c is not None and self.calm_from <= tenths_c <= self.calm_to:
            self.tenths_c = self.last = tenths_c
            self.heard_ms = now_ms
        elif not self._decided(tenths_c, now_ms):
            return
        self._due_ms = ticks.add(now_ms, self.wait_ms)

    def _decided(self, tenths_c, now_ms):
        """-> whether there was memory for it; without, the outlet is held back, and the next turn reads anew."""
        outlet = self.outlet
        try:
            loader.lend("core.derating").feed(self, tenths_c, now_ms)
            parts.run_short(self, False)
        except MemoryError:
            parts.run_short(self, True)
            loader.let_go()
            return False
        for fault in ("overheat", "sensor"):
            if fault == self.fault:
                outlet.faults.set(fault)
            else:
                outlet.faults.clear(fault)
        outlet.limits.set("temperature", self.limit_ma)
        return True


def make(outlet, driver, safety):
    return Heat(outlet, driver)
