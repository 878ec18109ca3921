"""The relay in the pilot wire, and the one use of its own: a car that sleeps is woken. See core/wake.py."""

from pilotwire.core.apart import Apart
from pilotwire.core.wake import Wake


class Waking:
    """.apart is what else may want the wire open (phases.py) asks."""

    def __init__(self, outlet, relay):
        self.apart = Apart(outlet.connector, relay)
        self._outlet = outlet
        self._wake = Wake(outlet.connector, self.apart)

    def step(self, now_ms):
        outlet = self._outlet
        self._wake.step(now_ms, outlet.allowed and outlet.settings.get("su") and not outlet.faults.any)


def make(outlet, driver, safety):
    return Waking(outlet, driver)
