"""The fast half of an outlet: from one burst of the pilot to contactor and duty.

The safety path (safety.py) calls `tick` with every burst and does what it says. Everything that
can make the contactor close or open passes here and through the table of pilot.py; the slow half
(outlet.py) can only ask, by the four attributes it sets. `tick` allocates nothing.

How long something lasts is counted up to a bound, tick by tick. Kept moments would turn round
after 6 days (ticks.py), and a contactor that was open for a week could not close.
"""

from micropython import const

from pilotwire.core import ticks
from pilotwire.core.duty import LEAST_MA, MOST_MA, OFF, STEADY, duty_for
from pilotwire.core.faults import NONE, OPEN, OPEN_F, FaultSet
from pilotwire.core.levels import Filter
from pilotwire.core.pilot import OUTPUT, step

# IEC 61851-1:2017 Table A.6 where a sequence is named, else what proved itself in the field
_STABLE_MS = const(500)  # C before closing: a car that wakes up blips C for 250 ms (seq. 11)
_DIODE_BURSTS = const(5)  # with the diode seen, of this plug-in, before closing
_REST_MS = const(5000)  # from opening to closing again
_FAULT_REST_MS = const(30000)  # the same after a fault or state D
_FORCED_MS = const(6010)  # from the withdrawn offer to opening under load, on the wire 6 s at the least (seq. 10.2)
_ADAPT_MS = const(5010)  # the car follows a new duty within 5 s; no faster changes on the wire (seq. 6)
_UNPLUGGED_MS = const(250)  # A that is more than a loose plug
_CONTACT_MS = const(150)  # what the feedback may be late beyond the contactor's own time
_BOUNCE_MS = const(250)  # a feedback that disagrees later, out of itself, and is believed
_BLIND_OPEN_MS = const(300)  # counts as open where there is no feedback
_SETTLED_MS = const(100)  # the plateaus follow the output within this
_ODD_BURSTS = const(5)  # in a row with plateaus that do not fit the output make a fault
_DIODE_MV = const(-10000)  # the low plateau is below this where a diode is
_APART_MV = const(9000)  # plateaus further apart than this: PWM is seen
_TOGETHER_MV = const(1500)  # plateaus closer than this: no PWM is seen
_FAST_MS = const(20)
_DOUBT_MS = const(10)  # after a burst that is not C: three of them and a late one fit into 60 ms
_IDLE_MS = const(100)
_LONG_MS = const(100000)  # nothing here waits longer: counted no further

_CAR = ("B", "C", "D")
_FAST = ("B2", "C2W")  # the contactor is open
_EVENT = {"A": "a", "B": "b", "C": "c", "D": "d", "E": "e", "F": "f"}


def _aged(ms, dt_ms):
    return ms + dt_ms if ms < _LONG_MS else ms


class Connector:
    def __init__(self, release_ms, close_ms, has_mirror):
        """release_ms, close_ms: what the contactor takes; has_mirror: there is a feedback contact."""
        # Set by the slow half, each with a single store
        self.offer_ma = 0  # mA to offer; below 6000 nothing is offered
        self.permit = False  # the contactor may be closed: authorised, booked, locked
        self.external_fault = False  # open at once, for as long as it is set
        self.held = False  # with the contactor open: it stays so, and the line says nothing (core/apart.py)

        # What the safety path carries out after each tick
        self.close = False  # the contactor
        self.duty = STEADY  # of the pilot
        self.period_ms = _IDLE_MS  # to the next tick

        # For everyone to read
        self.faults = FaultSet()
        self.state = "A1"  # of pilot.py
        self.changed_ms = 0  # tick since when
        self.letter = "A"  # of the line, filtered
        self.plugged = False
        self.high_mv = self.low_mv = 0  # of the last burst
        self.diode_seen = 0  # bursts with a diode since the car was plugged in, counted to 5
        self.seen_b = False  # since boot the line was once A or B: the car is not left from before
        self.ventilation = False  # the car asked for ventilation and is refused for 30 s
        self.is_open = False  # the contactor is proven open, or open for 300 ms without feedback
        self.opened_ms = None  # tick of the last opening, None before the first
        self.closings = 0
        self.loaded = 0  # openings that were not the car's wish: for a fault, or after the 6 s of CX
        self.glitches = 0  # runs of bad bursts with the contactor closed that were filtered

        self._line = Filter(release_ms)
        self._has_mirror = has_mirror
        self._release_ms = release_ms
        self._close_ms = close_ms
        self._now_ms = None  # of the last tick
        self._state_ms = 0  # how long: in this state
        self._c_ms = self._a_ms = 0  # every burst read C, every burst read A
        self._d_ms = 0  # since the line was D
        self._open_ms = 0  # since opening, or since boot
        self._rest_ms = _REST_MS  # how long that has to be before closing
        self._output_ms = 0  # since the output changed between steady and PWM
        self._duty_ms = 0  # since the duty changed
        self._late_ms = 0  # the feedback disagrees
        self._grace_ms = _BOUNCE_MS  # how long it may
        self._odd = 0  # bursts in a row whose plateaus do not fit the output

    def tick(self, now_ms, high_mv, low_mv, contact):
        """Take one burst and decide.

        now_ms: ticks. high_mv, low_mv: the plateaus at the car's end, equal without PWM, taken
        while `duty` was output. contact: the main contacts, True closed, False open, None unknown.
        """
        dt_ms = self._elapse(now_ms)
        self.high_mv = high_mv
        self.low_mv = low_mv
        if self.held and not self.close:
            self._line.forget()
            self._watch_contact(contact, dt_ms)
            return
        if self.duty != OFF:  # at -12 V the line says nothing about the car
            self._watch_line(high_mv, dt_ms)
            self._watch_plateaus(high_mv, low_mv)
        self._watch_contact(contact, dt_ms)
        self._enter(self._decide(contact), now_ms)

    def restart(self, now_ms):
        """The safety path was blind or failed, and has opened the contactor: begin from the line."""
        self._elapse(now_ms)  # what was missed is no time that the contacts have had to open
        self._line.forget()
        self._c_ms = self._a_ms = 0
        self._enter("A1" if self.state not in ("E", "F") else self.state, now_ms)

    def _elapse(self, now_ms):
        dt_ms = 0 if self._now_ms is None else max(0, ticks.diff(now_ms, self._now_ms))
        self._now_ms = now_ms
        self._state_ms = _aged(self._state_ms, dt_ms)
        self._d_ms = _aged(self._d_ms, dt_ms)
        self._open_ms = _aged(self._open_ms, dt_ms)
        self._output_ms = _aged(self._output_ms, dt_ms)
        self._duty_ms = _aged(self._duty_ms, dt_ms)
        return dt_ms

    def _watch_line(self, high_mv, dt_ms):
        line = self._line
        line.feed(high_mv, dt_ms, self.close)
        self.glitches = line.glitches
        asked = self.duty != STEADY  # only C under PWM asks for the contactor
        self._c_ms = self._steadily("C", self._c_ms, dt_ms) if asked else 0
        self._a_ms = self._steadily("A", self._a_ms, dt_ms)
        letter = line.letter
        if not letter:
            return
        self.letter = letter
        self._watch_car(letter)
        if letter == "E" or letter == "F":
            self.faults.set("pilot_short")
        else:
            self.faults.clear("pilot_short")

    def _steadily(self, letter, ms, dt_ms):
        """How long every burst read this letter, at least; a long gap proves little."""
        line = self._line
        if line.raw != letter or line.same < 2:
            return 0
        return _aged(ms, min(dt_ms, _IDLE_MS))

    def _watch_car(self, letter):
        if letter == "A" or letter == "B":
            self.seen_b = True
        if letter in _CAR:
            self.plugged = True
        elif self._a_ms >= _UNPLUGGED_MS:
            self.plugged = self.ventilation = False
            self.diode_seen = 0
            self.faults.unplugged()
        if letter == "D":
            self.ventilation = True
            self._d_ms = 0
        elif self._d_ms >= _FAULT_REST_MS:
            self.ventilation = False

    def _watch_plateaus(self, high_mv, low_mv):
        """The low plateau proves the car's diode, and that what we read follows what we output."""
        apart_mv = high_mv - low_mv
        fault = None
        if self.duty == STEADY:
            if apart_mv > _APART_MV:
                fault = "pilot_frozen"
        elif self._line.raw not in _CAR:
            return  # an open or a shorted line has no diode to show
        elif low_mv > _DIODE_MV:
            fault = "pilot_frozen" if apart_mv < _TOGETHER_MV else "diode"
        elif self.diode_seen < _DIODE_BURSTS:
            self.diode_seen += 1
        if fault is None:
            self._odd = 0
            self.faults.clear("diode")
            self.faults.clear("pilot_frozen")
        elif self._output_ms >= _SETTLED_MS:
            self._odd += 1
            if self._odd >= _ODD_BURSTS:
                self.faults.set(fault)

    def _watch_contact(self, contact, dt_ms):
        """The main contacts must follow the command, always."""
        self.is_open = not self.close and (contact is False or contact is None and self._open_ms >= _BLIND_OPEN_MS)
        if contact is None or contact == self.close:
            self._late_ms = 0
            self._grace_ms = _BOUNCE_MS
            self.faults.clear("no_close")
            self.faults.clear("weld")
            return
        self._late_ms = _aged(self._late_ms, dt_ms)
        if self._late_ms > self._grace_ms:
            self.faults.set("no_close" if self.close else "weld")

    def _decide(self, contact):
        """-> the state that follows, all events of this tick sent to the table in turn."""
        state = self.state
        if self.duty != OFF and self._line.letter:
            state = step(state, _EVENT[self._line.letter])
        effect = self.faults.effect()
        if effect == OPEN_F:
            state = step(state, "fault_f")
        elif effect == OPEN or self.external_fault:
            state = step(state, "fault")
        else:
            state = step(state, "clear")
        state = step(state, "offer" if effect == NONE and self._offering() else "withdraw")
        if self.state == "CX" and self._state_ms >= _FORCED_MS:
            state = step(state, "expired")
        if self._may_close(contact):
            state = step(state, "close")
        return state

    def _offering(self):
        return self.offers and (self.permit or not self.close)

    @property
    def offers(self):
        """Is current offered to a car that comes, as far as the connector knows? Faults apart."""
        return self.offer_ma >= LEAST_MA and self.seen_b and not self.ventilation

    @property
    def rests(self):
        """Does a car that asks have to wait because the contactor opened a moment ago?"""
        return self.letter == "C" and not self.close and self._open_ms < self._rest_ms

    def _may_close(self, contact):
        """Everything but the offer and the faults: without them the state is not C2W."""
        return (
            self.permit
            and not self.close
            and self._c_ms >= _STABLE_MS
            and self.diode_seen >= _DIODE_BURSTS
            and self._open_ms >= self._rest_ms
            and (contact is False or contact is None and not self._has_mirror)
        )

    def _enter(self, state, now_ms):
        if state != self.state:
            self.state = state
            self.changed_ms = now_ms
            self._state_ms = 0
        pilot, close = OUTPUT[state]
        if close != self.close:
            self._switch(close, now_ms)
        self._drive(pilot)
        if close:
            self.period_ms = self._line.period_ms if self._line.raw == "C" else _DOUBT_MS
        else:
            self.period_ms = _FAST_MS if state in _FAST else _IDLE_MS

    def _switch(self, close, now_ms):
        self.close = close
        self._late_ms = 0
        self.is_open = False
        if close:
            self.closings += 1
            self._grace_ms = self._close_ms + _CONTACT_MS
            return
        self.opened_ms = now_ms
        self._open_ms = 0
        self.loaded += self.letter > "B"
        self._rest_ms = _FAULT_REST_MS if self.state in ("D1", "E", "F") else _REST_MS
        self._grace_ms = self._release_ms + _CONTACT_MS

    def _drive(self, pilot):
        if pilot == "pwm":
            self._modulate(duty_for(min(self.offer_ma, MOST_MA)))
            return
        duty = STEADY if pilot == "steady" else OFF
        if duty != self.duty:
            self._output(duty)

    def _modulate(self, duty):
        if self.duty == STEADY or self.duty == OFF:  # a tuple of the two would allocate
            self._output(duty)
        elif duty != self.duty and (self.state != "C2" or self._duty_ms >= _ADAPT_MS):
            self.duty = duty
            self._duty_ms = 0

    def _output(self, duty):
        self.duty = duty
        self._duty_ms = self._output_ms = self._odd = 0
