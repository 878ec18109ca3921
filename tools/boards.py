"""Check the board files: every pin once, every pin able, every limit sane.

    python -m tools.boards              all of boards/
    python -m tools.boards FILE...      board files named

One line per finding, `board: FIELD: rule`. Exits 1 when there is an error; a note asks for a look
at the wiring.
"""

import ast
import sys
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parent.parent
DRIVERS = ROOT / "firmware" / "pilotwire" / "hal"

# What a chip's pins can do. Sources: ESP32 datasheet, pin list and section "Strapping Pins";
# ADC2 cannot be used together with Wi-Fi (ESP-IDF, ADC, hardware limitations).
MCUS = {
    "esp32": SimpleNamespace(
        pins={*range(40)} - {20, 24, 28, 29, 30, 31},
        flash={*range(6, 12)},
        input_only={*range(34, 40)},
        adc1={*range(32, 40)},
        strapping={0, 2, 5, 12, 15},
        console={1, 3},
        pulses={0, 1, 3, 5, 14, 15},  # pulled up or driven from reset until the firmware runs
        uarts={1, 2},  # 0 is the console
    )
}

# Fields of each part. A pin field says what the pin must do; the others are checked below by name.
PIN = {"out", "in", "adc"}
PARTS = {
    "PILOT": {"pwm": "out", "adc": "adc", "levels": ""},
    "CONTACTOR": {
        "coil": "out",
        "pull_down": "",
        "mirror": "in?",
        "mirror_closed": "",
        "release_ms": "",
        "close_ms": "",
    },
    "METER": {
        "kind": "",
        "uart": "",
        "tx": "out",
        "rx": "in",
        "de": "out?",
        "baud": "",
        "address": "",
    },
    "INDICATOR": {"kind": "", "pin": "out", "count": ""},
    "BUTTON": {"pin": "in"},
    "LOCK": {},
    "RCM": {},
    "READER": {"kind": "", "sda": "out", "scl": "out", "address": ""},
    "TEMPERATURE": {},
    "PROXIMITY": {},
}
NEEDED = ("PILOT", "CONTACTOR")  # the firmware is nothing without them
LEVELS_MV = (12000, 9000, 6000, 3000, -12000)


def load(path):
    """The names that a board file defines. Raises ValueError when it is more than data."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            raise ValueError(f"line {node.lineno}: data only: a board file imports nothing")
    names = {}
    exec(compile(tree, str(path), "exec"), names)
    return SimpleNamespace(**{name: names[name] for name in names if name.isupper()})


class Check:
    """The findings about one board: `errors` and `notes`, lists of lines."""

    def __init__(self, board, name, readme):
        self.board = board
        self.name = name
        self.readme = readme  # its text
        self.errors = []
        self.notes = []
        self.mcu = MCUS.get(getattr(board, "MCU", None))
        self.used = {}  # pin -> the field that has it
        self.run()

    def run(self):
        if getattr(self.board, "NAME", None) != self.name:
            self.error("NAME", f"want {self.name!r}, the name of its folder")
        if not self.mcu:
            self.error("MCU", f"want one of {', '.join(MCUS)}")
            return
        for name in vars(self.board):
            if name not in (*PARTS, "NAME", "MCU", "LIMITS"):
                self.error(name, "no such part")
        self.limits(getattr(self.board, "LIMITS", None))
        for part, fields in PARTS.items():
            self.part(part, fields)

    def error(self, field, rule):
        self.errors.append(f"{self.name}: {field}: {rule}")

    def note(self, field, rule):
        self.notes.append(f"{self.name}: {field}: note: {rule}")

    def want(self, field, value, rule, good):
        if not good:
            self.error(field, f"want {rule}, not {value!r}")

    def number(self, field, value, low, high, unit):
        good = type(value) is int and low <= value <= high
        self.want(field, value, f"{low}..{high} {unit}".strip(), good)

    # The parts

    def part(self, part, fields):
        spec = getattr(self.board, part, "missing")
        if spec == "missing":
            self.error(part, "missing: what a board lacks is None")
        elif spec is None:
            if part in NEEDED:
                self.error(part, "no board can do without")
            elif part not in self.readme:
                self.error(part, "absent: README.md must say what takes its place")
        elif not fields:
            self.error(part, "no driver for this part yet: want None")
        elif self.whole(part, spec, fields):
            for field, role in fields.items():
                if role.rstrip("?") in PIN:
                    self.pin(f"{part}.{field}", spec[field], role)
            rules = getattr(self, part.lower(), None)
            if rules:
                rules(spec)

    def whole(self, part, spec, fields):
        """Are all fields there, and no other?"""
        for field in fields:
            if field not in spec:
                self.error(f"{part}.{field}", "missing")
        for field in spec:
            if field not in fields:
                self.error(f"{part}.{field}", "no such field")
        return fields.keys() <= spec.keys()

    def pin(self, field, pin, role):
        if pin is None and role.endswith("?"):
            return
        mcu = self.mcu
        if type(pin) is not int or pin not in mcu.pins:
            self.error(field, f"the chip has no pin {pin!r}")
            return
        if pin in self.used:
            self.error(field, f"pin {pin} is used twice, {self.used[pin]} has it")
        self.used[pin] = field
        if pin in mcu.flash:
            self.error(field, f"pin {pin} belongs to the flash memory")
        if role.startswith("out") and pin in mcu.input_only:
            self.error(field, f"pin {pin} is input only")
        if role == "adc" and pin not in mcu.adc1:
            self.error(field, f"pin {pin} is not on ADC1 (ADC2 is not usable with Wi-Fi)")
        if pin in mcu.console:
            self.note(field, f"pin {pin} is the console's")
        if pin in mcu.strapping:
            self.note(field, f"pin {pin} is a strapping pin: nothing may hold it at reset")
        if field == "BUTTON.pin" and pin in mcu.input_only:
            self.note(field, f"pin {pin} has no pull-up of its own: the wiring must")

    # What a part's other fields may be; called by part()

    def limits(self, spec):
        if not isinstance(spec, dict) or not self.whole("LIMITS", spec, {"ma": "", "phases": ""}):
            self.error("LIMITS", 'want {"ma": ..., "phases": ...}')
            return
        self.number("LIMITS.ma", spec["ma"], 6000, 80000, "mA (IEC 61851-1, Annex A)")
        self.want("LIMITS.phases", spec["phases"], "1 or 3", spec["phases"] in (1, 3))

    def pilot(self, spec):
        field = "PILOT.levels"
        try:
            adc_mv = [adc for adc, _ in spec["levels"]]
            pilot_mv = tuple(pilot for _, pilot in spec["levels"])
        except (TypeError, ValueError):
            self.error(field, "want five pairs (ADC mV, pilot mV)")
            return
        if pilot_mv != LEVELS_MV:
            self.error(field, f"want the pilot at {', '.join(map(str, LEVELS_MV))} mV in order")
        for above, below in zip(adc_mv, adc_mv[1:], strict=False):
            if above <= below:
                self.error(field, f"ADC mV must fall from level to level: {above}, then {below}")
        for mv in adc_mv:
            self.number(field, mv, 100, 3100, "mV, what the ADC can tell")

    def contactor(self, spec):
        coil = spec["coil"]
        if coil in self.mcu.pulses:
            self.error("CONTACTOR.coil", f"pin {coil} pulses at reset: the contactor would close")
        if spec["pull_down"] is not True:
            self.error("CONTACTOR.pull_down", "want True: the driver's input needs a pull-down")
        if spec["mirror"] is None:
            self.note("CONTACTOR.mirror", "no mirror contact: a welded contactor is not seen")
        else:
            level = spec["mirror_closed"]
            self.want("CONTACTOR.mirror_closed", level, "0 or 1", level in (0, 1))
        # pin low within 40 ms (two bursts) and open within 100 ms (IEC 61851-1, table A.6)
        self.number("CONTACTOR.release_ms", spec["release_ms"], 1, 60, "ms")
        self.number("CONTACTOR.close_ms", spec["close_ms"], 1, 100, "ms")

    def meter(self, spec):
        self.kind("METER.kind", spec["kind"])
        uarts = self.mcu.uarts
        self.want("METER.uart", spec["uart"], f"one of {sorted(uarts)}", spec["uart"] in uarts)
        bauds = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
        self.want("METER.baud", spec["baud"], f"one of {bauds}", spec["baud"] in bauds)
        self.number("METER.address", spec["address"], 1, 247, "(Modbus)")

    def reader(self, spec):
        self.kind("READER.kind", spec["kind"])
        self.number("READER.address", spec["address"], 0x08, 0x77, "(I2C, 7 bits)")

    def indicator(self, spec):
        self.kind("INDICATOR.kind", spec["kind"])
        self.number("INDICATOR.count", spec["count"], 1, 30, "lamps")

    def kind(self, field, kind):
        if not (DRIVERS / f"{kind}.py").exists():
            self.error(field, f"no driver firmware/pilotwire/hal/{kind}.py")


def check(path):
    """-> (errors, notes) of one board file, lines that name board, field and rule."""
    folder = Path(path).parent
    name = folder.resolve().name
    try:
        found = Check(load(path), name, (folder / "README.md").read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError, NameError, TypeError) as e:
        return [f"{name}: {path}: {e}"], []
    return found.errors, found.notes


def main(args):
    paths = args or sorted(ROOT.glob("boards/*/board.py"))
    failed = 0
    for path in paths:
        errors, notes = check(path)
        print("\n".join(errors + notes or [f"{Path(path).parent.name}: in order"]))
        failed += len(errors)
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
