"""The lock of the socket, as far as the outlet goes: it holds current back until the plug is locked, and lets it go."""

from micropython import const

from pilotwire.core import access
from pilotwire.core import lock as core

_BOOT = const(10)  # steps until the line is known: nothing is let go that a power cut found locked
_FULL = const(300)  # steps (a minute) in which a car that has charged does not ask: it is full
_STAYS = ("forced_off", "refused")  # a pause; and a card that turned out to be invalid (OCPP 1.6, 3.5.1; A28)


class Lock:
    """.opened: the plug is not locked. .driver and .bolt are for who looks at them."""

    def __init__(self, outlet, driver):
        self._outlet = outlet
        self.driver = driver
        self.bolt = core.Lock(driver.pulse_ms + driver.settle_ms, driver.pause_ms)
        self._young = _BOOT
        self._let_go = False  # somebody asked for the plug
        self._was = None  # (plugged, active) of the last step
        self._idle = 0  # steps in which the car did not ask
        self._dark = False  # the mains is gone

    def step(self, now_ms):
        driver, outlet, bolt = self.driver, self._outlet, self.bolt
        driver.poll()
        move = bolt.step(now_ms, self._wanted(), self.free, driver.feedback())
        if move is not None:
            driver.move(move)
        if bolt.failed:
            outlet.faults.set("lock")
        else:
            outlet.faults.clear("lock")
        outlet.hold("locking", outlet.plugged and not bolt.proven)
        if self._dark == driver.mains():
            self._dark = outlet.connector.external_fault = not self._dark

    @property
    def free(self):
        """May the plug be let go: no current can flow, and none will before the next step."""
        connector = self._outlet.connector
        return connector.is_open and not connector.offer_ma and not self.welded

    @property
    def welded(self):
        """Is the contactor stuck closed? Then the plug may be live, and nobody gets it."""
        return self._outlet.faults.present("weld")

    @property
    def opened(self):
        return self.bolt.state == core.UNLOCKED and self.bolt.wanted is False

    @property
    def setting(self):
        """go-e's `lck`: the setting in force."""
        return core.FORCED if self._let_go else self._outlet.settings.get("ust")

    @property
    def state(self):
        """go-e's `cus`."""
        return core.POWER_OUT if self._dark else self.bolt.state

    def let_go(self):
        """Somebody wants the plug: it is let go as soon as it is free, until another charge begins."""
        self._let_go = True
        self.bolt.again()

    def _wanted(self):
        outlet, get = self._outlet, self._outlet.settings.get
        if not self.driver.mains():
            return False if get("upo") else None
        active = self._active(get)
        self._watch(outlet.plugged, active)
        full = get("ust") == core.AUTO and self._is_full()
        want = core.wanted(get("ust"), outlet.plugged, active, self.bolt.locked, self._let_go or full)
        if self._young:
            self._young -= 1
            return want or None
        return want

    def _active(self, get):
        """May someone charge, or is about to? None: nothing changes."""
        outlet = self._outlet
        may, reason = access.decide(get, outlet)
        t = outlet.transaction
        if outlet.plugged:
            active = bool(may or t or outlet.id_tag or reason == "transaction")
            return active or (None if reason in _STAYS else False)
        kept = get("ocppe") and not get("ocppue") and not outlet.id_tag  # UnlockConnectorOnEVSideDisconnect
        return None if kept or (t and not outlet.ending) else False

    def _watch(self, plugged, active):
        """Another car, or another charge, wants its plug locked."""
        now = plugged, bool(active)
        if self._was and (now[0] > self._was[0] or now[1] > self._was[1]):
            self._let_go = False
            self._idle = 0
        self._was = now

    def _is_full(self):
        """It has charged, and has not asked for a while; or the energy limit is reached."""
        outlet = self._outlet
        if outlet.transaction or not outlet.session.charging_ms:
            return False
        if outlet.reason == "energy":
            return True
        if outlet.connector.letter == "C":
            self._idle = 0
        elif self._idle < _FULL:
            self._idle += 1
        return self._idle >= _FULL


def make(outlet, driver, safety):
    safety.polls += (driver.poll,)  # a pulse ends in time, whatever the loop is at
    return Lock(outlet, driver)
