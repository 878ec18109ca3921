"""The residual current monitor of an outlet: a trip opens at once and is held until people have looked, and a test that
is due holds the outlet back. When and how it is tested: core/rcm.py.
"""

from time import ticks_ms

from pilotwire.core.rcm import SelfTest


class Rcm:
    def __init__(self, outlet, driver, safety):
        self._outlet = outlet
        self._faults = outlet.faults
        self._driver = driver
        self._contactor = safety.contactor
        self._test = SelfTest(ticks_ms(), driver.testable)
        self._told = False
        if not driver.testable:
            outlet.box.notices.append("residual current monitor: it has no test line, nobody tests it")
        safety.polls += (self._look,)
        driver.watch(self._edge)

    def step(self, now_ms):
        """Five times a second; now_ms: ticks."""
        test, faults = self._test, self._faults
        if not self._driver.tripped():
            faults.clear("rcd")
        self._driver.test(test.step(now_ms, self._outlet.connector))
        if test.failed:
            faults.set("rcd_test")
        else:
            faults.clear("rcd_test")
        self._outlet.hold("rcd_testing", test.holds)
        self._tell(faults.present("rcd"))

    def _look(self):
        """With every burst of the pilot, and at an edge."""
        if self._driver.tripped():
            if self._test.window:
                self._test.saw(ticks_ms())
            else:
                self._faults.set("rcd")

    def _edge(self, _pin):
        """Sooner than the next burst. The connector hears of the fault then, and nothing closes before."""
        self._look()
        if self._faults.present("rcd"):
            self._contactor.open()

    def _tell(self, tripped):
        if tripped and not self._told:
            self._outlet.box.log.error("outlet %d: residual current" % self._outlet.number)
        self._told = tripped


def make(outlet, driver, safety):
    return Rcm(outlet, driver, safety)
