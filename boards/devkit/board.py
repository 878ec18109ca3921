"""ESP32 development kit (WROOM-32) on a breadboard: 11 kW, one outlet with a fixed cable. Data
only: this file imports nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

NAME = "devkit"
MCU = "esp32"

LIMITS = {"ma": 16000, "phases": 3}  # what the hardware carries; no setting goes above it

PILOT = {
    "pwm": 27,
    "adc": 36,
    # ADC mV, pilot mV: 1450 mV + 85 mV per volt of the pilot
    "levels": ((2470, 12000), (2215, 9000), (1960, 6000), (1705, 3000), (430, -12000)),
}

CONTACTOR = {
    "coil": 26,
    "pull_down": True,  # 10 kOhm at the driver's input: no coil current while the chip is in reset
    "mirror": 34,
    "mirror_closed": 0,  # level at the mirror pin while the main contacts are closed
    "release_ms": 30,
    "close_ms": 30,
}

METER = {
    "kind": "sdm630",
    "uart": 1,
    "tx": 25,
    "rx": 32,
    "de": 33,  # high while we send; None: the transceiver turns around by itself
    "baud": 9600,
    "address": 1,
}

INDICATOR = {"kind": "neopixel_rgb", "pin": 18, "count": 1}
BUTTON = {"pin": 0}  # to ground
READER = {"kind": "pn532", "sda": 21, "scl": 22, "address": 0x24}

LOCK = None  # fixed cable
RCM = None
TEMPERATURE = None
PROXIMITY = None  # fixed cable

# What the board lacks: the device that protects instead, what is missing
EXTERNAL = {
    "RCM": (
        "RCD type B, or type A (30 mA) with a 6 mA DC detector (RDC-DD, IEC 62955) that opens the supply by itself",
        "residual current is not seen and not told, there is no self-test",
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
        "a 16 A circuit breaker of type B or C for this outlet alone, within reach: it also frees a welded contactor",
        "what the car takes above the offer is not cut off at once: the offer is withdrawn after 7 s",
    ),
    "LOCK": ("none needed: fixed cable; a socket outlet needs another board", "the plug is not locked"),
    "PROXIMITY": ("none needed: fixed cable, which must carry the 16 A of `LIMITS`", "no cable rating"),
    "TEMPERATURE": (
        "terminals, contactor and enclosure rated for continuous 16 A at the place's highest temperature",
        "nothing lowers the current of a hot box",
    ),
    "PHASES": ("none needed: one contactor switches all phases", "no switching between one and three phases"),
    "BUZZER": ("none needed", "no sound when a card is read"),
}
