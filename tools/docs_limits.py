"""docs/limits.md: who may limit the current, a line for each owner of firmware/pilotwire/core/limits.py."""

import runpy
from pathlib import Path

FIRMWARE = Path(__file__).resolve().parents[1] / "firmware" / "pilotwire"
OWNERS = runpy.run_path(str(FIRMWARE / "core" / "limits.py"))["OWNERS"]

# owner: (which keys set it, which part or file, when it acts, how it goes away)
TEXTS = {
    "board": ("", "`LIMITS` of the board file", "always: what contactor, wires and terminals carry", "never"),
    "installer": (
        "installer_max_ma ama mmc",
        "the least of the three: the first at the serial console only, the second over the key API, the third over "
        "that and OCPP (`mainsMaxCurrent`)",
        "always",
        "with other values; a lost record of the first two counts as 6 A",
    ),
    "user": ("amp", "the key API", "always", "with another value"),
    "temporary": ("tcl", "the key API", "while that key has a value", "10 minutes after it was set, or with null"),
    "cable": (
        "cbl",
        "`PROXIMITY`: the resistor in the plug (13, 20, 32, 63 A)",
        "while a plug is in the socket; without a cable that is known charging is held back",
        "unplugging",
    ),
    "temperature": (
        "amt",
        "`TEMPERATURE`",
        "from 15 degrees below `stop_c` on, falling to 6 A; before the first reading nothing is offered (`stop_c` "
        "itself is a fault)",
        "by itself, as the box cools down",
    ),
    "imbalance": (
        "pil",
        "the meter's currents",
        "a car that loads the phases of a three-phase board unevenly",
        "by itself when it draws on all phases, or is unplugged",
    ),
    "grid": (
        "gla glw",
        "those keys, and `INPUTS` of the use `limit` (`ma` or `w`): the least",
        "while `gla` is true or a contact is open; a power other than 0 leaves 6 A at the least",
        "with `gla` false and the contacts closed; the key stays over a power cut",
    ),
    "station": (
        "mmc",
        "`OUTLET_2`: the station's current, shared",
        "only where there are two outlets; one that has to wait gets 0",
        "by itself, when the other car asks for less or goes",
    ),
    "failsafe": (
        "fse fsi fsc",
        "a watch on who commands",
        "with `fse` (off as delivered): no key was set, and no `mainsMaxCurrent` by the central system, for `fsc` "
        "seconds; from the start on, until the first command",
        "with the next command, or with `fse` false",
    ),
    "fallback": (
        "ocppf ocppe",
        "those keys",
        "while OCPP is on, no central system has accepted this wallbox, and `ocppf` is not null",
        "when it has, with `ocppf` null, or with OCPP off",
    ),
    "restart": (
        "rdl rdr",
        "the return of the mains, not a restart of the firmware",
        "with `rdl` above 0: for a random time of up to so many seconds nothing is offered",
        "by itself when the time is over, at once when `frc` is set to 2",
    ),
    "ocpp": ("", "charging profiles of the central system", "not yet: profiles are refused", ""),
    "force": ("frc", "the key API", "while `frc` is 1", "with `frc` 0 or 2"),
}

_HEAD = """<!-- Written by `make docs` from firmware/pilotwire/core/limits.py and tools/docs_limits.py. Do not edit. -->

# Who limits the current

Each owner has a slot in the limits of each outlet (`firmware/pilotwire/core/limits.py`); the least wins, and its owner
is named on the page and in `why`. `cll` tells all that are in force. Of two that want the same the upper one here is
named.

All of them act through the pilot, and nothing else reads them (`firmware/pilotwire/outlet.py`): with 6 A or more the
duty changes, and the car has 5 s to follow. Below 6 A the offer is withdrawn (C1, B1), and the car has 6 s to stop
before the contactor opens. When the limit goes, the offer comes back by itself. A fault is no limit: it opens at once.

| owner | keys | set by | acts | goes away |
| --- | --- | --- | --- | --- |
"""


def page():
    """The text of docs/limits.md. KeyError: an owner has no text."""
    lines = []
    for owner in OWNERS:
        keys, *texts = TEXTS[owner]
        cells = (f"`{owner}`", ", ".join(f"`{key}`" for key in keys.split()), *texts)
        lines.append("| " + " | ".join(cells) + " |\n")
    return _HEAD + "".join(lines)
