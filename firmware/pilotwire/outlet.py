"""The slow half of one outlet: what it may offer, to whom, and what is booked.

The fast half (safety.py and core/connector.py) decides alone whether the contactor is closed. This half tells it two things only, the
current to offer and a permit, and reads back its state. It runs five times a second and waits for no one.
"""

from pilotwire.core import access, ticks
from pilotwire.core.session import Session
from pilotwire.core.transaction import Transaction

_LEAST_MA = 6000  # IEC 61851-1 has no duty for less: below it the offer is withdrawn
_METER_SILENT_MS = 15_000
_TRANSACTIONS = 8  # kept for the central system; more than these cannot be open without a journal


class Outlet:
    """One connector of the box with its parts. The parts a board lacks are None."""

    def __init__(self, number, box, connector, limits, faults, meter):
        self.number = number
        self.connector = connector
        self.limits = limits
        self.faults = faults
        self.meter = meter
        self.session = Session()
        self.trx = None  # None no one, 0 without a card, 1.. slot + 1; written by the key API, cleared by unplugging
        self.transaction = None  # the running one; the charge point fills in its id
        self.transactions = []  # those the central system has not finished with, oldest first
        self.offered_ma = 0
        self.reason = ""  # why access.decide said no, by name
        self._box = box
        self._plugged = False
        self._powers_w = [0] * 30
        self._power_at = 0

    def step(self, now_ms):
        """One turn of the control loop; now_ms: ticks."""
        self._apply_limits()
        self._watch_meter(now_ms)
        self._watch_car(now_ms)
        self._decide()
        self.session.charged(now_ms, self.connector.close)

    def why(self):
        """(modelStatus, sentence): why this outlet charges or does not."""
        from pilotwire import loader

        return loader.use("core.reason").why(self)

    def act(self, key, value):
        """A command written over a door: "trx" authorises or, with None, withdraws; "ack" says that a person has seen the fault."""
        if key == "trx":
            self.trx = value
        elif key == "ack":
            self.faults.acknowledge()

    @property
    def plugged(self):
        return self._plugged

    @property
    def settings(self):
        return self._box.settings

    def mean_power_w(self):
        """Mean power of the last 30 s in W."""
        return sum(self._powers_w) // len(self._powers_w)

    def second(self, now_ms):
        """Called once a second: what is averaged."""
        self._powers_w[self._power_at] = self.meter.power_w if self.meter else 0
        self._power_at = (self._power_at + 1) % len(self._powers_w)

    def _apply_limits(self):
        get, limits = self._box.settings.get, self.limits
        limits.set("user", get("amp") * 1000)
        limits.set("installer", min(get("ama") * 1000, get("installer_max_ma")))
        self._force(get("frc") == 1 or self._box.restarting)

    def _force(self, off):
        if off:
            self.limits.set("force", 0)
        else:
            self.limits.clear("force")

    def _watch_meter(self, now_ms):
        meter = self.meter
        if not meter:
            return
        if meter.at_ms is not None and ticks.diff(now_ms, meter.at_ms) < _METER_SILENT_MS:
            self.faults.clear("meter")
        elif self.connector.close:
            self.faults.set("meter")
        if meter.energy_wh is not None:
            self.session.update(meter.energy_wh)

    def _watch_car(self, now_ms):
        plugged = self.connector.plugged
        if plugged and not self._plugged:
            self._plugged_in(now_ms)
        elif self._plugged and not plugged:
            self._unplugged(now_ms)
        self._plugged = plugged

    def _plugged_in(self, now_ms):
        self._box.log.info("outlet %d: car plugged in" % self.number)
        self.session.begin(self._register_wh(), now_ms)
        if self._box.settings.get("acs") == 0:
            self.trx = 0

    def _unplugged(self, now_ms):
        self._box.log.info("outlet %d: car unplugged after %d Wh" % (self.number, self.session.wh or 0))
        self._end("EVDisconnected", now_ms)
        self.trx = None

    def _decide(self, now_ms):
        """Sets the two things the fast half hears: the current to offer and the permit."""
        get = self._box.settings.get
        allowed, self.reason = access.decide(get("acs"), get("ocppe"), self.trx, get("frc"), self.transaction)
        if self.session.limit_reached(get("dwo")):
            allowed, self.reason = False, "energy"
        if self.reason == "transaction" and self._plugged:
            self._begin_transaction(now_ms)
        least_ma = self.limits.least()
        self.allowed = allowed and least_ma >= _LEAST_MA
        self.offered_ma = least_ma if self.allowed and self._plugged else 0
        self.connector.permit = self.allowed
        self.connector.offer_ma = self.offered_ma

    def _begin_transaction(self, now_ms):
        """One transaction a plug-in, with a register read since then: without a register there is nothing to bill."""
        if self.transaction or self._ending or not self._fresh_since(self._plugged_ms):
            return
        if len(self.transactions) >= _TRANSACTIONS:
            return
        clock = self._box.clock
        self.transaction = Transaction(self.number, get_id_tag(self._box), self._register_wh(), now_ms)
        self.transaction.clock_known = clock.utc_s() is not None
        self.transactions.append(self.transaction)

    def _end(self, reason, now_ms):
        if self.transaction and not self._ending:
            self._ending = reason
            self._ending_ms = now_ms

    def _finish(self, now_ms):
        """Books the stop once the contactor is proven open and the meter was read after that; a silent meter is not waited for."""
        if not self._ending or self.connector.close:
            return
        patient = ticks.diff(now_ms, self._ending_ms) < _METER_SILENT_MS
        if patient and not self._fresh_since(self.connector.opened_ms):
            return
        self.transaction.stop(self._register_wh(), self._ending_ms, self._ending)
        self.transaction = self._ending = None

    def _fresh_since(self, since_ms):
        at_ms = self.meter.at_ms if self.meter else None
        return at_ms is not None and since_ms is not None and ticks.diff(at_ms, since_ms) > 0

    def _register_wh(self):
        return self.meter.energy_wh if self.meter else None
