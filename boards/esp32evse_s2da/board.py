"""esp32-evse "ESP32-S2-DA": lock, residual current monitor, proximity, RS-485. Data only: this file imports nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

NAME = "esp32evse_s2da"
MCU = "esp32s2"

LIMITS = {"ma": 16000, "phases": 3}  # see README.md

PILOT = {
    "pwm": 33,
    "adc": 4,
    # ADC mV, pilot mV: 1282 mV + 102.3 mV per volt of the pilot
    "levels": ((2510, 12000), (2203, 9000), (1896, 6000), (1589, 3000), (54, -12000)),
}

CONTACTOR = {
    "coil": 21,
    "pull_down": True,
    "mirror": None,
    "mirror_closed": None,
    "release_ms": 45,
    "close_ms": 45,
}

METER = {"kind": "sdm630", "uart": 1, "tx": 38, "rx": 40, "de": 39, "baud": 9600, "address": 1}

PROXIMITY = {"adc": 3, "pull_up_ohm": 1000, "supply_mv": 3300, "least_ohm": 50, "most_ohm": 4500}
TEMPERATURE = {"kind": "ds18b20", "pin": 42, "stop_c": 60}
INDICATOR = {"kind": "leds", "charging": 36, "error": 37, "wifi": 35}
BUTTON = {"pin": 0}
READER = None

LOCK = {
    "a": 20,
    "b": 19,
    "pull_down": True,
    "rest": 1,  # the switch is read while both are high
    "feedback": 34,
    "locked": 0,  # what the project's firmware takes unless it is told otherwise: measure it
    "pulse_ms": 300,
    "settle_ms": 1000,
    "pause_ms": 1000,
}
RCM = {"trip": 41, "test": 26, "active": 1}

# What the board lacks, or what is not driven yet: the device that protects instead, what is missing
EXTERNAL = {
    "PHASES": (
        "none needed: one contactor switches all phases",
        "no switching between one and three phases",
    ),
    "READER": (
        "none needed: `acs` 0, the key API or the central system starts a charge",
        "no cards",
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
    "LOCK.holdup": (
        "none needed: with the power back the plug is let go",
        "in a power cut the plug stays locked (`upo` does nothing), and up to a minute of a charge is not on flash",
    ),
    "INPUTS": (
        "none needed; an emergency stop that the place wants has to open the supply by itself",
        "no contacts for emergency stop, release, current limit and door: a limit of the grid operator comes by "
        "key (`gla`) or OCPP",
    ),
    "ETHERNET": ("none needed: Wi-Fi", "no network by cable"),
    "OVERCURRENT": (
        "a circuit breaker of type B or C for this outlet alone, for the current of `LIMITS`, within reach",
        "what the car takes above the offer is not cut off at once: the offer is withdrawn after 7 s",
    ),
}
