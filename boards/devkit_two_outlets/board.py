"""ESP32 development kit (WROVER) on a breadboard with two outlets, each with its fixed cable, pilot, contactor and
meter; both share one station current: the first car takes it all, a second one halves it. Data only: this file imports
nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

PARENT = "devkit"
NAME = "devkit_two_outlets"
PSRAM = "quad"  # a WROVER: two outlets with OCPP do not fit into the heap of a chip without it

LIMITS = {"station_ma": 16000}  # what the supply of both carries; each outlet alone carries "ma"

# Of each part what differs from the first outlet's; the reader is the box's
OUTLET_2 = {
    "PILOT": {"pwm": 19, "adc": 39},
    "CONTACTOR": {"coil": 23, "mirror": 35},
    "METER": {"address": 2},  # on the same RS-485 wire
    "INDICATOR": {"pin": 4},
    "BUTTON": {"pin": 13},
}

EXTERNAL = {
    "RCM": (
        "for each outlet an RCD of type B, or type A (30 mA) with a 6 mA DC detector (RDC-DD, IEC 62955) that opens "
        "the supply by itself",
        "residual current is not seen and not told, there is no self-test",
    ),
    "LOCK": ("none needed: fixed cables; a socket outlet needs another board", "the plugs are not locked"),
    "PROXIMITY": ("none needed: fixed cables, which must carry the 16 A of `LIMITS`", "no cable rating"),
    "OVERCURRENT": (
        "for each outlet a 16 A circuit breaker of type B or C, within reach: it also frees a welded contactor; for "
        "both together one for the station's current",
        "what a car takes above its offer is not cut off at once: the offer is withdrawn after 7 s",
    ),
}
