"""esp32-evse, the minimal board with an ESP32: pilot, contactor, a fixed cable, no meter. Data only: this file imports
nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

NAME = "esp32evse_minimal"
MCU = "esp32"

LIMITS = {"ma": 16000, "phases": 3}  # see README.md

PILOT = {
    "pwm": 33,
    "adc": 35,
    # ADC mV, pilot mV: 1282 mV + 102.3 mV per volt of the pilot
    "levels": ((2510, 12000), (2203, 9000), (1896, 6000), (1589, 3000), (54, -12000)),
}

CONTACTOR = {
    "coil": 32,
    "pull_down": True,
    "mirror": None,
    "mirror_closed": None,
    "release_ms": 45,
    "close_ms": 45,
}

BUTTON = {"pin": 0}
METER = None
LOCK = None  # fixed cable
PROXIMITY = None  # fixed cable
RCM = None
TEMPERATURE = None
INDICATOR = None
READER = None

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
    "RCM": (
        "RCD type B, or type A (30 mA) with a 6 mA DC detector (RDC-DD, IEC 62955) that opens the supply by itself",
        "residual current is not seen and not told, there is no self-test",
    ),
    "TEMPERATURE": (
        "terminals, contactor and enclosure rated for the current of `LIMITS` without a pause, in a hot summer",
        "nothing lowers the current of a hot box",
    ),
    "PHASES": (
        "none needed: one contactor switches all phases",
        "no switching between one and three phases",
    ),
    "READER": (
        "none needed: `acs` 0, the key API or the central system starts a charge",
        "no cards",
    ),
    "INDICATOR": (
        "none needed: page and keys tell the state",
        "no light",
    ),
    "BUZZER": (
        "none needed",
        "no sound when a card is read",
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
