"""The rules for board files, and the check of one board by them."""

from types import SimpleNamespace

from tools.board_chips import CHIPS, chip
from tools.board_file import SECOND, outlets
from tools.board_parts import DESCRIBED, KINDS, LATER, LINES, NEEDED, PARTS, driven, fields, lacking, line

LEVELS_MV = (12000, 9000, 6000, 3000, -12000)
_CAR_MV = 10800  # below it there is a car (10.5 V and the hysteresis)
_DIODE_MV = -10000  # below it there is a diode
_RELEASE_MS = 45  # of the 100 ms of IEC 61851-1, table A.6; core/levels.py makes sure of the other 55
_WHY_RELEASE = "what is left of the 100 ms of IEC 61851-1 when the coil is off"
_EMAC = ("esp32", "esp32_u4wdh")  # the chips with an Ethernet MAC of their own
_PHYS = ("LAN8710", "LAN8720", "IP101", "RTL8201", "DP83848", "KSZ8041", "KSZ8081")  # network.PHY_... of MicroPython
_RMII = {19, 21, 22, 25, 26, 27}
_BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)

# The rules, each with what it wants; docs/boards.md shows them so.
RULES = {
    "file": "the file is data and imports nothing; the board it starts from (`PARENT`) exists",
    "name": "`NAME` is the folder's name",
    "mcu": "`MCU` is one of " + ", ".join(f"`{name}`" for name in CHIPS),
    "parts": "every part is described, or `None`; no other names",
    "needed": "no board is without " + " and ".join(f"`{name}`" for name in NEEDED),
    "fields": "a part has its fields and no others",
    "kind": "a kind has a driver, or is one of those that are described already",
    "exists": "the chip has the pin",
    "once": "a pin has one use",
    "flash": "no pin of the flash memory",
    "psram": "no pin of the PSRAM, where `PSRAM` says there is one",
    "output": "no output on an input-only pin",
    "adc1": "analog inputs are on ADC1 (ADC2 is not usable with Wi-Fi)",
    "reset": "no coil and no lock on a pin that pulses at reset",
    "pull_down": "coil and lock drivers have a pull-down",
    "limits": "6000..80000 mA, 1 or 3 phases, 100..277 V where `volts` is given (230 else)",
    "station": "`station_ma` is 6000..twice `ma`, and only where there is an `OUTLET_2`",
    "second": "`OUTLET_2` describes parts; two meters on a wire differ in their address only, two S0 in their counter",
    "levels": "five pairs (ADC mV, pilot mV) at +12, +9, +6, +3 and -12 V; ADC mV fall, 0..3300",
    "range": "the ADC can tell +10.8 V (is there a car?) and -10 V (its diode)",
    "contactor": "`release_ms` 1..45 (table A.6: open within 100 ms, 55 of them until the coil is off), "
    "`close_ms` 1..100; a mirror has its level",
    "phases": "`in_series` states that the first contactor switches all wires, and this one L2 and L3 behind it; "
    "`release_ms` 1..100, either way; a mirror has its level; `LIMITS.phases` is 3",
    "meter": "a UART that is not the console's, a usual baud and parity, an address 1..247; S0: `pulses_kwh` 1..100000",
    "reader": "an I2C address 0x08..0x77; a UART of its own, not the console's; `reverse` is `True` or `False`",
    "lock": "`pulse_ms` 10..2000, `settle_ms` and `pause_ms` 0..5000; `locked`, a feedback's level; a motor's `rest`",
    "cable": "`pull_up_ohm`, `supply_mv` as built; `least_ohm` 10..99, `most_ohm` 1501..20000",
    "trip": "`active` is the trip input's level at a fault, 0 or 1",
    "earth": "`present` is the level while there is earth, 0 or 1; of `earth_mains` nothing",
    "inputs": "a contact's `use` is one of "
    + ", ".join(f"`{use}`" for use in LINES)
    + "; `closed`, the level while it is closed, 0 or 1; a limit's `ma` 0..`LIMITS.ma` or its `w` 0..22000, not both",
    "heat": "`stop_c` 40..90; a thermistor's `curve`, coldest point first, that the ADC can tell from a broken wire",
    "lamps": "1..30 lamps; PWM of 100..40000 Hz, not the pilot's 1000",
    "ethernet": "an ESP32, a `phy` that MicroPython knows at an `address` 0..31, `clock` 0 (in), 16 or 17 (out), "
    "RMII's pins 19, 21, 22, 25, 26 and 27 for nothing else",
    "external": "`EXTERNAL` says of each part that is absent or not driven, and of what a part has not, what "
    "protects instead and what is missing",
    "readme": "README.md has that table",
}


class Check:
    """The findings about one board: `errors` and `notes`, lists of lines; `broken`, the rules that are."""

    def __init__(self, board, name, readme):
        self.board = board
        self.name = name
        self.readme = readme  # its text
        self.errors = []
        self.notes = []
        self.broken = set()
        self.chip = chip(getattr(board, "MCU", None))
        self.used = {}  # pin -> the field that has it
        self.run()

    def run(self):
        self.want("name", "NAME", getattr(self.board, "NAME", None), self.name, "its folder's name, " + repr(self.name))
        if not self.chip:
            self.error("mcu", "MCU", f"want one of {', '.join(CHIPS)}")
            return
        self.reserved = self.chip.psram.get(getattr(self.board, "PSRAM", None), set())
        for name in vars(self.board):
            if name not in (*PARTS, "NAME", "MCU", "PSRAM", "LIMITS", "EXTERNAL", SECOND):
                self.error("parts", name, "no such part")
        self.limits(getattr(self.board, "LIMITS", None))
        for part in PARTS:
            self.part(part)
        self.external()
        if getattr(self.board, SECOND, None) is not None:
            self.second(self.board, getattr(self.board, SECOND))

    def second(self, board, parts):
        """The second outlet's parts, as the first one's; its findings begin with OUTLET_2."""
        if not isinstance(parts, dict):
            self.error("second", SECOND, 'want its parts, {"PILOT": {...}, "CONTACTOR": {...}, ...}')
            return
        for name in parts:
            if name not in PARTS:
                self.error("parts", f"{SECOND}.{name}", "no such part")
        whole, self.name = self.name, f"{self.name}: {SECOND}"
        self.board = SimpleNamespace(**{**dict.fromkeys(PARTS), **outlets(vars(board))[1]})
        self.beside(board.METER, self.board.METER)
        for part in PARTS:
            self.part(part)
        self.board, self.name = board, whole

    def beside(self, first, meter):
        """Two meters must not get in each other's way; on one wire they share its pins."""
        if not (isinstance(first, dict) and isinstance(meter, dict)):
            return
        if "pulses_kwh" in first and "pulses_kwh" in meter:
            if first.get("counter", 0) == meter.get("counter", 0):
                self.error("second", "METER.counter", "both meters have the same")
        elif first.get("uart") is not None and first.get("uart") == meter.get("uart"):
            for field in ("tx", "rx", "de", "baud", "parity"):
                if first.get(field) != meter.get(field):
                    self.error("second", f"METER.{field}", "another one than the first meter's, on the same UART")
                self.used.pop(first.get(field), None)
            if first.get("address") == meter.get("address"):
                self.error("second", "METER.address", "both meters on the wire have the same")

    def error(self, rule, field, text):
        self.errors.append(f"{self.name}: {field}: {text}")
        self.broken.add(rule)

    def note(self, field, text):
        self.notes.append(f"{self.name}: {field}: note: {text}")

    def want(self, rule, field, value, wanted, text=None):
        """wanted: a value, or a list of values."""
        if not (value in wanted if isinstance(wanted, list) else value == wanted):
            self.error(rule, field, f"want {text or wanted}, not {value!r}")

    def number(self, rule, field, value, low, high, unit=""):
        if type(value) is not int or not low <= value <= high:
            self.error(rule, field, f"want {low}..{high} {unit}".strip() + f", not {value!r}")

    # The parts

    def part(self, part):
        spec = getattr(self.board, part, "missing")
        if spec == "missing" and part not in LATER:
            self.error("parts", part, "missing: what a board lacks is None")
        elif spec is None and part in NEEDED:
            self.error("needed", part, "no board can do without")
        elif isinstance(spec, dict) and self.whole(part, spec, fields(part, spec)):
            self.pins(part, spec)
            self.kind(part, spec)
            getattr(self, part.lower(), lambda spec: None)(spec)

    def whole(self, part, spec, known):
        """Are all fields there, and no other?"""
        missing = [field for field, role in known.items() if field not in spec and not role.endswith("*")]
        strange = [field for field in spec if field not in known]
        for field in missing:
            self.error("fields", f"{part}.{field}", "missing")
        for field in strange:
            self.error("fields", f"{part}.{field}", "no such field")
        return not missing

    def pins(self, part, spec):
        for field, role in fields(part, spec).items():
            pin, able = spec.get(field), role.rstrip("?*")
            if able and not (pin is None and able != role):
                self.pin(f"{part}.{field}", pin, able)

    def kind(self, part, spec):
        kind = spec.get("kind")
        if kind and (part, kind) not in KINDS and not driven(part, spec) and kind not in DESCRIBED.get(part, ()):
            self.error("kind", f"{part}.kind", f"no driver firmware/pilotwire/hal/{kind}.py")

    def pin(self, field, pin, role):
        chip = self.chip
        if type(pin) is not int or pin not in chip.pins:
            self.error("exists", field, f"the chip has no pin {pin!r}")
            return
        if pin in self.used:
            self.error("once", field, f"pin {pin} is used twice, {self.used[pin]} has it")
        self.used[pin] = field
        for rule, pins, text in (
            ("flash", chip.flash, "belongs to the flash memory"),
            ("psram", self.reserved, "belongs to the PSRAM"),
            ("output", chip.input_only if role == "out" else (), "is input only"),
            ("adc1", () if role != "adc" else chip.pins - chip.adc1, "is not on ADC1 (ADC2 is not usable with Wi-Fi)"),
        ):
            if pin in pins:
                self.error(rule, field, f"pin {pin} {text}")
        if pin in chip.console:
            self.note(field, f"pin {pin} is the console's")
        if pin in chip.strapping:
            self.note(field, f"pin {pin} is a strapping pin: nothing may hold it at reset")
        if field == "BUTTON.pin" and pin in chip.input_only:
            self.note(field, f"pin {pin} has no pull-up of its own: the wiring must")
        if field.startswith(("RCM.trip", "INPUTS.", "EARTH.")) and pin in chip.input_only:
            self.note(field, f"pin {pin} has no pull of its own: without one in the wiring a broken wire is not seen")

    def calm(self, part, spec, *names):
        """Outputs that move something do not do so by themselves at reset."""
        for name in names:
            if spec[name] in self.chip.pulses:
                self.error("reset", f"{part}.{name}", f"pin {spec[name]} pulses at reset: it would move by itself")
        if spec["pull_down"] is not True:
            self.error("pull_down", part + ".pull_down", "want True: the driver's input needs a pull-down")

    # What a part's other fields may be; called by part()

    def limits(self, spec):
        fields = {"ma": "", "phases": "", "station_ma": "*", "volts": "*"}
        if not isinstance(spec, dict) or not self.whole("LIMITS", spec, fields):
            self.error("limits", "LIMITS", 'want {"ma": ..., "phases": ...}')
            return
        self.number("limits", "LIMITS.ma", spec["ma"], 6000, 80000, "mA (IEC 61851-1, Annex A)")
        self.want("limits", "LIMITS.phases", spec["phases"], [1, 3], "1 or 3")
        self.number("limits", "LIMITS.volts", spec.get("volts", 230), 100, 277, "V, nominal, of a phase against N")
        if "station_ma" in spec:
            most_ma = 2 * spec["ma"] if getattr(self.board, SECOND, None) and type(spec["ma"]) is int else 0
            self.number("station", "LIMITS.station_ma", spec["station_ma"], 6000, most_ma, "mA, of two outlets")

    def pilot(self, spec):
        field = "PILOT.levels"
        try:
            adc_mv = [adc for adc, _ in spec["levels"]]
            pilot_mv = tuple(pilot for _, pilot in spec["levels"])
        except (TypeError, ValueError):
            self.error("levels", field, "want five pairs (ADC mV, pilot mV)")
            return
        if pilot_mv != LEVELS_MV:
            self.error("levels", field, f"want the pilot at {', '.join(map(str, LEVELS_MV))} mV in order")
            return
        for mv in adc_mv:
            self.number("levels", field, mv, 0, 3300, "mV, what a pin stands")
        falling = all(above > below for above, below in zip(adc_mv, adc_mv[1:], strict=False))
        if not falling:
            self.error("levels", field, f"ADC mV must fall from level to level, not {adc_mv}")
            return
        low, high = self.chip.adc_mv
        top = adc_mv[1] + (adc_mv[0] - adc_mv[1]) * (_CAR_MV - 9000) // 3000
        bottom = adc_mv[4] + (adc_mv[3] - adc_mv[4]) * (_DIODE_MV + 12000) // 15000
        if top > high:
            self.error("range", field, f"+10.8 V is {top} mV, the ADC tells {high} at most: no car would be seen")
        if bottom < low:
            self.error("range", field, f"-10 V is {bottom} mV, the ADC tells {low} at least: no diode would be seen")

    def contactor(self, spec):
        self.calm("CONTACTOR", spec, "coil")
        if spec["mirror"] is None:
            self.note("CONTACTOR.mirror", "no mirror contact: a welded contactor is not seen")
        else:
            self.want("contactor", "CONTACTOR.mirror_closed", spec["mirror_closed"], [0, 1], "0 or 1")
        self.number("contactor", "CONTACTOR.release_ms", spec["release_ms"], 1, _RELEASE_MS, "ms, " + _WHY_RELEASE)
        self.number("contactor", "CONTACTOR.close_ms", spec["close_ms"], 1, 100, "ms")

    def phases(self, spec):
        self.calm("PHASES", spec, "coil")
        self.want("phases", "PHASES.in_series", spec["in_series"], True, "True: alone it must make no wire live")
        self.want("phases", "LIMITS.phases", self.board.LIMITS["phases"], 3)
        self.number("phases", "PHASES.release_ms", spec["release_ms"], 1, 100, "ms")
        if spec.get("mirror") is not None:
            self.want("phases", "PHASES.mirror_closed", spec.get("mirror_closed"), [0, 1], "0 or 1")

    def meter(self, spec):
        if spec["kind"] == "s0":
            self.number("meter", "METER.pulses_kwh", spec["pulses_kwh"], 1, 100_000, "pulses per kWh")
            self.number("meter", "METER.counter", spec.get("counter", 0), 0, 7)
            return
        self.want("meter", "METER.uart", spec["uart"], sorted(self.chip.uarts), f"one of {sorted(self.chip.uarts)}")
        self.want("meter", "METER.baud", spec["baud"], list(_BAUDS), f"one of {_BAUDS}")
        self.number("meter", "METER.address", spec["address"], 1, 247, "(Modbus)")
        self.want("meter", "METER.parity", spec.get("parity"), [None, 0, 1], "None, 0 (even) or 1 (odd)")

    def reader(self, spec):
        if "address" in spec:
            self.number("reader", "READER.address", spec["address"], 0x08, 0x77, "(I2C, 7 bits)")
        if "uart" in spec:
            meter = getattr(self.board, "METER", None) or {}
            free = sorted(self.chip.uarts - {meter.get("uart")})
            self.want("reader", "READER.uart", spec["uart"], free, f"one of {free}, the meter has its own")
        self.want("reader", "READER.reverse", spec.get("reverse", False), [False, True])

    def lock(self, spec):
        self.calm("LOCK", spec, "a", "b")
        self.number("lock", "LOCK.pulse_ms", spec["pulse_ms"], 10, 2000, "ms")
        self.number("lock", "LOCK.settle_ms", spec["settle_ms"], 0, 5000, "ms")
        self.number("lock", "LOCK.pause_ms", spec["pause_ms"], 0, 5000, "ms")
        rests = [0] if spec["b"] is None else [0, 1]
        self.want("lock", "LOCK.rest", spec.get("rest", 0), rests, "0, or 1 of a motor")
        if spec["feedback"] is not None:
            self.want("lock", "LOCK.locked", spec["locked"], [0, 1], "0 or 1")

    def proximity(self, spec):
        self.number("cable", "PROXIMITY.pull_up_ohm", spec["pull_up_ohm"], 100, 10_000, "Ohm")
        self.number("cable", "PROXIMITY.supply_mv", spec["supply_mv"], 1000, 5000, "mV")
        self.number("cable", "PROXIMITY.least_ohm", spec["least_ohm"], 10, 99, "Ohm: less is a short")
        self.number("cable", "PROXIMITY.most_ohm", spec["most_ohm"], 1501, 20_000, "Ohm: more is no cable")

    def rcm(self, spec):
        self.want("trip", "RCM.active", spec["active"], [0, 1], "0 or 1")

    def earth(self, spec):
        if "present" in spec:
            self.want("earth", "EARTH.present", spec["present"], [0, 1], "0 or 1")

    def inputs(self, spec):
        lines = spec["lines"] if isinstance(spec["lines"], list | tuple) else ()
        if not lines:
            self.error("inputs", "INPUTS.lines", 'want contacts, ({"use": ..., "pin": ..., "closed": ...},)')
        for i, contact in enumerate(lines):
            self.contact(f"INPUTS.lines[{i}]", contact)

    def contact(self, field, line):
        use = line.get("use") if isinstance(line, dict) else None
        if use not in LINES:
            self.error("inputs", field + ".use", f"want one of {', '.join(LINES)}, not {use!r}")
        elif self.whole(field, line, LINES[use]):
            self.pin(field + ".pin", line["pin"], LINES[use]["pin"])
            self.want("inputs", field + ".closed", line["closed"], [0, 1], "0 or 1")
            if use == "limit":
                self.limit(field, line)

    def limit(self, field, line):
        if ("ma" in line) == ("w" in line):
            self.error("inputs", field, "want one of ma and w")
        if "ma" in line:
            self.number("inputs", field + ".ma", line["ma"], 0, self.board.LIMITS["ma"], "mA, those of LIMITS")
        if "w" in line:
            self.number("inputs", field + ".w", line["w"], 0, 22_000, "W, of all phases")

    def temperature(self, spec):
        self.number("heat", "TEMPERATURE.stop_c", spec["stop_c"], 40, 90, "degrees Celsius")
        if "curve" in spec:
            self.number("heat", "TEMPERATURE.pull_up_ohm", spec["pull_up_ohm"], 100, 1_000_000, "Ohm")
            self.number("heat", "TEMPERATURE.supply_mv", spec["supply_mv"], 1000, 5000, "mV")
            self.thermistor(spec)

    def thermistor(self, spec):
        """Broken or shorted, it must lie beyond the ends of its curve, and the stop between them."""
        field, up_ohm = "TEMPERATURE.curve", spec["pull_up_ohm"]
        try:
            mv = [spec["supply_mv"] * ohm // (ohm + up_ohm) for ohm, _ in spec["curve"]]
            c = [c for _, c in spec["curve"]]
            rising = all(a < b and x > y for a, b, x, y in zip(c, c[1:], mv, mv[1:], strict=False)) and len(c) > 1
        except (TypeError, ValueError, ZeroDivisionError):
            rising = False
        low, high = self.chip.adc_mv
        if not rising:
            self.error("heat", field, "want pairs (Ohm, degrees Celsius), the coldest first")
        elif mv[0] > high - 50 or mv[-1] < low + 10:
            self.error("heat", field, f"its ends are {mv[0]} and {mv[-1]} mV, the ADC tells {low + 10} to {high - 50}")
        elif c[-1] <= spec["stop_c"]:
            self.error("heat", field, "ends below the stop")

    def ethernet(self, spec):
        """The last of the parts: every other pin is known."""
        self.want("ethernet", "ETHERNET", getattr(self.board, "MCU", None), list(_EMAC), "one of " + ", ".join(_EMAC))
        self.want("ethernet", "ETHERNET.phy", spec["phy"], list(_PHYS), f"one of {_PHYS}")
        self.number("ethernet", "ETHERNET.address", spec["address"], 0, 31)
        self.want("ethernet", "ETHERNET.clock", spec["clock"], [0, 16, 17], "0 (from the PHY), 16 or 17 (to it)")
        for pin in _RMII & set(self.used):
            self.error("ethernet", self.used[pin], f"pin {pin} is RMII's")

    def indicator(self, spec):
        if "count" in spec:
            self.number("lamps", "INDICATOR.count", spec["count"], 1, 30, "lamps")
        if "hertz" in spec:
            self.number("lamps", "INDICATOR.hertz", spec["hertz"], 100, 40_000, "Hz")
            if spec["hertz"] == 1000:
                self.error(
                    "lamps", "INDICATOR.hertz", "want another frequency than the pilot's: they would share a timer"
                )

    # What the board lacks

    def external(self):
        board = self.board
        entries = getattr(board, "EXTERNAL", {})
        lacks = list(lacking(board))
        for part in lacks:
            instead = entries.get(part)
            if not (isinstance(instead, tuple) and len(instead) == 2 and all(instead)):
                want = "want (the device that protects instead, what is missing)"
                self.error("external", f"EXTERNAL.{part}", f"{self.why(part)}: {want}")
            elif line(board, part) not in self.readme:
                self.error(
                    "readme", f"EXTERNAL.{part}", f"{self.why(part)}: README.md wants the line {line(board, part)}"
                )
        for part, entry in entries.items():
            if entry and part not in lacks:  # None: a parent's, taken back
                self.note(f"EXTERNAL.{part}", "the board has it: is the entry still true?")

    def why(self, part):
        return "not driven yet" if getattr(self.board, part, None) else "absent"
