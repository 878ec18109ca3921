"""The driver of the pilot alone, on the simulated chip: the ends of the ranges that IEC 61851-1 gives each state,
through a board's divider, and the pulses of currents that the board may lack."""

import json
import os
import subprocess
from dataclasses import dataclass

from tools.iec_rows import pulse
from tools.sim.world import board as boards
from tools.sim.world import electrics, options
from tools.wallbox import ROOT

_CHIP = ROOT / "tools" / "sim" / "chip"
_PATH = (_CHIP, ROOT / "firmware", ".frozen")
_DIODE_MV = -10_000  # the low half is below it where a diode is: core/connector.py
_LOW_MV = -12_000
_AMPS = (6, 10, 16, 32, 51, 63, 80)
_DUTIES = (electrics.STEADY, 6553, 17476)  # nothing offered, 6 A, 16 A
# Annex A, the supply's side, in mV. At +2 V the ranges of D and E meet: neither closes a contactor
_RANGES = (
    ("A", 11_000, 13_000, "A", "A"),
    ("B", 8_000, 10_000, "B", "B"),
    ("C", 5_000, 7_000, "C", "C"),
    ("D", 2_000, 4_000, "DE", "D"),
    ("E", -1_000, 2_000, "E", "DE"),
)


@dataclass
class Corner:
    """A line and what became of it. read_mv: the least and the most that was read of the plateau in question."""

    what: str
    want: str
    read: list
    read_mv: list
    ok: bool


def letters(name):
    """-> a Corner for each end of each state's range, of the steady -12 V, and of the diode's half."""
    pilot = boards.load(options.ROOT, name).PILOT
    for state, low_mv, high_mv, *wants in _RANGES:
        for mv, want in zip((low_mv, high_mv), wants, strict=True):
            found = _read(pilot, [(mv, _LOW_MV, duty) for duty in _DUTIES])
            read = sorted({letter for line in found for letter in line["letters"]})
            span = [min(line["high_mv"][0] for line in found), max(line["high_mv"][1] for line in found)]
            yield Corner(f"{state} {mv / 1000:+g} V", "/".join(want), read, span, set(read) <= set(want))
    for mv in (-13_000, -11_000):
        (line,) = _read(pilot, [(mv, mv, electrics.OFF)])
        yield Corner(f"F {mv / 1000:+g} V", "F", line["letters"], line["high_mv"], line["letters"] == ["F"])
    for mv, want in ((-13_000, "diode"), (-11_000, "diode"), (-9_000, "none")):
        yield _diode(pilot, mv, want)


def _diode(pilot, mv, want):
    found = _read(pilot, [(6_000, mv, duty) for duty in _DUTIES if duty != electrics.STEADY])
    span = [min(line["low_mv"][0] for line in found), max(line["low_mv"][1] for line in found)]
    read = sorted({"diode" if low_mv <= _DIODE_MV else "none" for low_mv in span})
    return Corner(f"low half of PWM {mv / 1000:+g} V", want, read, span, read == [want])


def pulses(name):
    """-> (is it right, what it is) of each pulse, at the pin."""
    for amps, found in zip(_AMPS, _read(boards.load(options.ROOT, name).PILOT, [], _AMPS), strict=True):
        yield pulse(found["duty"], 1_000_000 / found["period_us"], amps)


def _read(pilot, lines, amps=()):
    """What tools/iec_probe.py answers, for lines (high mV, low mV, duty) of the pilot wire, then for offers."""
    levels = pilot["levels"]
    asked = {
        "pwm": pilot["pwm"],
        "adc": pilot["adc"],
        "noise_mv": pilot.get("noise_mv", 4),
        "levels": levels,
        "lines": [[electrics.adc_mv(high, levels), electrics.adc_mv(low, levels), duty] for high, low, duty in lines],
        "offers": [1000 * a for a in amps],
    }
    out = subprocess.run(
        [options.interpreter(None), "-X", "heapsize=8m", str(ROOT / "tools" / "iec_probe.py"), json.dumps(asked)],
        env={**os.environ, "MICROPYPATH": ":".join(map(str, _PATH))},
        capture_output=True, text=True, timeout=60, check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return [json.loads(line) for line in out.stdout.splitlines()]
