"""The lock of the socket, as far as the outlet goes: it holds current back until the plug is locked, and lets it go."""

from micropython import const

from pilotwire.core import access
from pilotwire.core import lock as core

_AUTO = const(1)  # of go-e's `ust`
_BOOT = const(10)  # steps until the line is known: nothing is let go that a power cut found locked
_FULL = const(300)  # steps (a minute) in which a car that has charged does not ask: it is full
_STAYS = ("forced_off", "refused")  # a pause; and a card that turned out to be invalid (OCPP 1.6, 3.5.1; A28)


class Lock:
    """.bolt: where it is; .asked: somebody wants the plug; .dark: the mains is gone. Keys and UnlockConnector look."""

    def __init__(self, outlet, driver):
        self._outlet = outlet
        self._driver = driver
        self.bolt = core.Lock(driver.pulse_ms + driver.settle_ms, driver.pause_ms)
        self._young = _BOOT
        self.asked = False  # somebody asked for the plug
        self._was = None  # (plugged, active) of the last step
        self._idle = 0  # steps in which the car did not ask
        self.dark = False  # the mains is gone

    def step(self, now_ms):
        driver, outlet, bolt = self._driver, self._outlet, self.bolt
        driver.poll()
        move = bolt.step(now_ms, self._wanted(), self._is_free(), driver.feedback())
        if move is not None:
            driver.move(move)
        if bolt.failed:
            outlet.faults.set("lock")
        else:
            outlet.faults.clear("lock")
        outlet.hold("locking", outlet.plugged and not bolt.proven)
        if self.dark == driver.mains():
            self.dark = outlet.connector.external_fault = not self.dark

    def _is_free(self):
        """May the plug be let go: no current can flow, and none will before the next step."""
        connector = self._outlet.connector
        return connector.is_open and not connector.offer_ma and not self._outlet.faults.present("weld")

    def let_go(self):
        """Somebody wants the plug: it is let go as soon as it is free, until another charge begins."""
        self.asked = True
        self.bolt.again()

    def _wanted(self):
        outlet, get = self._outlet, self._outlet.settings.get
        if not self._driver.mains():
            return False if get("upo") else None
        active = self._active(get)
        self._watch(outlet.plugged, active)
        full = get("ust") == _AUTO and self._is_full()
        want = core.wanted(get("ust"), outlet.plugged, active, self.bolt.locked, self.asked or full)
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
            self.asked = False
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
