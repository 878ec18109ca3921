"""The cable in the socket, as far as the outlet goes: what it may carry, and none without a cable."""

from micropython import const

from pilotwire.core.proximity import Cable

_EVERY = const(5)  # steps: once a second, while nothing changes


class Proximity:
    def __init__(self, outlet, driver):
        self._outlet = outlet
        self._driver = driver
        self.cable = Cable(driver.least_ohm, driver.most_ohm)
        self._plugged = False
        self._wait = 0  # steps to the next reading

    def step(self, now_ms):
        """Reads while a car is plugged in: in each step until it is sure, then once a second."""
        outlet, cable = self._outlet, self.cable
        if self._plugged != outlet.plugged:
            self._plugged = outlet.plugged
            self._wait = 0
            cable.gone()
            outlet.limits.clear("cable")
            outlet.hold("cable", self._plugged)
        if not self._plugged:
            return
        if self._wait:
            self._wait -= 1
            return
        before = cable.amps
        cable.read(self._ohm())
        self._wait = _EVERY - 1 if cable.known else 0
        if cable.amps != before:
            self._tell(cable.amps)
        outlet.hold("cable", not cable.amps)

    def _ohm(self):
        try:
            return self._driver.ohm()
        except OSError:
            return None  # an ADC that fails sees no cable

    def _tell(self, amps):
        outlet = self._outlet
        if amps:
            outlet.limits.set("cable", amps * 1000)
        else:
            outlet.limits.clear("cable")
        outlet.box.log.info("outlet %d: cable for %d A" % (outlet.number, amps))


def make(outlet, driver, safety):
    return Proximity(outlet, driver)
