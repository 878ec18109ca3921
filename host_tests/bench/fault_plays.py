"""The faults of fault_matrix.py, played: a state of the pilot, a cause in the world, what the firmware makes of it."""

import threading
import time

from tools.docs import fault_table
from tools.fault_sources import F_MS, IGNORES_MS, OBEYS_MS, SOURCES
from tools.iec_rows import Bench
from tools.sim.world import electrics
from tools.wallbox import WallboxError

_STUBBORN_S = 7  # a car that answers later than the 6 s
_LONG_MS = 90_000  # a fault's minute, and its detection
_D_MV = 2_930
_WARM_C, _HOT_C, _COOLED_C = (42, 60), 70, (53, 38)  # no step of more than 20 degrees: that is a broken sensor
_CLOSED_ONLY = {state: "no current flows" for state in "ABDEF"}

# fault: what the world plays; where it needs more than that there is a function
_PLAYS = {
    "rcd": {"do": "fault", "name": "rcd"},
    "estop": {"do": "fault", "name": "estop"},
    "earth": {"do": "fault", "name": "pe"},
    "pilot_short": {"do": "fault", "name": "pilot_short"},
    "diode": {"do": "fault", "name": "diode"},
    "pilot_frozen": {"do": "fault", "name": "adc_frozen"},
    "overheat": {"do": "temperature", "c": _HOT_C},
    "sensor": {"do": "fault", "name": "sensor"},
    "lock": {"do": "fault", "name": "lock_wire"},
    "overcurrent": {"do": "fault", "name": "overcurrent"},
    "overvoltage": {"do": "fault", "name": "overvoltage"},
    "undervoltage": {"do": "fault", "name": "undervoltage"},
    "phase_loss": {"do": "fault", "name": "phase_loss"},
    "door": {"do": "input", "use": "door", "on": False},
    "meter": {"do": "fault", "name": "meter"},
}
# fault: states in which it cannot be, and why
_NEVER = {
    "rcd_test": {"C": "never tested", "D": "never tested", "E": "never tested", "F": "never tested"},
    "no_close": {state: "coil is off" for state in "ABDEF"},
    "earth": {"F": "is this state"},
    "pilot_source": {"D": "not seen without PWM", "E": "not seen", "F": "not seen"},
    "pilot_short": {"E": "is this state", "F": "not seen at -12 V"},
    "diode": {"A": "no car", "D": "not seen without PWM", "E": "not seen", "F": "not seen"},
    "pilot_frozen": {"A": "never closes", "D": "never closes", "E": "never closes", "F": "never closes"},
    "lock": {"A": "no plug"},
    "overcurrent": _CLOSED_ONLY,
    "meter": {"A": "not needed"},
}
ONCE = "as C"  # who opens at once asks no car


class Watch:
    """When the world's faults and contacts were switched last."""

    def __init__(self, box):
        self._seen = []
        control = box.new_control()
        control.send(do="watch")
        threading.Thread(target=self._read, args=(control,), daemon=True).start()

    def _read(self, control):
        for event in control.events():
            if event["event"] in ("fault", "input"):
                self._seen.append(event)

    def count(self):
        return len(self._seen)

    def since(self, count):
        return self._seen[count:]


class Player:
    """The bench (tools/iec_rows.py) with faults."""

    def __init__(self, box, board):
        self.box = box
        self.bench = Bench(box, board)
        self.watch = Watch(box)
        self.tells = {name: {"err": row["err"], "why": row["sentence"]} for name, row in fault_table().items()}
        self.opens = {name: row["pilot"] for name, row in fault_table().items()}

    def play(self, fault, state):
        """-> what the cell says. Raises WallboxError: not what it should be."""
        if state == "X" and self.opens[fault] != "withdraw":
            return ONCE
        if state in _NEVER.get(fault, ()):
            return f"({_NEVER[fault][state]})"
        self.rest()
        special = _SPECIAL.get(fault)
        if special:
            return special(self, state)
        if fault == "overheat":
            self.heat(*_WARM_C)
        self.enter(state)
        return self.see(fault, state, _PLAYS[fault])

    def see(self, fault, state, cause):
        since = self.bench.mark()
        at_ms = self.cause(cause)
        if state == "C" and self.opens[fault] != "withdraw":
            return self.opened(fault, since, at_ms)
        if state in "CX":
            return self.withdrawn(fault, state, since, at_ms)
        return self.stays(fault, state, since, at_ms)

    # --- before and after

    def rest(self):
        box = self.box
        box.do("line")
        box.do("input", use="door", on=True)
        state = box.ask("state")
        if state["plugged"]:
            self.bench.unplug()
        for name in state["faults"]:
            box.do("fault", name=name, on=False)
        if state["temperature_c"] > _WARM_C[0]:
            self.heat(*_COOLED_C)
        box.do("temperature")
        box.set(frc=0)
        box.wait_for(self._is_well, 120)
        self.bench.rest()

    def _is_well(self):
        if self.box.status("err"):
            self.box.set(ack=True)
        return self.box.status("err") == 0

    def heat(self, *degrees):
        for c in degrees:
            self.box.do("temperature", c=c)
            self.box.wait_for(lambda c=c: abs((self.box.status("tma") or [0])[0] - c) < 1, 60)

    def enter(self, state):
        """From no car to a state."""
        bench, since = self.bench, self.bench.mark()
        if state == "C":
            bench.charge()
        elif state == "X":
            bench.charge(reply_s=_STUBBORN_S)
        elif state == "D":
            bench.plug(on=True, ventilation=True)
            bench.first(since, lambda c: 1500 < c["high_mv"] < 4500, "D")
            bench.run(1500)
        elif state != "A":
            bench.plug()
            bench.first(since, _pwm, "PWM")
            bench.run(1000)
        if state in _OWN:
            bench.box.do("fault", name=_OWN[state])
            bench.first(since, (lambda c: c["duty"] == electrics.OFF) if state == "F" else _after_pwm(since), state)
        bench.run(700)

    def restart(self):
        """Power off and on; what the world is in stays."""
        self.box.stop()
        self.box.start()
        self.watch = Watch(self.box)

    # --- a cause and what follows

    def cause(self, request):
        """-> ms at which it began."""
        known, began_ms = self.watch.count(), self.box.ask("state")["at_ms"]
        request = dict(request)
        self.box.do(request.pop("do"), **request)
        if "c" in request:
            return began_ms
        return self.box.wait_for(lambda: self.watch.since(known), 20)[-1]["at_ms"]

    def opened(self, fault, since, at_ms):
        """By the firmware, at once."""
        pin_ms = self.ms(since, lambda c: not c["coil"], "a coil that is off", at_ms)
        contacts_ms = self.ms(since, lambda c: not c["contacts"], "open contacts", at_ms)
        limits = SOURCES[fault]
        self.told(fault)
        _within(pin_ms, limits.pin_ms)
        _within(contacts_ms, limits.contacts_ms)
        return f"coil {shown(pin_ms)}, contacts {shown(contacts_ms)}"

    def withdrawn(self, fault, state, since, at_ms):
        """The offer is; then the car stops, or has its 6 s."""
        limit_ms = SOURCES[fault].pin_ms
        pin_ms = self.ms(since, lambda c: c["duty"] == electrics.STEADY, "the end of PWM", at_ms)
        contacts_ms = self.ms(since, lambda c: not c["contacts"], "open contacts", at_ms)
        self.told(fault)
        _within(pin_ms, limit_ms)
        _within(contacts_ms, limit_ms + (OBEYS_MS if state == "C" else IGNORES_MS + 100))
        if state == "X" and contacts_ms - pin_ms < 6000:
            raise WallboxError(f"the car had {contacts_ms - pin_ms:.0f} ms only")
        return f"PWM off {shown(pin_ms)}, contacts {shown(contacts_ms)}"

    def stays(self, fault, state, since, at_ms):
        """The contactor is open, and stays so."""
        bench = self.bench
        if state in _OWN:
            bench.run(SOURCES[fault].pin_ms + 1000)
            self.never_moved(since)
            bench.box.do("fault", name=_OWN[state], on=False)
            self.told(fault, acknowledged=True)
            self.never_moved(since)
            return "stays open; held beside it"
        told_ms = self.told(fault, at_ms)
        bench.run(300)
        self.never_moved(since)
        wants = electrics.OFF if self.opens[fault] == "F" else electrics.STEADY
        if bench.now()["duty"] != wants:
            raise WallboxError(f"the pilot is at {bench.now()['duty']}")
        changed = [c for c in bench.changes(since) if c["n"] >= since and c["duty"] == wants]
        if state == "B" or wants == electrics.OFF:
            what, ms = "-12 V" if wants == electrics.OFF else "PWM off", changed[0]["at_ms"] - at_ms
            _within(ms, SOURCES[fault].pin_ms if state == "B" else F_MS)
            return f"stays open; {what} {shown(ms)}"
        return f"stays open; told in {_tenths(told_ms)}"

    def ms(self, since, test, what, at_ms):
        """Until the first such change behind the cause."""
        found = self.bench.first(since, lambda c: c["at_ms"] >= at_ms and test(c), what, _LONG_MS)
        return found["at_ms"] - at_ms

    def told(self, fault, at_ms=0, acknowledged=False):
        """-> ms until `err` and `why` say so, as a client sees it. acknowledged: others are, again and again: they may
        have been there too often today.
        """
        ends_ms = self.box.ask("state")["at_ms"] + _LONG_MS
        while (says := self.box.status("err", "why")) != self.tells[fault]:
            if self.box.ask("state")["at_ms"] > ends_ms:
                raise WallboxError(f"{says} is told")
            if acknowledged:
                self.box.set(ack=True)
            time.sleep(0.005)
        return self.box.ask("state")["at_ms"] - at_ms

    def never_moved(self, since):
        if self.bench.ever(since, lambda c: c["coil"] or c["contacts"]):
            raise WallboxError("the contactor moved")


# --- faults that need more than a switch


def _weld(player, state):
    """Nobody knows before the contactor is to open."""
    bench, box = player.bench, player.box
    bench.charge(reply_s=_STUBBORN_S if state == "C" else 0.2)
    box.do("fault", name="weld")
    bench.run(700)
    since = bench.mark()
    _LEAVE[state](player)
    coil = bench.first(since, lambda c: not c["coil"], "a coil that is off")
    pin_ms = player.ms(coil["n"], lambda c: c["duty"] == electrics.OFF, "-12 V", coil["at_ms"])
    if state == "F":
        bench.run(SOURCES["weld"].pin_ms)
    player.told("weld")
    if not bench.now()["contacts"]:
        raise WallboxError("the contacts did not stay closed")
    _within(pin_ms, SOURCES["weld"].pin_ms)
    return "stay closed; -12 V " + ("before" if state == "F" else shown(pin_ms))


_LEAVE = {
    "A": lambda player: player.bench.unplug(),
    "B": lambda player: player.box.do("ready", on=False),
    "C": lambda player: player.box.set(frc=1),
    "D": lambda player: player.box.do("line", high_mv=_D_MV),
    "E": lambda player: player.box.do("fault", name="pilot_short"),
    "F": lambda player: player.box.do("fault", name="pe"),
}


def _no_close(player, _state):
    """The contacts fall open while it charges."""
    player.enter("C")
    since = player.bench.mark()
    at_ms = player.cause({"do": "fault", "name": "no_close"})
    pin_ms = player.ms(since, lambda c: not c["coil"], "a coil that is off", at_ms)
    player.told("no_close")
    _within(pin_ms, SOURCES["no_close"].pin_ms)
    return f"fall open; coil {shown(pin_ms)}"


def _rcd_test(player, state):
    """It is due after a session, and at the start: then a car in B may be there."""
    bench, box = player.bench, player.box
    if state == "A":
        player.enter("C")
        box.do("fault", name="rcm_dead")
        since = bench.mark()
        bench.unplug()
        opened = bench.first(since, lambda c: not c["contacts"], "open contacts")
        told_ms = player.told("rcd_test", opened["at_ms"])
    else:
        bench.plug()
        box.do("fault", name="rcm_dead")
        since, told_ms = _restarted(player, "rcd_test")
        player.never_moved(since)
    _within(told_ms, SOURCES["rcd_test"].pin_ms + _BOOT_MS)
    return f"stays open; told in {_tenths(told_ms)}"


_NO_NEGATIVE = {"do": "fault", "name": "pilot_no_negative"}


def _pilot_source(player, state):
    """Tested before there is a car. Lost later, it looks as if the car had no diode."""
    if state != "A":
        player.enter(state)
        return player.see("diode", state, _NO_NEGATIVE) + "; told as `diode`"
    player.cause(_NO_NEGATIVE)
    since, told_ms = _restarted(player, "pilot_source")
    player.never_moved(since)
    _within(told_ms, _BOOT_MS)
    return f"stays open; told in {_tenths(told_ms)}"


def _restarted(player, fault):
    """-> a mark, and ms from the start until it is told."""
    player.restart()
    return 0, player.told(fault)


_BOOT_MS = 10_000  # of the busy chip, until it tells anything
_SPECIAL = {"weld": _weld, "no_close": _no_close, "rcd_test": _rcd_test, "pilot_source": _pilot_source}
_OWN = {"E": "pilot_short", "F": "pe"}


# --- what a time line is asked


def _pwm(change):
    return electrics.OFF < change["duty"] < electrics.STEADY


def _after_pwm(since):
    return lambda change: change["n"] > since and change["high_mv"] < 1500 and change["duty"] == electrics.STEADY


def _within(ms, limit_ms):
    if ms > limit_ms:
        raise WallboxError(f"LATE: {ms:.0f} ms, limit {limit_ms}")


def _tenths(ms):
    """A client's time is not that exact."""
    return f"{int(ms) // 100 / 10 + 0.1:.1f} s"


def shown(ms):
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
