"""A pilot wire with a car and a contactor on it, for tests of the connector. Time moves by `run`."""

from pilotwire.core import ticks
from pilotwire.core.connector import Connector
from pilotwire.core.duty import OFF, STEADY

_HIGH_MV = {"A": 12000, "B": 9000, "C": 6000, "D": 3000, "E": 0}


class Wire:
    """Tests set car, diode, frozen (a burst that is read whatever happens), welded, stuck, mirror."""

    def __init__(self, car="A", release_ms=30, mirror=True, now_ms=1000):
        self.box = Connector(release_ms, 30, mirror)
        self.now_ms = now_ms
        self.car = car
        self.diode = True
        self.frozen = None
        self.welded = self.stuck = False
        self.mirror = mirror
        self.contact = False  # the main contacts
        self._since_ms = 0  # how long they have differed from the command
        self.log = []  # (ms of the run, state) at every change

    def burst(self):
        """-> (high_mv, low_mv) at the car's end."""
        if self.frozen:
            return self.frozen
        high, duty = _HIGH_MV[self.car], self.box.duty
        if duty == OFF:
            return -12000, -12000
        if duty == STEADY:
            return high, high
        return high, -12000 if self.diode or self.car in "AE" and high else -high

    def tick(self, dt_ms=None):
        dt_ms = self.box.period_ms if dt_ms is None else dt_ms
        self.now_ms = ticks.add(self.now_ms, dt_ms)
        self._move_contacts(dt_ms)
        high_mv, low_mv = self.burst()
        self.box.tick(self.now_ms, high_mv, low_mv, self.contact if self.mirror else None)

    def _move_contacts(self, dt_ms):
        if self.contact == self.box.close:
            self._since_ms = 0
            return
        self._since_ms += dt_ms
        if not (self.stuck if self.box.close else self.welded) and self._since_ms >= 30:
            self.contact = self.box.close

    def run(self, ms):
        """Let ms pass, in ticks as the connector asks for them."""
        passed = 0
        while passed < ms:
            before = self.box.state
            dt_ms = min(self.box.period_ms, ms - passed)
            self.tick(dt_ms)
            passed += dt_ms
            if self.box.state != before:
                self.log.append((passed, self.box.state))
        return self

    def until(self, state, most_ms=60000):
        """Let time pass until the state is reached -> ms it took. Fails after most_ms."""
        passed = 0
        while self.box.state != state:
            passed += self.box.period_ms
            assert passed <= most_ms, "%s instead of %s" % (self.box.state, state)
            self.tick()
        return passed

    def offer(self, ma=16000, permit=True):
        self.box.offer_ma = ma
        self.box.permit = permit
        return self


def charging(**options):
    """A wire with a car that charges for a second at 16 A."""
    wire = Wire(**options).offer().run(6000)
    wire.car = "B"
    wire.run(300)
    wire.car = "C"
    wire.until("C2", 3000)
    return wire.run(1000)
