"""EVSE-SyncCharge (ESP32-WROOM): relay, residual current monitor, RC522 card reader, WS2812, no meter. Data only: this
file imports nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

NAME = "synccharge"
MCU = "esp32"

LIMITS = {"ma": 16000, "phases": 3}  # see README.md

PILOT = {
    "pwm": 27,
    "adc": 36,
    # ADC mV, pilot mV: 1200 mV + 145 mV per volt; below -8.3 V the ADC sees 0
    "levels": ((2939, 12000), (2504, 9000), (2070, 6000), (1635, 3000), (0, -12000)),
}

CONTACTOR = {
    "coil": 16,
    "pull_down": True,
    "mirror": None,
    "mirror_closed": None,
    "release_ms": 45,
    "close_ms": 45,
}
PHASES = {"coil": 13, "pull_down": True, "in_series": True, "release_ms": 45}

PROXIMITY = None  # at GPIO 39, see README.md
RCM = {"trip": 25, "test": 26, "active": 1}
READER = {"kind": "mfrc522", "sck": 18, "miso": 19, "mosi": 23, "cs": 5, "reset": 17}
INDICATOR = {"kind": "neopixel_rgb", "pin": 22, "count": 1}
BUZZER = {"pin": 4, "own_tone": True}
METER = None
LOCK = None  # fixed cable
TEMPERATURE = None
BUTTON = None

# What the board lacks, or what is not driven yet: the device that protects instead, what is missing
EXTERNAL = {
    "METER": (
        "a meter in the supply, where energy has to be known or billed",
        "energy is estimated from the current offered and marked so; nothing is billed on it unless `ocppem` is set",
    ),
    "LOCK": (
        "none needed: fixed cable; a socket outlet needs another board",
        "the plug is not locked",
    ),
    "PROXIMITY": (
        "none needed: fixed cable, which must carry the current of `LIMITS`",
        "no cable rating",
    ),
    "TEMPERATURE": (
        "terminals, contactor and enclosure rated for the current of `LIMITS` without a pause, in a hot summer",
        "nothing lowers the current of a hot box",
    ),
    "BUTTON": (
        "none needed: the key `ack`",
        "nobody can acknowledge a fault at the box",
    ),
    "MIRROR": (
        "a contactor with a mirror contact that trips the breaker through a shunt release when it welds",
        "a welded contactor is not seen: the plug may stay live, the driver is not told",
    ),
    "PE": (
        "a protective earth that was measured by an electrician",
        "nothing on this board notices when it is lost",
    ),
    "PILOT.disconnect": ("none needed", "a car that sleeps is not woken by an open pilot wire (`su`)"),
    "PHASES.mirror": (
        "none needed: the first contactor, in series, opens every wire",
        "a second contactor that welds or does not close is not seen: the car may get another number of phases "
        "than `psm` says",
    ),
    "INPUTS": (
        "none needed; an emergency stop that the place wants has to open the supply by itself",
        "no contacts for emergency stop, release, current limit and door: a limit of the grid operator comes by "
        "key (`gla`) or OCPP",
    ),
    "ETHERNET": ("none needed: Wi-Fi", "no network by cable"),
    "OVERCURRENT": (
        "a circuit breaker of type B or C for this outlet alone, for the current of `LIMITS`, within reach",
        "no current is cut off that the car takes above the offer",
    ),
}
