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
EXTRA = ("INPUTS", "ETHERNET", "EARTH")  # a board without them lacks nothing, or something of another name
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
    """-> names of what the board lacks: parts that are absent or not driven yet, and what is never a part."""
    for part in PARTS:
        spec = getattr(board, part, None)
        if part not in NEEDED + EXTRA and not (isinstance(spec, dict) and driven(part, spec)):
            yield part
    contactor = getattr(board, "CONTACTOR", None)
    if not isinstance(contactor, dict) or contactor.get("mirror") is None:
        yield "MIRROR"
    if not isinstance(getattr(board, "EARTH", None), dict):
        yield "PE"
    yield "OVERCURRENT"  # no part of a board file
    yield from _lacking_beside(board)


def _lacking_beside(board):
    """What protects the first outlet and not the second one, "OUTLET_2.RCM"."""
    second = getattr(board, "OUTLET_2", None)
    if not isinstance(second, dict):
        return
    for part in OF_EACH:
        if getattr(board, part, None) and not second.get(part):
            yield "OUTLET_2." + part
    if _has_mirror(board.CONTACTOR) and not _has_mirror(second.get("CONTACTOR")):
        yield "OUTLET_2.MIRROR"


def _has_mirror(contactor):
    return isinstance(contactor, dict) and contactor.get("mirror") is not None


def line(board, part):
    """The line of README.md about a part that is lacking. KeyError: EXTERNAL does not know it."""
    instead, missing = board.EXTERNAL[part]
    return f"| `{part}` | {instead} | {missing} |"
