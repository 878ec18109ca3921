"""The parts a board file may describe, each with its fields.

A field says what its pin must do: "out", "in", "adc"; "" is no pin. "?" behind it: may be None; "*": may also be left
out. A part of which there are several kinds has a row for each that has fields of its own.
"""

import re
from pathlib import Path

_DRIVERS = Path(__file__).resolve().parents[1] / "firmware" / "pilotwire" / "hal"

PARTS = {
    "PILOT": {"pwm": "out", "adc": "adc", "levels": "", "disconnect": "out*"},
    "CONTACTOR": {
        "coil": "out",
        "pull_down": "",
        "mirror": "in?",
        "mirror_closed": "",
        "release_ms": "",
        "close_ms": "",
    },
    "PHASES": {"coil": "out", "pull_down": ""},  # a second contactor for L2 and L3
    "METER": {"kind": "", "uart": "", "tx": "out", "rx": "in", "de": "out?", "baud": "", "address": "", "parity": "*"},
    "READER": {"kind": "", "sda": "out", "scl": "out", "address": ""},
    "LOCK": {
        "a": "out",
        "b": "out?",
        "pull_down": "",
        "feedback": "in?",
        "locked": "",
        "pulse_ms": "",
        "settle_ms": "",
        "pause_ms": "",
    },
    "PROXIMITY": {"adc": "adc", "pull_up_ohm": "", "supply_mv": "", "least_ohm": "", "most_ohm": ""},
    "RCM": {"trip": "in", "test": "out?", "active": ""},
    "TEMPERATURE": {"kind": "", "adc": "adc", "stop_c": ""},
    "INDICATOR": {"kind": "", "pin": "out", "count": ""},
    "BUTTON": {"pin": "in"},
    "BUZZER": {"pin": "out"},
}

KINDS = {
    ("METER", "s0"): {"kind": "", "pin": "in", "pulses_kwh": "", "counter": "*"},
    ("READER", "mfrc522"): {"kind": "", "sck": "out", "miso": "in", "mosi": "out", "cs": "out", "reset": "out?"},
    ("TEMPERATURE", "ds18b20"): {"kind": "", "pin": "out", "stop_c": ""},
    ("INDICATOR", "pwm_rgb"): {"kind": "", "red": "out", "green": "out", "blue": "out", "hertz": ""},
    ("INDICATOR", "leds"): {"kind": "", "charging": "out", "error": "out", "wifi": "out"},
}

# Kinds without a driver yet whose fields are those of their part
DESCRIBED = {"TEMPERATURE": ("mcp9700", "ntc")}

NEEDED = ("PILOT", "CONTACTOR")  # the firmware is nothing without them
LATER = ("PHASES", "BUZZER")  # parts that came after the first boards: a file may leave them out
OUTSIDE = ("MIRROR", "PE", "OVERCURRENT")  # no part of a board file; EXTERNAL names what does this instead


def fields(part, spec):
    """-> {field: what its pin must do} of a part as described."""
    kind = spec.get("kind") if isinstance(spec, dict) else None
    return KINDS.get((part, kind), PARTS[part])


def driven(part, spec):
    """Is there a driver for a part as described?"""
    return (_DRIVERS / f"{spec.get('kind', part.lower())}.py").exists()


def drivers(board):
    """-> names of the modules of hal/ that a board needs: those of its parts, wherever they stand, and their own."""
    wanted = ["__init__", *_kinds("", vars(board))]
    if not getattr(board, "METER", None):
        wanted.append("estimated_meter")
    found = set()
    while wanted:
        name = wanted.pop()
        source = _DRIVERS / f"{name}.py"
        if name not in found and source.exists():
            found.add(name)
            wanted += re.findall(r"\bhal\.(\w+)", source.read_text(encoding="utf-8"))
    return found


def _kinds(name, value):
    if isinstance(value, dict):
        yield value.get("kind", name.lower())
        for part, spec in value.items():
            yield from _kinds(part, spec)
    elif isinstance(value, list | tuple):
        for spec in value:
            yield from _kinds(name, spec)


def lacking(board):
    """-> names of what the board lacks: parts that are absent or not driven yet, and what is never a part."""
    for part in PARTS:
        spec = getattr(board, part, None)
        if part not in NEEDED and not (isinstance(spec, dict) and driven(part, spec)):
            yield part
    contactor = getattr(board, "CONTACTOR", None)
    if not isinstance(contactor, dict) or contactor.get("mirror") is None:
        yield "MIRROR"
    yield from OUTSIDE[1:]


def line(board, part):
    """The line of README.md about a part that is lacking. KeyError: EXTERNAL does not know it."""
    instead, missing = board.EXTERNAL[part]
    return f"| `{part}` | {instead} | {missing} |"
