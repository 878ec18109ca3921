"""The slow half of one outlet: what it may offer, to whom, and what is booked.

The fast half (safety.py and core/connector.py) decides alone whether the contactor is closed. This half tells it two
things only, the current to offer and a permit, and reads back its state. It runs five times a second and waits for
no one.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import access, ticks
from pilotwire.core.session import Session

_LEAST_MA = const(6000)  # IEC 61851-1 has no duty for less: below it the offer is withdrawn
_METER_SILENT_MS = const(15_000)
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
        self.unread = False  # it is silent, and the car goes on all the same (meter.py)
        self.bounds = None  # of what the meter tells (supply.py), where it tells volts and amperes
        self.session = Session()
        self.plugged = False
        self.trx = None  # None: no one, 0: without a card, 1..: card slot + 1; set by a door, cleared by unplugging
        self.id_tag = None  # whose transaction may begin, as soon as a car is plugged in; billing.py takes it
        self.parent = None  # parentIdTag of id_tag
        self.asking = None  # (id, "tap" "remote" "stop", ticks): the charge point asks the central system about it
        self.denied = None  # (name of the sentence, card, ticks): shown for a while
        self.transaction = None  # the running one
        self.between = None  # what stands for it between two, as between.py makes it
        self.slot = None  # unix s of the last round time, one of ClockAlignedDataInterval
        self.ending = None  # (reason, idTag or None, ticks): why it ends, while its last reading is awaited
        self.over = None  # name of the reason why no other one begins by itself in this plug-in
        self.since_ms = 0  # ticks: id_tag was accepted
        self.plugged_ms = 0  # ticks: the car was plugged in
        self.busy = False  # billing.py has something to wait for
        self.allowed = False  # someone may charge, and with 6 A or more
        self.allowed_ms = self.decided_ms = 0  # up_ms(): since that is so; since what modelStatus tells of is so
        self.ended_ms = None  # up_ms(): the last transaction ended
        self._decided = None
        self.offered_ma = 0
        self.reason = ""  # why access.decide() said no
        self.parts = {}  # name: what else the board has for this outlet (parts/), each with step(now_ms)
        self.holds = []  # names of the reasons for which parts do not let it charge yet, the first to come first
        self.box = box
        self._powers_w = [0] * _MEAN_S

    def step(self, now_ms):
        """One turn of the control loop; now_ms: ticks."""
        self._apply_limits()
        self._watch_meter(now_ms)
        self._watch_car(now_ms)
        for part in self.parts.values():
            part.step(now_ms)
        if self.busy:
            self.busy = loader.lend("billing").turn(self, now_ms)
        self._decide()
        self.session.charged(now_ms, self.connector.close)

    def second(self):
        """Once a second: the faults' day goes on, the power is taken for the mean, the meter sampled when due."""
        self.faults.elapse(1000)
        self._powers_w.pop(0)
        w = self.meter.power_w if self.meter else 0
        self._powers_w.append(w)
        self.session.most_w = max(w, self.session.most_w)
        t, now_ms = self.transaction, self.box.clock.ms()
        if not t and self.settings.get("ocppai"):
            t = self.between = self.between or loader.lend("between").make(self)
        if t and not self.ending and ticks.diff(now_ms, t.due_ms) >= 0:
            loader.lend("sampling").turn(self, t, now_ms)

    def metered(self):
        """The meter was read. What is out of bounds, or may be since they were made, is looked at (supply.py)."""
        known, connector, meter = self.bounds, self.connector, self.meter
        if not known:
            return
        news = known.now != (connector.changed_ms, connector.duty, self.plugged, self.settings.changes)
        for (low_mv, high_mv, low_ma, high_ma), mv, ma in zip(known.each, meter.voltages_mv, meter.currents_ma):
            if not (low_mv <= mv <= high_mv and low_ma <= abs(ma) <= high_ma):
                news = True
        if news:
            loader.lend("supply").take(self)

    def act(self, key, value):
        """A command of a door or a person: "trx" authorises or, with None, withdraws; "ack": a person has seen to the
        fault. Raises ValueError: OCPP is on, and somebody else decides."""
        loader.lend("commands").act(self, key, value)

    def tap(self, id_tag):
        """A card was held to the reader, OCPP on. id_tag: its UID in upper-case hex."""
        loader.lend("billing").tap(self, id_tag)

    def ask(self, id_tag, how):
        """The central system shall say whether this id may charge. how: "tap", "remote", or "stop": whether its group
        may end the transaction that runs."""
        self.asking = id_tag, how, self.box.clock.ms()
        self.busy = True
        if self.settings.get("ocpplp"):
            loader.lend("ocpp.known").early(self)

    def authorise(self, id_tag, parent=None):
        """This id may charge: its transaction begins when a car is plugged in, which has ConnectionTimeOut for it.
        parent: its parentIdTag."""
        self.id_tag, self.parent = id_tag, parent
        self.since_ms = self.box.clock.ms()
        self.busy = True
        self.asking = self.denied = None

    def end(self, reason, id_tag=None):
        """The transaction, if there is one, shall stop. reason: of OCPP 1.6, 7.36; id_tag: who stopped it, if known.
        Only the first call counts."""
        if self.transaction and not self.ending:
            self.ending = reason, id_tag, self.box.clock.ms()
            self.busy = True

    def hold(self, name, on):
        """A part has a reason against charging, or has it no longer. name: of its sentence in why.txt."""
        if on and name not in self.holds:
            self.holds.append(name)
        elif not on and name in self.holds:
            self.holds.remove(name)

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
        limits.set("installer", min(get("ama") * 1000, get("installer_max_ma"), get("mmc")))
        if get("frc") == 1:
            limits.set("force", 0)
        else:
            limits.clear("force")

    def _watch_meter(self, now_ms):
        meter = self.meter
        if not meter:
            return
        if meter.at_ms is not None and ticks.diff(now_ms, meter.at_ms) < _METER_SILENT_MS:
            self.unread = False
            self.faults.clear("meter")
        elif self.plugged and ticks.diff(now_ms, self.plugged_ms) >= _METER_SILENT_MS:
            loader.lend("meter").turn(self, now_ms)
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
        self.box.log.info("outlet %d: car plugged in" % self.number)
        self.plugged_ms = now_ms
        self.session.begin(self.register_wh(), now_ms)
        self.over = None
        if self.settings.get("acs") == 0:
            self.trx = 0

    def _unplugged(self, now_ms):
        self.box.log.info("outlet %d: car unplugged after %d Wh" % (self.number, self.session.wh))
        self.trx = self.id_tag = self.asking = self.over = None
        if self.settings.get("ocppse"):  # StopTransactionOnEVSideDisconnect
            self.end("EVDisconnected")
        loader.lend("store.wear").keep(self)

    def _decide(self):
        """Sets the two things the fast half hears: the current to offer and the permit."""
        get = self.settings.get
        may, self.reason = access.decide(get, self)
        if self.session.limit_reached(get("dwo")):
            may, self.reason = False, "energy"
            self.end("Other")
        if may and self.holds:
            may, self.reason = False, self.holds[0]
        if self.box.restarting:
            may, self.reason = False, "restart"
        if self.reason == "transaction" and self.plugged and not self.id_tag:
            self.authorise(get("ocppd"))  # anyone may charge
        least_ma = self.limits.least()
        may = may and least_ma >= _LEAST_MA
        decided = may, self.reason, self.connector.state, self.faults.first(), self.id_tag
        if decided != self._decided:
            self._decided, self.decided_ms = decided, self.box.clock.up_ms()
            if may != self.allowed:
                self.allowed_ms = self.decided_ms
        self.allowed = may
        self.offered_ma = least_ma if may and self.plugged else 0
        self.connector.permit = may
        self.connector.offer_ma = self.offered_ma

    def read_since(self, since_ms):
        """Was the meter read after those ticks?"""
        at_ms = self.meter.at_ms if self.meter else None
        return at_ms is not None and ticks.diff(at_ms, since_ms) > 0

    def register_wh(self):
        """The meter's register, None when it is unknown."""
        return self.meter.energy_wh if self.meter else None


def switched(board, outlet):
    """How many phases its contactors let through, once closed."""
    phases = outlet.parts.get("phases")
    return board.LIMITS["phases"] if not phases or phases.three else 1
