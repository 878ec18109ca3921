"""One connector: pilot wire, car, contactor and meter, and what they make of each other.

Two things drive an outlet: the chip (the pilot's PWM, the coil, bytes to the meter) and the
control port (car, faults). After either, `settle()` carries the change round the circuit until
nothing moves, then tells the figures and whoever watches. What the chip can sense is read from
here as `inputs()`.
"""

from . import electrics, mains, proximity
from .car import Car
from .contactor import Contactor
from .earth import make_earth
from .inputs import Contacts
from .lock import Lock
from .meter import make_meter
from .phases import make_phases
from .rcm import Monitor
from .timing import Timing
from .trace import Trace

_NO_NOISE = 0


class Outlet:
    """board: the board file; timeline: the world's time; faults: the set of names that are on;
    tell(event, **fields): hears of every change."""

    def __init__(self, number, board, timeline, faults, tell):
        self.number = number
        self.faults = faults
        self._board = board
        self._timeline = timeline
        self._tell = tell
        self._told = {}
        self.phases = board.LIMITS["phases"]
        self.duty = electrics.OFF  # what the chip outputs, 0..65535
        self.hertz = 0  # of that, 0 for a steady level
        self.forced_mv = None  # (high, low) on the pilot wire, whatever hangs on it
        self.at_coil = None  # called once, when the coil is energised next
        self.car = None
        self.mains_v = None  # V on L1, L2, L3, None: as usual
        self.energy_wh = 0.0  # since the plug-in
        self.meter = make_meter(board, self, timeline)
        self.timing = Timing(timeline)
        self.trace = Trace(timeline)
        self.contactor = self._make_contactor(board.CONTACTOR or {"close_ms": 0, "release_ms": 0})
        self.rcm = Monitor(board.RCM, timeline, faults, self.settle, self._tell_own) if board.RCM else None
        self.contacts = Contacts(board, faults)
        self.earth = make_earth(board, self, timeline)
        self.lock = Lock(board.LOCK, timeline, faults, self.settle) if board.LOCK else None
        self.cable_a = None  # of the cable in the socket
        self.relay = make_phases(board, timeline, self.settle, self.contactor)
        self.apart = False  # the relay in the pilot wire is open
        self._full = None  # the event at which the car will be full
        self._frozen_mv = None

    def _make_contactor(self, data):
        times = data["close_ms"], data["release_ms"]
        return Contactor(self._timeline, self.settle, lambda: any(self.amps_ma()), *times)

    # --- what is

    @property
    def letter(self):
        """What the pilot wire shows when the source is high: A to D, E for a short."""
        if "pilot_short" in self.faults:
            return "E"
        return "A" if self.car is None or self._wire_open() else self.car.letter

    def plateaus(self):
        """(high_mv, low_mv) on the pilot wire."""
        if self.forced_mv:
            return self.forced_mv
        high_mv, low_mv = electrics.plateaus(
            self.car.letter if self.car else "A",
            diode_shorted="diode" in self.faults,
            shorted="pilot_short" in self.faults,
            broken=self._wire_open(),
        )
        return high_mv, 0 if "pilot_no_negative" in self.faults else low_mv

    def _wire_open(self):
        return self.apart or "cp_open" in self.faults

    def volts(self):
        return mains.volts(self.phases, self.faults, self.mains_v)

    def amps_ma(self):
        """mA on L1, L2, L3 through the main contacts."""
        if self.car is None or not self.contactor.closed:
            return [0, 0, 0]
        volts = self.relay.behind(self.volts()) if self.relay else self.volts()
        return self.car.drawn_ma(volts, "overcurrent" in self.faults)

    def watts(self):
        return [v * ma / 1000 for v, ma in zip(self.volts(), self.amps_ma(), strict=True)]

    def inputs(self):
        """What the chip's pins see: {("A", pin): (high_mv, low_mv, noise_mv, pwm_pin), ("G", pin):
        (level,)}.
        """
        seen = {("G", pin): (level,) for pin, level in self._input_levels()}
        pilot = self._board.PILOT
        if pilot:
            levels = [electrics.adc_mv(mv, pilot["levels"]) for mv in self.plateaus()]
            sees = (*levels, pilot.get("noise_mv", 4), pilot["pwm"])
            if self._frozen_mv is not None:
                sees = (self._frozen_mv, self._frozen_mv, _NO_NOISE, -1)
            seen["A", pilot["adc"]] = sees
        if self._board.PROXIMITY:
            seen.update(proximity.inputs(self._board.PROXIMITY, self.cable_a, self.faults))
        return seen

    def _input_levels(self):
        data = self._board.CONTACTOR
        if data and data.get("mirror") is not None:
            at_closed = data.get("mirror_closed", 0)
            yield data["mirror"], at_closed if self.contactor.closed else 1 - at_closed
        if self.relay:
            yield from self.relay.levels()
        if self.lock:
            yield from self.lock.levels()
        if self.earth:
            yield from self.earth.levels()
        if self.rcm:
            yield from self.rcm.levels()
        yield from self.contacts.levels()

    # --- what the chip does

    def drive(self, duty, hertz=0):
        """The pilot driver's duty, 0 (-12 V) to 65535 (+12 V)."""
        self.duty, self.hertz = duty, hertz
        self.settle()

    def coil(self, on):
        if on and self.at_coil:
            act, self.at_coil = self.at_coil, None
            act()
        self.contactor.energise(on)
        self.settle()

    def phase_coil(self, on):
        self.relay.contactor.energise(on)
        self.settle()

    def part(self, on):
        """The relay in the pilot wire opens, or closes."""
        self.apart = on
        self.settle()

    # --- what people do

    def plug(self, on=False, **settings):
        """A car comes and plugs in, with the cable that is in the socket or with its own. ValueError when one is there,
        or the socket is locked."""
        if self.car:
            raise ValueError("a car is plugged in already")
        if self.cable_a is not None:
            settings["cable"] = self.cable_a
        elif self.lock and self.lock.locked:
            raise ValueError("the socket is locked: no plug goes in")
        self.cable_a = settings["cable"]
        self.car = Car(self._timeline, self.settle, **settings)
        self.energy_wh = 0.0
        if on:
            self.car.ask(True)
        self.settle()

    def ready(self, on):
        """The car asks for current, or stops asking. ValueError without a car."""
        if self.car is None:
            raise ValueError("no car is plugged in")
        self.car.ask(on)
        self.settle()

    def hold_mains(self, volts):
        """The mains have these voltages before the contactor; None: the usual ones."""
        self.mains_v = volts
        if self.lock:
            self.lock.mains = any(self.volts())
        self.settle()

    def draw(self, amps):
        """The car takes so much of each phase while it asks; None: what it may. ValueError without a car."""
        if self.car is None:
            raise ValueError("no car is plugged in")
        self.car.takes_ma = amps and [round(1000 * a) for a in amps]
        self.settle()

    def unplug(self, side="both"):
        """The car is unplugged and the cable with it; side "car": the cable stays in the socket. ValueError without
        either, or when the lock holds the plug."""
        if self.car is None and (self.cable_a is None or side == "car"):
            raise ValueError("no car is plugged in")
        if side == "both" and self.lock and self.lock.locked:
            raise ValueError("the plug is locked: it cannot be unplugged at the wallbox")
        if side == "both":
            self.cable_a = None
        if self.car:
            self.car.gone()
            self.car = None
        self.settle()

    def force(self, high_mv=None, low_mv=None):
        """These plateaus are on the pilot wire, whatever the car does; None: what the circuit gives."""
        self.forced_mv = None
        if high_mv is not None:
            self.forced_mv = high_mv, -electrics.SOURCE_MV if low_mv is None else low_mv
        self.settle()

    def faults_changed(self):
        """The set of faults is another one now."""
        self.contactor.welded = "weld" in self.faults
        self.contactor.dead = "no_close" in self.faults
        if self.lock:
            self.lock.settle()
        if self.rcm:
            self.rcm.settle()
        if "adc_frozen" not in self.faults:
            self._frozen_mv = None
        elif self._frozen_mv is None and self._board.PILOT:
            high_mv, low_mv = self.plateaus()
            now_mv = high_mv if self.duty else low_mv
            self._frozen_mv = electrics.adc_mv(now_mv, self._board.PILOT["levels"])
        self.settle()

    # --- what follows

    def settle(self):
        """Carry a change round: contacts move, the car hears and draws, figures and watchers
        learn.
        """
        self.contactor.settle()
        if self.relay:
            self.relay.settle(self.faults, self.car)
        if self.car:
            self.car.hear(self._duty_at_car())
            self._power_the_car()
        self._plan_the_full_car()
        self.timing.look(self.letter, self.duty, self.contactor)
        self._trace()
        self._tell_changes()

    def _trace(self):
        high_mv, low_mv = self.plateaus()
        self.trace.look(
            high_mv=high_mv,
            low_mv=low_mv,
            duty=self.duty,
            hertz=self.hertz,
            coil=self.contactor.coil,
            contacts=self.contactor.closed,
            amps=max(self.amps_ma()) / 1000,
        )

    def passing(self, us):
        """us of unchanged current went by."""
        wh = sum(self.watts()) * us / 3.6e9
        if wh:
            self.energy_wh += wh
            self.car.taken_wh += wh
        if self.meter:
            self.meter.count(wh)

    def _duty_at_car(self):
        blind = "pilot_short" in self.faults or self._wire_open()
        return None if blind else self.duty

    def _power_the_car(self):
        live = self.contactor.closed and any(self.volts())
        if live != self.car.live:
            self.car.power(live)

    def _plan_the_full_car(self):
        self._timeline.cancel(self._full)
        self._full = None
        watts = sum(self.watts())
        if watts and self.car.left_wh is not None:
            self._full = self._timeline.after(self.car.left_wh * 3.6e9 / watts + 1, self._car_full)

    def _car_full(self):
        self.car.ask(False)
        self.settle()

    def _tell_own(self, event, **fields):
        self._tell(event, connector=self.number, **fields)

    def _tell_changes(self):
        high_mv, low_mv = self.plateaus()
        now = {
            "car": {"plugged": self.car is not None, "state": self.letter},
            "pilot": {"high_mv": high_mv, "low_mv": low_mv, "duty": self.duty / 65535},
            "coil": {"on": self.contactor.coil},
            "contactor": {"closed": self.contactor.closed},
            "current": {"amps": [ma / 1000 for ma in self.amps_ma()]},
        }
        if self.lock:
            now["lock"] = {"locked": self.lock.locked}
        for event, fields in now.items():
            if self._told.get(event) != fields:
                self._told[event] = fields
                self._tell(event, connector=self.number, **fields)
