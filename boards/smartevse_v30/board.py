"""SmartEVSE v3.0 (ESP32-WROOM): one outlet, contactors by solid-state relays, RS-485 for the meter. Data only: this
file imports nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

NAME = "smartevse_v30"
MCU = "esp32"

LIMITS = {"ma": 16000, "phases": 3}  # see README.md

PILOT = {
    "pwm": 19,
    "adc": 39,
    # ADC mV, pilot mV: 1713 mV + 122 mV per volt of the pilot; +12 V is above what the ADC tells, and seen as 11.4 V
    "levels": ((3177, 12000), (2811, 9000), (2445, 6000), (2079, 3000), (249, -12000)),
    "disconnect": 15,  # high opens the pilot wire
}

CONTACTOR = {
    "coil": 32,
    "pull_down": True,
    "mirror": None,
    "mirror_closed": None,
    "release_ms": 45,  # the solid-state relay waits for the zero crossing: 10 ms more than the contactor's own
    "close_ms": 45,
}
PHASES = {"coil": 27, "pull_down": True, "in_series": True, "release_ms": 45}

METER = {"kind": "sdm630", "uart": 1, "tx": 21, "rx": 23, "de": 22, "baud": 9600, "address": 1}

LOCK = {
    "a": 18,  # the one that the board's own firmware calls B: high against the other it locks
    "b": 17,
    "pull_down": True,
    "rest": 1,  # the switch is read while both are high
    "feedback": 35,
    "locked": 1,  # of a motor lock, as the board's own firmware reads it
    "pulse_ms": 600,
    "settle_ms": 1000,
    "pause_ms": 5000,
}
PROXIMITY = {"adc": 34, "pull_up_ohm": 1000, "supply_mv": 3300, "least_ohm": 50, "most_ohm": 4500}
RCM = {"trip": 13, "test": None, "active": 1}  # RCM14, no test line
TEMPERATURE = {"kind": "mcp9700", "adc": 36, "stop_c": 65}
INDICATOR = {"kind": "pwm_rgb", "red": 2, "green": 4, "blue": 12, "hertz": 5000}
BUTTON = {"pin": 0}
READER = None  # {"kind": "ds1990a", "pin": 16}: see README.md

# What the board lacks, or what is not driven yet: the device that protects instead, what is missing
EXTERNAL = {
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
    "PHASES.mirror": (
        "none needed: the first contactor, in series, opens every wire",
        "a second contactor that welds or does not close is not seen: the car may get another number of phases "
        "than `psm` says",
    ),
    "LOCK.holdup": (
        "none needed: with the power back the plug is let go",
        "in a power cut the plug stays locked (`upo` does nothing), and up to a minute of a charge is not on flash",
    ),
    "RCM.test": (
        "the monitor's own test button, pressed as often as its maker wants it",
        "no self-test: a monitor that has died is not seen",
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
