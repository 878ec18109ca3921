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
    "PHASES": {
        "coil": "out",
        "pull_down": "",
        "in_series": "",
        "mirror": "in*",
        "mirror_closed": "*",
        "release_ms": "",
    },
    "METER": {"kind": "", "uart": "", "tx": "out", "rx": "in", "de": "out?", "baud": "", "address": "", "parity": "*"},
    "READER": {"kind": "", "sda": "out", "scl": "out", "address": "", "reverse": "*"},
    "LOCK": {
        "a": "out",
        "b": "out?",
        "pull_down": "",
        "rest": "*",
        "feedback": "in?",
        "locked": "",
        "holdup": "in*",
        "pulse_ms": "",
        "settle_ms": "",
        "pause_ms": "",
    },
    "PROXIMITY": {"adc": "adc", "pull_up_ohm": "", "supply_mv": "", "least_ohm": "", "most_ohm": ""},
    "RCM": {"trip": "in", "test": "out?", "active": ""},
    "TEMPERATURE": {"kind": "", "adc": "adc", "stop_c": ""},
    "INDICATOR": {"kind": "", "pin": "out", "count": ""},
    "BUTTON": {"pin": "in"},
    "BUZZER": {"pin": "out", "own_tone": "*"},
    "EARTH": {"kind": "*", "pin": "in", "present": ""},
    "INPUTS": {"lines": ""},  # of contacts, see LINES
    "ETHERNET": {"phy": "", "address": "", "mdc": "out", "mdio": "out", "power": "out?", "clock": "in"},
}

_SPI_READER = {"kind": "", "sck": "out", "miso": "in", "mosi": "out", "cs": "out", "reverse": "*"}

KINDS = {
    ("EARTH", "earth_mains"): {"kind": "", "pin": "in"},
    ("METER", "s0"): {"kind": "", "pin": "in", "pulses_kwh": "", "counter": "*"},
    ("READER", "ds1990a"): {"kind": "", "pin": "out", "reverse": "*"},
    ("READER", "mfrc522"): {**_SPI_READER, "reset": "out?"},
    ("READER", "pn532_spi"): _SPI_READER,
    ("READER", "pn532_uart"): {"kind": "", "uart": "", "tx": "out", "rx": "in", "reverse": "*"},
    ("READER", "wiegand"): {"kind": "", "d0": "in", "d1": "in", "reverse": "*"},
    ("TEMPERATURE", "ds18b20"): {"kind": "", "pin": "out", "stop_c": ""},
    ("TEMPERATURE", "ntc"): {"kind": "", "adc": "adc", "pull_up_ohm": "", "supply_mv": "", "curve": "", "stop_c": ""},
    ("INDICATOR", "pwm_rgb"): {"kind": "", "red": "out", "green": "out", "blue": "out", "hertz": ""},
    ("INDICATOR", "leds"): {"kind": "", "charging": "out", "error": "out", "wifi": "out"},
}

# What a contact is for -> its fields
LINES = {
    "enable": {"use": "", "pin": "in", "closed": ""},
    "limit": {"use": "", "pin": "in", "closed": "", "ma": "*", "w": "*"},  # one of the two
    "estop": {"use": "", "pin": "in", "closed": ""},
    "door": {"use": "", "pin": "in", "closed": ""},
}

# Kinds without a driver yet whose fields are those of their part
DESCRIBED = {}

NEEDED = ("PILOT", "CONTACTOR")  # the firmware is nothing without them
LATER = ("PHASES", "BUZZER", "INPUTS", "ETHERNET", "EARTH")  # parts that came after the first boards: left out or None
CALLED = {"EARTH": "PE"}  # what is absent without the part has another name
# Of a part that is there, fields whose absence is told by their name, "RCM.test"; a contactor's mirror is just MIRROR
TOLD = {"PILOT": ("disconnect",), "PHASES": ("mirror",), "RCM": ("test",), "LOCK": ("feedback", "holdup")}
OF_EACH = ("METER", "LOCK", "PROXIMITY", "RCM", "TEMPERATURE", "PHASES")  # of one outlet; the others serve both


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
        if value.get("disconnect") is not None:
            yield "disconnect"
        if value.get("reverse"):
            yield "reversed_reader"
        for part, spec in value.items():
            yield from _kinds(part, spec)
    elif isinstance(value, list | tuple):
        for spec in value:
            yield from _kinds(name, spec)


def lacking(board):
    """-> names of what the board lacks: parts that are absent or not driven yet, what a part that is there has not, and
    what is never a part."""
    yield from _absent(vars(board))
    yield "OVERCURRENT"  # no part of a board file
    second = getattr(board, "OUTLET_2", None)
    if isinstance(second, dict):  # what the first outlet has and the second one lacks
        there = set(_absent(vars(board)))
        yield from ("OUTLET_2." + name for name in _absent(second) if name not in there and _of_each(name))


def _of_each(name):
    """Is that something each outlet has of its own?"""
    part = name.partition(".")[0]
    return name == "MIRROR" or part in OF_EACH or part == "PILOT"


def _absent(parts):
    for part in PARTS:
        spec = parts.get(part)
        there = isinstance(spec, dict) and driven(part, spec)
        if not there and part not in NEEDED:
            yield CALLED.get(part, part)
        for field in TOLD.get(part, ()) if there else ():
            if spec.get(field) is None:
                yield f"{part}.{field}"
    contactor = parts.get("CONTACTOR")
    if not isinstance(contactor, dict) or contactor.get("mirror") is None:
        yield "MIRROR"
    lines = parts.get("INPUTS")
    if isinstance(lines, dict):
        uses = [contact.get("use") for contact in lines.get("lines", ()) if isinstance(contact, dict)]
        yield from (f"INPUTS.{use}" for use in LINES if use not in uses)


def line(board, part):
    """The line of README.md about a part that is lacking. KeyError: EXTERNAL does not know it."""
    instead, missing = board.EXTERNAL[part]
    return f"| `{part}` | {instead} | {missing} |"
