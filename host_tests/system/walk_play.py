"""A walk through a charging session in which something dies at one step: the link, the central system, the power.

    with Walk(folder) as walk:
        walk.step(Cut("power", BOOKED, "StartTransaction"))

Each step is a whole session of its own with the same wallbox, flash and books: a car comes, charges and goes; what
died comes back after a while; everything is delivered. Then the books must show this session once, with the energy that
went into the car, and nothing that a strict central system would object to.
"""

import http.client
import time
from collections import deque
from dataclasses import dataclass

from host_tests.system.pair_play import OFF, Pair
from tools.hitches import BOOKED, HEARD, LOST, NEVER
from tools.session import CARD
from tools.wallbox import WallboxError

SPEED = 30
_CHARGE_S = 8  # of simulated time with the contactor closed
_DOWN_S = 0.3  # of the PC's time until link and central system come back
_PATIENCE_S = 12  # of the PC's time for each wait
_TAP_MS = 4000  # of simulated time between two taps
_ASKS = "Hold your card to the reader."
_LOSES = {HEARD: LOST, BOOKED: NEVER}
_KEYS = {"ocppi": 3, "frc": 0}
_QUICK = {"ocppmt": 5, "ocppwp": 5, "ocpptr": 1, "ocppbs": 1, "ocppbc": 2}  # so that it is over soon


@dataclass(frozen=True)
class Cut:
    """what: "link" (closed), "silence" (no byte passes), "server", "power" or "flash" (power, at a flash program).

    It happens at a moment of the nth message of an action; of "flash": at the nth program after the car was plugged in.
    """

    what: str
    moment: str = ""
    action: str = ""
    nth: int = 1

    def __str__(self):
        place = f"{self.moment}-{self.action}-" if self.action else ""
        return f"{self.what}-{place}{self.nth}"


class Walk(Pair):
    """folder: where flash and world are kept. card: a card begins and ends each session, else anyone may charge.
    A context.
    """

    def __init__(self, folder, card=False, speed=SPEED):
        super().__init__("devkit", folder, speed, {"acs": int(card), **_KEYS, **_QUICK})
        self._card = card
        self._tapped_ms = 0  # in the world's time
        self._cuts = deque()  # of this step, still to come
        self._heal_at = None  # when link or server come back
        self.struck = 0  # cuts of this step that happened
        self.booked = 0  # sessions so far

    # --- one step

    def step(self, *cuts):
        """A session with these cuts, each in wait from when the one before is healed -> the Session as it was booked.

        Afterwards .struck says how many of them happened. Raises AssertionError.
        """
        self._state()  # a cut of the step before may have been late
        self._cuts, self.struck = deque(cuts), 0
        self._do(self._arm_next)
        self._do(lambda: self.box.ask("state")["plugged"] or self.box.do("plug", on=True))
        self._charge()
        self._go()
        wh = self._do(lambda: self.box.ask("state")["energy_wh"])
        self.until(self._delivered, f"the session was delivered; cuts that happened: {self.struck}")
        self.csms.clear_hitches()
        self._cuts.clear()
        self._do(lambda: self.box.do("power_cut", programs=0))
        return self._check(wh)

    def _arm_next(self):
        if not self._cuts:
            return
        cut = self._cuts.popleft()
        if cut.what == "flash":
            self.box.do("power_cut", programs=cut.nth)
        else:
            self.csms.at(cut.moment, cut.action, lambda message: self._strike(cut), cut.nth - 1)

    def _strike(self, cut):
        """Called in a thread of the central system, whose message waits meanwhile."""
        if cut.what == "power":
            self.box.do("power_cut")
            self.box.process.wait(_PATIENCE_S)
        else:
            self.struck += 1
            self._server_died = cut.what == "server"
            if self._server_died:
                self.csms.stop()
            else:
                self.box.do("wifi", on=False, how="silent" if cut.what == "silence" else "reset")
            self._heal_at = time.monotonic() + _DOWN_S
        return _LOSES.get(cut.moment)

    def _heal(self):
        """What died comes back when its time has come; the power at once."""
        if self.box.process.poll() is not None:
            assert self.box.process.returncode == OFF, self.box.last_words()
            self.struck += 1
            self.box.start()
            self._arm_next()
        if self._heal_at and time.monotonic() > self._heal_at:
            self._heal_at = None
            if self._server_died:
                self.csms.start()
            else:
                self.box.do("wifi", on=True)
            self._arm_next()

    # --- what the driver does, whatever happens

    def _charge(self):
        """Until the car was offered current for a while."""
        charged_ms = 0
        last = self._state()
        end = time.monotonic() + _PATIENCE_S
        while charged_ms < _CHARGE_S * 1000:
            assert time.monotonic() < end, f"it did not charge: {self.box.status('why')}\n{self.box.last_words(40)}"
            time.sleep(0.02)
            state = self._state()
            if self._card and not state["contactor"] and self._asks():
                self._tap()
            if state["contactor"] and last["contactor"] and state["at_ms"] > last["at_ms"]:
                charged_ms += state["at_ms"] - last["at_ms"]
            last = state

    def _go(self):
        """The card, else the car, ends it; the car leaves when the contactor is open."""
        if not self._card:
            self._do(lambda: self.box.do("ready", on=False))
        self.until(self._opened, "the contactor opened")
        self._do(lambda: self.box.ask("state")["plugged"] and self.box.do("unplug"))

    def _asks(self):
        """Does the display ask for a card? It is read over the network, which may be gone."""
        try:
            return _ASKS in self.box.get("/api/status?filter=why", timeout_s=1)[2].decode()
        except (OSError, http.client.HTTPException):
            return False

    def _opened(self):
        closed = self.box.ask("state")["contactor"]
        if closed and self._card:
            self._tap()
        return not closed

    def _tap(self):
        """Hold the card to the reader, but not twice within the time that it takes to act."""
        at_ms = self._state()["at_ms"]
        if not 0 <= at_ms - self._tapped_ms < _TAP_MS:
            self._tapped_ms = at_ms
            self._do(lambda: self.box.do("card", uid=CARD))

    def _state(self):
        return self._do(lambda: self.box.ask("state"))

    def _do(self, act):
        """-> act(), again when the power went meanwhile."""
        while True:
            try:
                self._heal()
                return act()
            except (WallboxError, OSError):
                if self.box.process.wait(_PATIENCE_S) != OFF:
                    raise

    def until(self, condition, what):
        """Wait for a true condition(), whatever dies. Raises AssertionError."""
        end = time.monotonic() + _PATIENCE_S
        while not self._do(condition):
            self._no_violations()
            assert time.monotonic() < end, f"never: {what}\n{self._story()}\n{self.box.last_words(60)}"
            time.sleep(0.02)

    def _story(self):
        return "\n".join(f"{m.action} {m.payload} -> {m.answer}" for m in self.csms.received[-25:])

    # --- what must be true afterwards

    def _delivered(self):
        """Nothing waits any more, and nothing is to be healed."""
        sessions = self.csms.sessions
        status = self.csms.statuses.get(1, {}).get("status")
        done = len(sessions) > self.booked and all(s.meter_stop is not None for s in sessions)
        healed = self._heal_at is None and not self.csms.busy and self.csms.connected
        return done and status == "Available" and healed and self.box.process.poll() is None

    def _no_violations(self):
        assert not self.csms.violations, "\n".join(self.csms.violations) + "\n" + self._story()

    def _check(self, wh):
        new = self.csms.sessions[self.booked :]
        self.booked = len(self.csms.sessions)
        self._no_violations()
        assert len(new) == 1, f"booked {len(new)} times: {new}"
        assert abs(new[0].energy_wh - wh) <= 2, f"booked {new[0].energy_wh} Wh, {wh} Wh went into the car"
        return new[0]
