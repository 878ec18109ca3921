"""The slow half of one outlet: what it may offer, to whom, and what is booked.

The fast half (safety.py and core/connector.py) decides alone whether the contactor is closed. This half tells it two
things only, the current to offer and a permit, and reads back its state. It runs five times a second and waits for
no one.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import access, ticks
from pilotwire.core.session import Session
from pilotwire.core.transaction import Transaction

_LEAST_MA = const(6000)  # IEC 61851-1 has no duty for less: below it the offer is withdrawn
_METER_SILENT_MS = const(15_000)
_TRANSACTIONS = const(8)  # open ones at the most: without a journal they live in RAM
_MEAN_S = const(30)


class Outlet:
    """One connector of the box with its parts; meter is None where the board has none."""

    def __init__(self, number, box, connector, limits, meter):
        self.number = number
        self.connector = connector
        self.faults = connector.faults
        self.limits = limits
        self.settings = box.settings
        self.meter = meter
        self.session = Session()
        self.plugged = False
        self.trx = None  # None: no one, 0: without a card, 1..: card slot + 1; set by a door, cleared by unplugging
        self.transaction = None  # the running one; the charge point fills in its id and phase
        self.transactions = []  # those the central system has not finished with, oldest first
        self.allowed = False  # someone may charge, and with 6 A or more
        self.offered_ma = 0
        self.reason = ""  # why access.decide() said no
        self._box = box
        self._plugged_ms = 0
        self._ending = None  # why the transaction ends, while its last reading is awaited
        self._ending_ms = 0
        self._powers_w = [0] * _MEAN_S

    def step(self, now_ms):
        """One turn of the control loop; now_ms: ticks."""
        self._apply_limits()
        self._watch_meter(now_ms)
        self._watch_car(now_ms)
        self._finish(now_ms)
        self._decide(now_ms)
        self.session.charged(now_ms, self.connector.close)

    def second(self):
        """Once a second: takes the power for the mean."""
        self._powers_w.pop(0)
        self._powers_w.append(self.meter.power_w if self.meter else 0)

    def act(self, key, value):
        """A command of a door or a person: "trx" authorises or, with None, withdraws; "ack": a person has seen to the
        fault."""
        if key == "trx":
            self.trx = value
        elif key == "ack":
            self.faults.acknowledge()

    def why(self):
        """(modelStatus, sentence): why this outlet charges or does not."""
        model, *what = loader.lend("core.reason").why(self)
        return model, loader.lend("texts").why(what)

    @property
    def car(self):
        """go-e's `car`: 0 unknown, 1 no car, 2 charging, 3 waiting for the car, 4 complete, 5 error."""
        if self.faults.any:
            return 5
        if not self.plugged:
            return 1
        if self.connector.close:
            return 2
        return 4 if self.session.charging_ms else 3

    def mean_power_w(self):
        """Mean power of the last 30 s."""
        return sum(self._powers_w) // _MEAN_S

    def _apply_limits(self):
        get, limits = self.settings.get, self.limits
        limits.set("user", get("amp") * 1000)
        limits.set("installer", min(get("ama") * 1000, get("installer_max_ma")))
        if get("frc") == 1:
            limits.set("force", 0)
        else:
            limits.clear("force")

    def _watch_meter(self, now_ms):
        meter = self.meter
        if not meter:
            return
        if meter.at_ms is not None and ticks.diff(now_ms, meter.at_ms) < _METER_SILENT_MS:
            self.faults.clear("meter")
        elif self.plugged and ticks.diff(now_ms, self._plugged_ms) >= _METER_SILENT_MS:
            self.faults.set("meter")
        if meter.energy_wh is not None:
            self.session.update(meter.energy_wh)

    def _watch_car(self, now_ms):
        plugged = self.connector.plugged
        if plugged != self.plugged:
            self.plugged = plugged
            if plugged:
                self._plugged_in(now_ms)
            else:
                self._unplugged(now_ms)

    def _plugged_in(self, now_ms):
        self._box.log.info("outlet %d: car plugged in" % self.number)
        self._plugged_ms = now_ms
        self.session.begin(self._register_wh(), now_ms)
        if self.settings.get("acs") == 0:
            self.trx = 0

    def _unplugged(self, now_ms):
        self._box.log.info("outlet %d: car unplugged after %d Wh" % (self.number, self.session.wh))
        self.trx = None
        if self.transaction:
            self._ending = "EVDisconnected"
            self._ending_ms = now_ms

    def _decide(self, now_ms):
        """Sets the two things the fast half hears: the current to offer and the permit."""
        get = self.settings.get
        may, self.reason = access.decide(get("acs"), get("ocppe"), self.trx, get("frc"), self.transaction)
        if self.session.limit_reached(get("dwo")):
            may, self.reason = False, "energy"
        if self._box.restarting:
            may, self.reason = False, "restart"
        if self.reason == "transaction" and self.plugged and not self.transaction:
            self._begin(now_ms)
        least_ma = self.limits.least()
        self.allowed = may and least_ma >= _LEAST_MA
        self.offered_ma = least_ma if self.allowed and self.plugged else 0
        self.connector.permit = self.allowed
        self.connector.offer_ma = self.offered_ma

    def _begin(self, now_ms):
        """One transaction a plug-in, with a register read since then: without a register there is nothing to bill."""
        if not self._read_since(self._plugged_ms) or len(self.transactions) >= _TRANSACTIONS:
            return
        t = Transaction(self.number, self.settings.get("ocppd"), self._register_wh(), now_ms)
        t.clock_known = self._box.clock.utc_s() is not None
        self.transaction = t
        self.transactions.append(t)

    def _finish(self, now_ms):
        """Books the stop once the contactor is proven open and the meter was read after that. A silent meter is not
        waited for: then its last reading counts."""
        if not self._ending:
            return
        patient = ticks.diff(now_ms, self._ending_ms) < _METER_SILENT_MS
        opened_ms = self.connector.opened_ms
        since_ms = self._ending_ms if opened_ms is None else opened_ms
        if patient and not (self.connector.is_open and self._read_since(since_ms)):
            return
        self.transaction.stop(self._register_wh(), self._ending_ms, self._ending)
        self.transaction = self._ending = None

    def _read_since(self, since_ms):
        at_ms = self.meter.at_ms if self.meter else None
        return at_ms is not None and ticks.diff(at_ms, since_ms) > 0

    def _register_wh(self):
        return self.meter.energy_wh if self.meter else None
