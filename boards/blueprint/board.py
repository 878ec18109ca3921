"""A board to copy: every part once, each field with what it means, other kinds behind a #. Data only: this file imports
nothing. What your board lacks is None. A board that differs from another one in a few lines begins with
PARENT = "that_board" instead, and says only what differs.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

NAME = "blueprint"
MCU = "esp32"  # or another of tools/board_chips.py
# PSRAM = "quad"  # where the chip has one: its pins are taken

LIMITS = {"ma": 16000, "phases": 3}  # what contactor, wires and terminals carry; no setting goes above it

PILOT = {
    "pwm": 27,  # high gives +12 V
    "adc": 36,  # on ADC1
    # ADC mV, pilot mV: measured with 2.74 kOhm (B), 882 Ohm (C), 246 Ohm (D), nothing (A), and the low half of the PWM
    "levels": ((2470, 12000), (2215, 9000), (1960, 6000), (1705, 3000), (430, -12000)),
    # "disconnect": 15,  # a relay in the pilot wire: high opens it
}

CONTACTOR = {
    "coil": 26,  # high closes; no pin that pulses at reset
    "pull_down": True,  # states that 10 kOhm to ground are fitted
    "mirror": 34,  # input of the mirror contact, or None
    "mirror_closed": 0,  # its level while the main contacts are closed
    "release_ms": 45,  # from coil off to open contacts: measure it; 45 at most; above 35 the pilot is filtered less
    "close_ms": 45,
}
PHASES = {  # a second contactor: closed, the car has three phases
    "coil": 13,  # high closes
    "pull_down": True,
    "in_series": True,  # states that the first contactor switches N and all phases, and this one L2 and L3 behind it
    "mirror": 15,  # input of its mirror contact, or None
    "mirror_closed": 0,
    "release_ms": 45,  # from coil to contacts, either way
}

METER = {
    "kind": "sdm630",  # a driver in firmware/pilotwire/hal/
    "uart": 1,
    "tx": 25,
    "rx": 32,
    "de": 33,  # high while we send; None: the transceiver turns around by itself
    "baud": 9600,
    "address": 1,
    # "parity": 0,  # 0 even, 1 odd
}
# METER = {"kind": "s0", "pin": 32, "pulses_kwh": 1000}
# METER = None  # energy is estimated from the current offered

READER = {"kind": "pn532", "sda": 21, "scl": 22, "address": 0x24}
# READER = {"kind": "mfrc522", "sck": 18, "miso": 19, "mosi": 23, "cs": 5, "reset": None}; more in docs/readers.md

LOCK = {
    "a": 16,  # a pulse here locks; of a solenoid: held high while locked
    "b": 17,  # a pulse here unlocks; None: a solenoid
    "pull_down": True,  # states that both have one
    # "rest": 1,  # both are high between two pulses, where the switch has its supply from them; 0 without it
    "feedback": 35,  # or None
    "locked": 1,  # its level while locked; the wiring pulls it to the other one, so that a broken wire says open
    # "holdup": 36,  # high while there is mains: only where a capacitor drives chip and lock for 2 s after it
    "pulse_ms": 300,
    "settle_ms": 1000,  # from the pulse to a feedback that can be believed
    "pause_ms": 1000,  # between two pulses
}
PROXIMITY = {
    "adc": 39,
    "pull_up_ohm": 1000,
    "supply_mv": 3300,  # at the other end of the pull-up
    "least_ohm": 50,  # less is a short
    "most_ohm": 4500,  # more is no cable
}
RCM = {"trip": 4, "test": 19, "active": 1}  # active: level of trip at a fault; test may be None
TEMPERATURE = {"kind": "ds18b20", "pin": 23, "stop_c": 65}
# TEMPERATURE = {"kind": "mcp9700", "adc": 37, "stop_c": 65}
# TEMPERATURE = {  # a thermistor to ground; of its data sheet a point (Ohm, degrees Celsius) each 20 degrees
#     "kind": "ntc",
#     "adc": 37,
#     "pull_up_ohm": 10000,
#     "supply_mv": 3300,
#     "curve": ((105385, -20), (33621, 0), (10000, 25), (3588, 50), (1760, 70), (934, 90), (529, 110)),
#     "stop_c": 65,
# }

INDICATOR = {"kind": "neopixel_rgb", "pin": 18, "count": 1}
# INDICATOR = {"kind": "pwm_rgb", "red": 18, "green": 19, "blue": 23, "hertz": 5000}  # not the pilot's 1000 Hz
# INDICATOR = {"kind": "leds", "charging": 18, "error": 19, "wifi": 23}
EARTH = {"pin": 12, "present": 0}  # present: its level while there is earth; a broken wire reads the other one
# EARTH = {"kind": "earth_mains", "pin": 12}  # a square wave of the mains' frequency while there is earth
BUTTON = {"pin": 0}  # to ground
BUZZER = {"pin": 14}  # "own_tone": True for one that sounds by itself while its pin is high
INPUTS = {  # contacts: open is the safe side of each, and what a broken wire reads
    "lines": (
        {"use": "estop", "pin": 38, "closed": 0},  # closed: the level while it is closed; 0: the contact goes to ground
        {"use": "enable", "pin": 37, "closed": 0},  # open: no charging
        {"use": "limit", "pin": 5, "closed": 0, "ma": 6000},  # open: no more than that
        {"use": "door", "pin": 2, "closed": 0},  # 1 is for a contact that goes to 3.3 V
    )
}

# An ESP32 with a PHY for Ethernet: it takes pins 19, 21, 22, 25, 26 and 27, too. clock: 0 from the PHY, 16 or 17 to it
# ETHERNET = {"phy": "LAN8720", "address": 0, "mdc": 23, "mdio": 18, "power": 12, "clock": 17}

# What the board lacks, or what is not driven yet: the device that protects instead, what is missing
EXTERNAL = {
    "PILOT.disconnect": ("none needed", "a car that sleeps is not woken by an open pilot wire (`su`)"),
    "LOCK.holdup": (
        "none needed: with the power back the plug is let go",
        "in a power cut the plug stays locked (`upo` does nothing), and up to a minute of a charge is not on flash",
    ),
    "ETHERNET": ("none needed: Wi-Fi", "no network by cable"),
    "OVERCURRENT": (
        "a circuit breaker of type B or C for this outlet alone, for the current of `LIMITS`, within reach",
        "what the car takes above the offer is not cut off at once: the offer is withdrawn after 7 s",
    ),
}
