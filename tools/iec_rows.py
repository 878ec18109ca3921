"""The rows of `make iec`: what is played to the firmware, and what has to be seen of it. docs/iec.md explains them.

Every time is the simulated world's, of its time line ({"ask": "trace"}), where the contactor has the times of the
board file. A row that cannot be played on a board raises Skipped.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tools.session import clear
from tools.sim.world import board as boards
from tools.sim.world import electrics, options
from tools.wallbox import WallboxError

COIL_MS, CONTACTS_MS = 60, 100  # docs/design.md; IEC 61851-1 Table A.6, sequences 2.2, 7 and 8
_CLOSE_MS = 500, 3000  # seq. 11 and 4
_FORCED_MS = 6000  # seq. 10.2
_STEP_MS = 5000  # seq. 6
_DIODE_MS = 200  # ours, until the contacts are open
_F_MS = 3000  # seq. 13
_SPAN_US = 5  # of a pulse
_HERTZ = 995, 1005
_REST_MS = 5500  # until the contactor may close again
_BLIP_MS = 250  # seq. 11
_SLOW_RELEASE_MS = 35  # core/levels.py
_SPIKE_MS, _SPIKE_SLOW_MS, _CAR_GONE_MS = 20, 5, 60  # filtered, filtered before a slow contactor, not filtered
_PATIENCE_MS = 50_000  # of simulated time: a fault's 30 s of rest and a closing
_HANGS_S = 120  # of the PC's time, for one wait
_STUBBORN_S = 7  # a car that answers later than the 6 s ignores what it is told
_ASLEEP_S = 12  # ... and over the 8 s after a restart
_A_MV, _C_MV, _D_MV = 12_000, 5_995, 2_930


class Skipped(Exception):
    """The board lacks what the row needs; the text says what."""


@dataclass
class Seen:
    """What a row gave. at_ms: when it began; pin_ms, contacts_ms: so much later they followed, or None."""

    ok: bool
    at_ms: float
    pin_ms: float = None
    contacts_ms: float = None
    note: str = ""


@dataclass(frozen=True)
class Row:
    sequence: str
    what: str
    limit: str
    play: Callable


class Bench:
    """A wallbox, a hand at plug and car, and the time line."""

    def __init__(self, box, board):
        self.box = box
        self.board = boards.load(options.ROOT, board)
        self.most_a = self.board.LIMITS["ma"] // 1000

    # --- time

    def run(self, ms):
        """Let simulated time pass."""
        self._until(lambda: False, ms)

    def _until(self, found, most_ms):
        """-> the first true value of found() within so much simulated time, else what it found last."""
        ends_ms, hangs_s = self.box.ask("state")["at_ms"] + most_ms, time.monotonic() + _HANGS_S
        while True:
            at_ms = self.box.ask("state")["at_ms"]  # before the look: what came by then is seen
            value = found()
            if value or at_ms >= ends_ms:
                return value
            if time.monotonic() > hangs_s:
                raise WallboxError("simulated time stands still")
            time.sleep(0.01)

    # --- the time line

    def mark(self):
        """-> the number of the next change."""
        return self.box.ask("trace")["count"]

    def changes(self, since):
        """What has changed since a mark, beginning with how it was before."""
        return [change for change in self.box.ask("trace")["changes"] if change["n"] >= since - 1]

    def now(self):
        return self.box.ask("trace")["changes"][-1]

    def first(self, since, test, what, most_ms=_PATIENCE_MS):
        """-> the first change from the mark on that passes the test. WallboxError: it did not come."""

        def found():
            return next((c for c in self.changes(since) if c["n"] >= since and test(c)), None)

        change = self._until(found, most_ms)
        if change is None:
            raise WallboxError(f"{what} did not come within {most_ms} ms; {self.box.status('why')}")
        return change

    def ever(self, since, test):
        return any(test(change) for change in self.changes(since) if change["n"] >= since)

    # --- hands

    def rest(self):
        """No car, no fault, as many amperes as the board has, and long enough open to close again."""
        self.box.do("line")
        self._end_of_trouble()
        clear(self.box)
        self.box.set(ocppe=False, acs=0, frc=0, amp=self.most_a)
        if not self._until(self._is_free, _PATIENCE_MS):
            raise WallboxError(f"the wallbox is not at rest: {self.box.status('why')}")
        self.run(max(1, self._opened_ms() + _REST_MS - self.box.ask("state")["at_ms"]))

    def _end_of_trouble(self):
        """Faults are over, the car is gone, and a person has seen it: a weld keeps a plug locked until then."""
        state = self.box.ask("state")
        if state["plugged"]:
            self.unplug()
        for name in state["faults"]:
            self.box.do("fault", name=name, on=False)
        if state["faults"]:
            self.run(1000)
            self.box.set(ack=True)

    def _is_free(self):
        return self.box.status("car") == 1 and not self.box.ask("state")["locked"]

    def _opened_ms(self):
        """When the coil was switched off last, as far as the time line goes back; else the start of the simulator."""
        changes = self.changes(0)
        pairs = zip(changes, changes[1:])  # noqa: B905 (one shorter on purpose)
        return max((after["at_ms"] for before, after in pairs if before["coil"] and not after["coil"]), default=0)

    def plug(self, on=False, **car):
        self.box.do("plug", on=on, amps=self.most_a, **car)

    def charge(self, **car):
        """A car charges. -> a mark behind it."""
        since = self.mark()
        self.plug(on=True, **car)
        self.first(since, lambda c: c["contacts"], "a closed contactor")
        self.first(since, lambda c: c["amps"], "current", _PATIENCE_MS + 1000 * round(car.get("reply_s", 0)))
        return self.mark()

    def unplug(self):
        self.box.do("unplug", side="car")  # where a lock holds the plug the car's end still lets go

    def play(self, *steps, at="now"):
        self.box.do("play", steps=[list(step) for step in steps], at=at)


# --- what a time line is asked


def _steady(change):
    return change["duty"] == electrics.STEADY


def _pwm(change):
    return electrics.OFF < change["duty"] < electrics.STEADY


def _moves(change):
    return change["coil"] or change["contacts"]


def _letter(change):
    """Of the high plateau, by the bounds halfway between the nominal values."""
    for letter, bound_mv in (("A", 10_500), ("B", 7_500), ("C", 4_500), ("D", 1_500)):
        if change["high_mv"] >= bound_mv:
            return letter
    return "E"


def _is(letter):
    return lambda change: _letter(change) == letter


def pulse(duty, hertz, amps):
    """-> (is it right, what it is), duty of 65535. Never above: a limit protects a fuse."""
    percent = amps / 0.6 if amps <= 51 else amps / 2.5 + 64  # IEC 61851-1 Annex A
    us, want_us = duty * 1000 / electrics.STEADY, percent * 10
    good = -_SPAN_US <= us - want_us <= 1e-6 and _HERTZ[0] <= hertz <= _HERTZ[1]
    return good, f"{amps} A: {us:.2f} us of {want_us:.2f}, {hertz} Hz"


def _pulse(change, amps):
    return pulse(change["duty"], change["hertz"], amps)


# --- rows: opening


def _opens(bench, since, leaves, most_ms=CONTACTS_MS, coil_ms=COIL_MS):
    """The contactor opens because of what `leaves` finds on the wire."""
    left = bench.first(since, leaves, "the change of the pilot")
    coil = bench.first(left["n"], lambda c: not c["coil"], "a coil that is off")
    contacts = bench.first(left["n"], lambda c: not c["contacts"], "open contacts")
    pin_ms, contacts_ms = coil["at_ms"] - left["at_ms"], contacts["at_ms"] - left["at_ms"]
    ok = left["coil"] and pin_ms <= coil_ms and contacts_ms <= most_ms
    return Seen(ok, left["at_ms"], pin_ms, contacts_ms)


def _leaves(act, **car):
    """A row: a car charges, act(bench), and the wire is not at C any more."""

    def play(bench):
        since = bench.charge(**car)
        bench.run(700)
        act(bench)
        return _opens(bench, since, lambda c: _letter(c) != "C")

    return play


def _forced(high_mv):
    return lambda bench: bench.box.do("line", high_mv=high_mv)


def _corner(stays_mv, leaves_mv):
    """C at the end of its range charges; the near end of the next state opens."""

    def act(bench):
        bench.box.do("line", high_mv=stays_mv)
        since = bench.mark()
        bench.run(2000)
        if bench.ever(since, lambda c: not c["coil"]):
            raise WallboxError(f"C at {stays_mv} mV opened the contactor")
        bench.box.do("line", high_mv=leaves_mv)

    return _leaves(act)


def _diode_lost(bench):
    since = bench.charge()
    bench.run(700)
    bench.box.do("fault", name="diode")
    return _opens(bench, since, lambda c: c["low_mv"] > -10_000, _DIODE_MS, _DIODE_MS)


def _withdrawn(bench, reply_s):
    since = bench.charge(reply_s=reply_s)
    bench.run(700)
    bench.box.set(frc=1)
    return bench.first(since, _steady, "the end of PWM")


def _withdrawal(bench):
    """The pilot goes to +12 V, the contactor waits for the car."""
    steady = _withdrawn(bench, 0.2)
    left = bench.first(steady["n"], _is("B"), "a car that stops asking")
    return Seen(steady["coil"] and left["coil"], steady["at_ms"], 0.0, note="+12 V; the contactor waits for the car")


def _c1_b1(bench):
    return _opens(bench, _withdrawn(bench, 0.2)["n"], _is("B"))


def _obeys_late(bench):
    """Just within the 3 s of the norm: it is still the car that ends the current."""
    steady = _withdrawn(bench, 2.9)
    seen = _opens(bench, steady["n"], _is("B"))
    waited_ms = seen.at_ms - steady["at_ms"]
    seen.ok = seen.ok and 2800 <= waited_ms <= 3000
    seen.note = f"the car answered after {waited_ms:.0f} ms"
    return seen


def _ignores(bench):
    worn = bench.box.ask("state")["wear"]["openings_loaded"]
    steady = _withdrawn(bench, _STUBBORN_S)
    coil = bench.first(steady["n"], lambda c: not c["coil"], "a coil that is off")
    contacts = bench.first(steady["n"], lambda c: not c["contacts"], "open contacts")
    pin_ms, contacts_ms = coil["at_ms"] - steady["at_ms"], contacts["at_ms"] - steady["at_ms"]
    loaded = bench.box.ask("state")["wear"]["openings_loaded"] - worn
    ok = _FORCED_MS <= pin_ms <= _FORCED_MS + CONTACTS_MS and loaded == 1
    return Seen(ok, steady["at_ms"], pin_ms, contacts_ms, f"{loaded} opening under load")


# --- rows: closing, or not


def _plugged_in(bench):
    bench.box.set(frc=1)
    since = bench.mark()
    bench.plug()
    came = bench.first(since, _is("B"), "a car in B")
    seen = bench._until(lambda: bench.box.status("car") == 3, 3000)
    bench.run(1000)
    quiet = not bench.ever(since, lambda c: _moves(c) or not _steady(c))
    return Seen(bool(seen) and quiet, came["at_ms"], note="seen; nothing is offered (frc 1)")


def _closes_after(bench, since, asks):
    """Not before the car has asked for long enough under PWM, and then soon."""
    asked = bench.first(since, lambda c: asks(c) and _pwm(c), "a car that asks under PWM")
    coil = bench.first(asked["n"], lambda c: c["coil"], "a coil that is on")
    contacts = bench.first(asked["n"], lambda c: c["contacts"], "closed contacts")
    pin_ms, contacts_ms = coil["at_ms"] - asked["at_ms"], contacts["at_ms"] - asked["at_ms"]
    ok = pin_ms >= _CLOSE_MS[0] and contacts_ms <= _CLOSE_MS[1] and not bench.ever(since, lambda c: _early(c, asked))
    return Seen(ok, asked["at_ms"], pin_ms, contacts_ms)


def _early(change, asked):
    return change["n"] < asked["n"] and _moves(change)


def _straight_to_c(bench):
    """S2 is closed when the plug goes in: the wire is never seen at B."""
    since = bench.mark()
    steps = (0, {"do": "line", "high_mv": _A_MV}), (0, {"do": "plug"}), (50, {"do": "line", "high_mv": _C_MV})
    bench.play(*steps)  # the pilot's contact is the last to meet
    seen = _closes_after(bench, since, _is("C"))
    seen.note = "charged as any car: by PWM, after the diode was seen"
    return seen


def _unplugged_in_b(bench):
    bench.plug()
    since = bench.mark()
    bench.first(since - 1, _pwm, "PWM")
    bench.unplug()
    left = bench.first(since, _is("A"), "an unplugged car")
    steady = bench.first(left["n"], _steady, "the end of PWM", 3000)
    quiet = not bench.ever(since, _moves)
    return Seen(quiet, left["at_ms"], steady["at_ms"] - left["at_ms"], note="pin: end of PWM")


def _begins_pwm(bench):
    bench.box.set(frc=1)
    bench.plug()
    bench.run(1500)
    since = bench.mark()
    bench.box.set(frc=0)
    begun = bench.first(since, _pwm, "PWM")
    good, note = _pulse(begun, bench.most_a)
    return Seen(good and begun["low_mv"] < -11_000 and _letter(begun) == "B", begun["at_ms"], 0.0, note=note)


def _asks(bench):
    since = bench.mark()
    bench.plug()
    bench.first(since, _pwm, "PWM")
    bench.run(1500)
    since = bench.mark()
    bench.box.do("ready")
    return _closes_after(bench, since, _is("C"))


def _ventilation(bench):
    since = bench.mark()
    bench.plug(on=True, ventilation=True)
    asked = bench.first(since, _is("D"), "a car in D")
    steady = bench.first(asked["n"], _steady, "the end of PWM", 3000)
    bench.run(5000)
    quiet = not bench.ever(since, _moves)
    return Seen(quiet, asked["at_ms"], steady["at_ms"] - asked["at_ms"], note="pin: end of PWM")


def _new_duty(bench):
    since = bench.charge(reply_s=4)
    bench.run(_STEP_MS)
    bench.box.set(amp=10)
    one = bench.first(since, _pwm, "another duty")
    bench.box.set(amp=8)
    two = bench.first(one["n"], lambda c: c["duty"] != one["duty"], "a second duty")
    follows = bench.first(since, lambda c: c["amps"] and abs(c["amps"] - 10) < 0.1, "10 A")
    pulses = [_pulse(one, 10), _pulse(two, 8)]
    apart_ms = two["at_ms"] - one["at_ms"]
    quiet = not bench.ever(since, lambda c: not c["contacts"])
    ok = quiet and all(good for good, _ in pulses) and _STEP_MS <= apart_ms <= _STEP_MS + 500
    note = f"16, 10, 8 A; the car followed after {follows['at_ms'] - one['at_ms']:.0f} ms"
    return Seen(ok, one["at_ms"], apart_ms, note=note)


def _blips(bench):
    since = bench.mark()
    bench.plug()
    bench.first(since, _pwm, "PWM")
    bench.run(1500)
    since = bench.mark()
    ask, rest = {"do": "ready"}, {"do": "ready", "on": False}
    bench.play(*((1000 * i + ms, what) for i in range(3) for ms, what in ((0, ask), (_BLIP_MS, rest))))
    blip = bench.first(since, _is("C"), "a blip")
    bench.run(4000)
    blips = sum(_letter(change) == "C" for change in bench.changes(since) if change["n"] >= since)
    return Seen(blips == 3 and not bench.ever(since, _moves), blip["at_ms"], note=f"{blips} blips of {_BLIP_MS} ms")


def _spike(bench, ms):
    """The wire at +12 V for so long, from 5 ms after the coil was energised -> its change."""
    bench.play((5, {"do": "line", "high_mv": _A_MV}), (5 + ms, {"do": "line"}), at="coil")
    since = bench.mark()
    bench.plug(on=True)
    return bench.first(since, lambda c: c["coil"] and c["high_mv"] == _A_MV, "the spike")


def _short_spike(bench):
    """Two bursts meet it at the most, of a slow contactor one."""
    ms = _SPIKE_MS if bench.board.CONTACTOR["release_ms"] <= _SLOW_RELEASE_MS else _SPIKE_SLOW_MS
    spike = _spike(bench, ms)
    closed = bench.first(spike["n"], lambda c: c["contacts"], "closed contacts")
    bench.run(2000)
    stayed = not bench.ever(spike["n"], lambda c: not c["coil"])
    return Seen(stayed, spike["at_ms"], None, closed["at_ms"] - spike["at_ms"], f"{ms} ms; stays closed")


def _long_spike(bench):
    spike = _spike(bench, _CAR_GONE_MS)
    coil = bench.first(spike["n"], lambda c: not c["coil"], "a coil that is off")
    again = bench.first(coil["n"], lambda c: c["coil"], "a coil that is on", 10_000)
    gap_ms, pin_ms = again["at_ms"] - coil["at_ms"], coil["at_ms"] - spike["at_ms"]
    ok = pin_ms <= COIL_MS and gap_ms >= _REST_MS - 500 and not bench.box.status("err")
    return Seen(ok, spike["at_ms"], pin_ms, note=f"closed again after {gap_ms:.0f} ms, no fault")


def _no_diode(bench):
    bench.box.do("fault", name="diode")
    since = bench.mark()
    bench.plug(on=True)
    came = bench.first(since, lambda c: _pwm(c) and c["low_mv"] > -10_000, "PWM without a diode")
    bench.run(8000)
    return Seen(not bench.ever(since, _moves), came["at_ms"], note=f"err {bench.box.status('err')}")


def _fault_f(bench):
    if bench.board.CONTACTOR.get("mirror") is None:
        raise Skipped("no mirror contact: a weld, the cause of F, is not seen")
    since = bench.charge()
    bench.box.do("fault", name="weld")
    bench.box.do("ready", on=False)
    coil = bench.first(since, lambda c: not c["coil"], "a coil that is off")
    off = bench.first(coil["n"], lambda c: c["duty"] == electrics.OFF, "-12 V")
    bench.run(1000)
    pin_ms = off["at_ms"] - coil["at_ms"]
    ok = pin_ms <= _F_MS and not bench.ever(off["n"], lambda c: c["coil"])
    return Seen(ok, coil["at_ms"], pin_ms, note="a weld; at: coil off, pin: -12 V")


def _boot_in_c(bench):
    bench.charge(reply_s=_ASLEEP_S)
    since = bench.mark()
    resets = bench.box.ask("state")["resets"]
    bench.box.set(rst=True)
    if not bench._until(lambda: bench.box.ask("state")["resets"] > resets, _PATIENCE_MS):
        raise WallboxError("the wallbox did not restart")
    booted = bench.first(since, lambda c: c["duty"] == electrics.OFF, "the reset")
    bench.run(8000)
    kept = not bench.ever(booted["n"], lambda c: _moves(c) or _pwm(c)) and _letter(bench.now()) == "C"
    since = bench.mark()
    bench.box.do("ready", on=False)
    bench.run(2000)
    bench.box.do("ready")
    seen = _closes_after(bench, since, _is("C"))
    return Seen(kept and seen.ok, booted["at_ms"], seen.pin_ms, seen.contacts_ms, "8 s at +12 V; then B, C: closes")


def _amps(amps):
    def play(bench):
        if amps > bench.most_a:
            raise Skipped(f"the board has {bench.most_a} A")
        bench.box.set(amp=amps)
        since = bench.mark()
        bench.plug()
        begun = bench.first(since, _pwm, "PWM")
        good, note = _pulse(begun, amps)
        return Seen(good, begun["at_ms"], 0.0, note=note)

    return play


_OPEN = f"coil <= {COIL_MS}, contacts <= {CONTACTS_MS} ms"
_CLOSE = f"coil >= {_CLOSE_MS[0]}, contacts <= {_CLOSE_MS[1]} ms"
_NEVER = "contacts stay open"
_PULSE = f"0..{_SPAN_US} us short, 1000 Hz +-0.5 %"
ROWS = (
    Row("1.1", "A -> B1: plugged in", _NEVER, _plugged_in),
    Row("1.2", "A -> C at once: S2 is closed in the plug", _CLOSE, _straight_to_c),
    Row("2.1", "B2 -> A: unplugged", _NEVER, _unplugged_in_b),
    Row("2.2", "C2 -> A: unplugged while charging", _OPEN, _leaves(Bench.unplug)),
    Row("3", "B1 -> B2: PWM begins", _PULSE, _begins_pwm),
    Row("4", "B2 -> C2: the car asks", _CLOSE, _asks),
    Row("5", "B2 -> D: ventilation is refused", _NEVER, _ventilation),
    Row("5", "C2 -> D2: ventilation while charging", _OPEN, _leaves(_forced(_D_MV))),
    Row("6", "the duty changes twice", f"steps >= {_STEP_MS} ms apart", _new_duty),
    Row("7", "C2 -> B2: the car stops (also 8.1)", _OPEN, _leaves(lambda bench: bench.box.do("ready", on=False))),
    Row("8.2", "C1 -> B1: it stops after a withdrawal", _OPEN, _c1_b1),
    Row("9", "C2 -> C1: the offer is withdrawn", "contacts wait for the car", _withdrawal),
    Row("10.1", "the car obeys after 2.9 s", _OPEN, _obeys_late),
    Row("10.2", "the car does not obey", f"coil {_FORCED_MS}..{_FORCED_MS + CONTACTS_MS} ms", _ignores),
    Row("11", "B -> C -> B: blips of 250 ms", _NEVER, _blips),
    Row("12", "C2 -> E: the pilot is shorted to PE", _OPEN, _leaves(lambda b: b.box.do("fault", name="pilot_short"))),
    Row("-", "C2 -> A: the pilot wire breaks", _OPEN, _leaves(lambda b: b.box.do("fault", name="cp_open"))),
    Row("-", "C at 7 V, then B at 8 V", _OPEN, _corner(7000, 8000)),
    Row("-", "C at 5 V, then D at 4 V", _OPEN, _corner(5000, 4000)),
    Row("-", "a short spike at closing", "stays closed", _short_spike),
    Row("-", f"spike of {_CAR_GONE_MS} ms at closing", f"coil <= {COIL_MS} ms, no fault, >= 5 s", _long_spike),
    Row("-", "no diode in the car", _NEVER, _no_diode),
    Row("-", "the diode is lost while charging", f"contacts <= {_DIODE_MS} ms (ours)", _diode_lost),
    Row("-", "the box starts while the car is in C", _NEVER + " until B was seen", _boot_in_c),
    *(Row("-", f"{amps} A are offered", _PULSE, _amps(amps)) for amps in (6, 10, 16, 32)),
    Row("13", "F: the wallbox is out of order", f"-12 V <= {_F_MS} ms, coil stays off", _fault_f),
)
