"""Digital inputs of an outlet. An open contact stops or limits, whatever its use, so a broken wire does, too:

  enable   the offer is withdrawn until it closes
  limit    the current is limited to its `ma` until it closes: ripple control, or the grid operator's relay
  estop    opens at once and ends the transaction; goes on when it is closed and the car was unplugged
  door     opens at once, until it closes

There may be several of a use. Emergency stop and door are looked at with every burst of the pilot, the others five
times a second.
"""

from pilotwire.core.inputs import Contact, limit_ma

_FAULTS = ("estop", "door")


class Inputs:
    def __init__(self, outlet, driver, safety):
        self._outlet = outlet
        self._faults = outlet.faults
        self._driver = driver
        self._contacts = [Contact() for _ in driver.lines]
        self._uses = [at["use"] for at in driver.lines]
        if any(use in _FAULTS for use in self._uses):
            safety.polls += (self._look,)

    def step(self, now_ms):
        """Five times a second; now_ms: ticks."""
        outlet = self._outlet
        for i, contact in enumerate(self._contacts):
            contact.feed(self._driver.open(i), now_ms)
        for use in _FAULTS:
            if not self._any_open(use):
                self._faults.clear(use)
        if self._faults.present("estop"):
            outlet.end("EmergencyStop")
        outlet.hold("input_stop", self._any_open("enable"))
        ma = limit_ma(self._driver.lines, self._contacts)
        if ma is None:
            outlet.limits.clear("grid")
        else:
            outlet.limits.set("grid", ma)

    def _any_open(self, use):
        return any(c.open for c, its in zip(self._contacts, self._uses) if its == use)

    def _look(self):
        """With every burst. Counts by hand: an iterator would allocate."""
        i = 0
        while i < len(self._uses):
            use = self._uses[i]
            if (use == "estop" or use == "door") and self._driver.open(i):
                self._faults.set(use)
            i += 1


def make(outlet, driver, safety):
    return Inputs(outlet, driver, safety)
