"""The world round the chip, all of it together: outlets, button, light, network, chip resets.

The link calls `output()` for what the chip does and `advance()` to move time; the control port
calls the methods that people would. Everything in here is simulated time and needs neither chip
nor socket.
"""

from . import faults
from .air import Air
from .board import of_outlets
from .buzzer import Buzzer
from .electrics import OFF, STEADY
from .lamp import Lamp
from .outlet import Outlet
from .reader import make_reader
from .temperature import NOBODY, make_temperature
from .timeline import Timeline

NETWORK_MODES = ("on", "silent", "reset")
_BOOT_US = 300_000  # from a reset to the first line of boot.py on an ESP32


class World:
    """board: the board file as a module."""

    def __init__(self, board):
        self.board = board
        self.timeline = Timeline()
        self.timeline.passing = self._passing
        self.listeners = []  # each is called with a dict per change; they must not raise
        self.boards = of_outlets(board)
        self.faults = {n: set() for n in self.boards}
        self.outlets = {n: Outlet(n, own, self.timeline, self.faults[n], self.tell) for n, own in self.boards.items()}
        self.reader = make_reader(board, self.timeline, self.faults[1], self.tell)
        self.temperature = make_temperature(board, self.faults[1], self.timeline)
        self.network = "on"
        self.air = Air()
        self.utc_s = 0.0  # unix time at which this program started
        self.power_cut = lambda: None  # called when the power goes at an instant
        self.fuses = []  # ("p" or "e", n): the power goes in the n-th flash program or erase from now
        self.stall_ms = None  # the chip shall be held for so long
        self.led = dict.fromkeys(self.boards)
        self.lamps = {n: Lamp(own.INDICATOR) for n, own in self.boards.items()}
        self.buzzer = Buzzer(getattr(board, "BUZZER", None), lambda: self.now_ms)
        self.resets = 0
        self.booted_us = 0  # when the chip's clock was 0
        self.armed_us = None  # when the firmware armed the watchdog: the safety path begins
        self._levels = {}  # output pin: 0 or 1; absent: not driven
        self._pressed = set()  # outlets whose button is
        self._releases = {}
        self.flash = {"erases": 0, "programs": 0, "bytes": 0, "erases_closed": 0}
        for outlet in self.outlets.values():
            outlet.settle()

    # --- time

    @property
    def now_ms(self):
        return self.timeline.now_us // 1000

    @property
    def now_utc_s(self):
        return self.utc_s + self.timeline.now_us / 1e6

    def advance(self, to_us):
        self.timeline.advance(to_us)

    def _passing(self, us):
        for outlet in self.outlets.values():
            outlet.passing(us)
        if self.temperature:
            self.temperature.passing(us, [ma for outlet in self.outlets.values() for ma in outlet.amps_ma()])

    # --- watching

    def tell(self, event, **fields):
        """A change: every listener hears {"event": ..., "at_ms": ..., ...}."""
        for listen in self.listeners:
            listen({"event": event, "at_ms": self.now_ms, **fields})

    def outlet(self, number):
        """ValueError names the connectors there are."""
        if number not in self.outlets:
            raise ValueError(f"connector: want one of {sorted(self.outlets)}")
        return self.outlets[number]

    def state(self, number):
        """The answer to {"ask":"state"}, from the electrical model."""
        outlet = self.outlet(number)
        high_mv, low_mv = outlet.plateaus()
        volts = outlet.volts()
        steady_low = outlet.duty == OFF
        return {
            "pilot_v": round((low_mv if steady_low else high_mv) / 1000, 2),
            "low_v": None if outlet.duty == STEADY else round(low_mv / 1000, 2),
            "duty": round(outlet.duty / STEADY, 4),
            "contactor": outlet.contactor.closed,
            "coil": outlet.contactor.coil,
            "phases": sum(v > 0 for v in volts),
            "amps": [round(ma / 1000, 2) for ma in outlet.amps_ma()],
            "volts": volts,
            "energy_wh": round(outlet.energy_wh, 3),
            "meter_wh": outlet.meter.register_wh if outlet.meter else None,
            "locked": outlet.lock and outlet.lock.locked,
            "cable": outlet.cable_a,
            "led": self.led[number],
            "leds": self.lamps[number].leds,
            "uptime_ms": (self.timeline.now_us - self.booted_us) // 1000,
            "at_ms": self.now_ms,  # as in the events of watch: since this program started
            "utc_s": round(self.now_utc_s, 3),
            "armed_ms": None if self.armed_us is None else (self.armed_us - self.booted_us) // 1000,
            "resets": self.resets,
            "plugged": outlet.car is not None,
            "car": outlet.letter,
            "faults": sorted(self.faults[number]),
            "wifi": self.network,
            "wear": dict(outlet.contactor.wear),
            "phase_relay": outlet.relay and outlet.relay.told(),
            "apart": outlet.apart,
            "temperature_c": self.temperature and round(self.temperature.c, 1),
        }

    # --- what the chip does

    def output(self, pin, level):
        """An output pin: 0, 1, or None for not driven."""
        self._levels[pin] = level
        self._drive(pin, STEADY if level else OFF, 0)
        if self.reader:
            self.reader.output(pin, level)
        for n, outlet in self.outlets.items():
            contactor, pilot = self.boards[n].CONTACTOR, self.boards[n].PILOT
            if contactor and pin == contactor["coil"]:
                outlet.coil(level == contactor.get("active", 1))
            if pilot and pin == pilot["pwm"]:
                outlet.drive(STEADY if level else OFF)
            if pilot and pin == pilot.get("disconnect"):
                outlet.part(level == 1)
            if outlet.relay and pin == outlet.relay.pin:
                outlet.phase_coil(level == 1)
            if outlet.lock:
                outlet.lock.output(pin, level)
            if outlet.rcm and pin == outlet.rcm.test_pin:
                outlet.rcm.test(level == 1)

    def pwm(self, pin, duty, hertz):
        """A PWM output. A pilot that is not 1 kHz is no pilot to a car (IEC 61851-1 Table A.2)."""
        self._drive(pin, duty, hertz)
        good = duty in (OFF, STEADY) or abs(hertz - 1000) <= 20
        for n, outlet in self.outlets.items():
            if self.boards[n].PILOT and pin == self.boards[n].PILOT["pwm"]:
                outlet.drive(duty if good else OFF, hertz)

    def uart(self, number, data):
        for outlet in self.outlets.values():
            if outlet.meter and outlet.meter.uart == number:
                outlet.meter.receive(data)
        if self.reader and self.reader.uart == number:
            self.reader.receive(data)

    def i2c(self, address, what):
        """A transfer: bytes that are written, or how many are read -> those that were read; None: nobody is there."""
        if self.reader and address == self.reader.address:
            return self.reader.transfer(what)
        return None

    def onewire(self, pin, what):
        """On a 1-wire bus: as Ds18b20.do()."""
        if self.reader and self.reader.data.get("pin") == pin:
            return self.reader.wire(what)
        return self.temperature.transfer(pin, what) if self.temperature else NOBODY[what[0]]

    def spi(self, mode, hertz, data):
        """Bytes that are sent to whoever is selected -> as many that come back."""
        return self.reader.spi(mode, hertz, data) if self.reader else b"\xff" * len(data)

    def _drive(self, pin, duty, hertz):
        """What hangs on any output: lamp and buzzer."""
        self.buzzer.drive(pin, duty, hertz)
        for n, lamp in self.lamps.items():
            if not lamp.drive(pin, duty):
                continue
            if lamp.leds:
                self.tell("leds", connector=n, **lamp.leds)
            else:
                self._shows(n, lamp.colour)

    def light(self, pin, colours):
        """RRGGBB hex of every WS2812 in the row at a pin; the first one is an outlet's face."""
        for n, own in self.boards.items():
            if own.INDICATOR and own.INDICATOR.get("pin") == pin:
                self._shows(n, colours[:6])

    def _shows(self, n, colour):
        if colour != self.led[n]:
            self.led[n] = colour
            self.tell("led", connector=n, led=colour)

    def flashed(self, kind, count):
        """One erase ("e") or program ("p") of the flash."""
        if kind == "e":
            self.flash["erases"] += 1
            closed = any(outlet.contactor.closed for outlet in self.outlets.values())
            self.flash["erases_closed"] += closed
        else:
            self.flash["programs"] += 1
            self.flash["bytes"] += count

    def inputs(self):
        """What every input pin sees now, as Outlet.inputs()."""
        seen = {}
        for outlet in self.outlets.values():
            seen.update(outlet.inputs())
        if self.temperature:
            seen.update(self.temperature.inputs())
        for n, own in self.boards.items():
            if own.BUTTON:
                seen["G", own.BUTTON["pin"]] = (0 if n in self._pressed else 1,)
        return seen

    def chip_stopped(self, cause, outputs_stay=False):
        """The chip is in reset: nothing is driven, unless it was a soft reset."""
        if not outputs_stay:
            for pin in list(self._levels):
                self.output(pin, None)
            for outlet in self.outlets.values():
                outlet.drive(OFF)
                outlet.coil(False)
            self.led = dict.fromkeys(self.led)
            for lamp in self.lamps.values():
                lamp.dark()
            self.buzzer.silent()
        self.tell("reset", cause=cause)

    def chip_starts(self, again):
        """The chip comes out of reset; again: not the first start."""
        if again:
            self.resets += 1
            self.advance(self.timeline.now_us + _BOOT_US)
        self.booted_us, self.armed_us = self.timeline.now_us, None

    # --- what people do

    def fault(self, number, name, on):
        """Switch a fault. ValueError: unknown, or the board lacks the part."""
        outlet = self.outlet(number)
        faults.check(self.boards[number], name)
        (self.faults[number].add if on else self.faults[number].discard)(name)
        outlet.faults_changed()
        self.tell("fault", connector=number, name=name, on=on)

    def press(self, number, ms):
        """The button is held for ms. ValueError when there is none."""
        faults.need(self.boards[number], "BUTTON")
        self._pressed.add(number)
        self.timeline.cancel(self._releases.get(number))
        self._releases[number] = self.timeline.after(ms * 1000, lambda: self._pressed.discard(number))
        self.tell("button", connector=number, ms=ms)

    def switch_input(self, number, use, on):
        """The contacts of a use close (on) or open. ValueError: the board has none."""
        self.outlet(number).contacts.switch(use, on)
        self.tell("input", connector=number, use=use, on=on)

    def set_meter(self, number, wh):
        outlet = self.outlet(number)
        faults.need(self.boards[number], "METER")
        outlet.meter.wh = float(wh)
        self.tell("meter", connector=number, wh=wh)

    def cut_power(self, programs, erases):
        """Power gone in the middle of the n-th flash program or erase from now; 0: not any more, None: as before.
        Neither of them: at this instant."""
        if programs is None and erases is None:
            self.power_cut()
        self.fuses += [(kind, n) for kind, n in (("p", programs), ("e", erases)) if n is not None]

    def stall(self, ms):
        """From now on the interpreter is in a call in C, for so long."""
        self.stall_ms = ms
        self.tell("stall", ms=ms)

    def hold_temperature(self, c):
        """The box is held at so many degrees Celsius; None: it is as warm as it gets. ValueError without a sensor."""
        faults.need(self.board, "TEMPERATURE")
        self.temperature.held_c = c

    def hold_card(self, uid, seconds):
        """A card with this UID is held to the reader. ValueError when there is none."""
        faults.need(self.board, "READER")
        self.reader.hold(uid, seconds)

    def change_air(self, networks=None, guests=None, cable=None):
        """What is given changes: see air.py. ValueError: the board has no Ethernet."""
        if cable is not None:
            faults.need(self.board, "ETHERNET")
            self.air.cable = cable
        self.air.networks = self.air.networks if networks is None else networks
        self.air.guests = self.air.guests if guests is None else guests
        self.tell("air", **self.air.kept())

    def hotspot(self, ssid, key):
        """The chip's access point is on, or off (empty)."""
        self.air.hotspot = {"ssid": ssid, "key": key} if ssid else None
        self.tell("hotspot", on=bool(ssid))

    def set_network(self, mode):
        """One of NETWORK_MODES."""
        self.network = mode
        self.tell("wifi", mode=mode)
