"""The phase relay: one phase or three, as the key `psm` wants it. See core/phases.py."""

from pilotwire.core.apart import Apart
from pilotwire.core.phases import Phases


class Switching:
    """.three: are L2 and L3 switched through?"""

    def __init__(self, outlet, relay):
        wire = outlet.parts.get("disconnect")
        apart = wire.apart if wire else Apart(outlet.connector, None)
        self.three = False
        self._outlet = outlet
        self._relay = relay
        self._phases = Phases(outlet.connector, apart, relay.release_ms)
        self._fault = None

    def step(self, now_ms):
        outlet, phases = self._outlet, self._phases
        get = outlet.settings.get
        phases.watch(now_ms, self._relay.feedback())
        self._fault = phases.wrong
        psm = get("psm")
        phases.step(now_ms, psm != 1, psm != 0, get("psmd"), get("mptwt"))
        outlet.hold("phases", phases.hold)
        if phases.three != self.three:
            self._move(phases.three)

    def poll(self):
        """Of the safety path, before the connector has its tick, which clears what the main contactor does not show."""
        if self._fault:
            self._outlet.faults.set(self._fault)

    def _move(self, three):
        self.three = three
        if three:
            self._relay.close()
        else:
            self._relay.open()
        meter = self._outlet.meter
        if getattr(meter, "estimated", False):
            meter.phases = 3 if three else 1
        self._outlet.box.log.info("outlet %d: %d phases" % (self._outlet.number, 3 if three else 1))


def make(outlet, driver, safety):
    switching = Switching(outlet, driver)
    safety.polls += (switching.poll,)
    return switching
