"""The faults that can be switched on: which part of the board each needs, and what it does to the
model.

A fault is only a name in the outlet's set `faults`. The module that models the thing looks the
name up: `mains.py` for the voltages, `outlet.py` for the pilot, contactor and inputs, `meter.py`
for silence.
"""

from . import inputs

# name: (attribute of the board file it needs, or None; what it does to the model)
FAULTS = {
    "diode": ("PILOT", "the car's diode is shorted: the low half is loaded like the high half"),
    "pilot_short": ("PILOT", "the pilot touches PE: 0 V in both halves, the car sees no pilot"),
    "cp_open": (
        "PILOT",
        "the pilot wire is broken: +-12 V as without a car, the car sees no pilot",
    ),
    "pilot_no_negative": ("PILOT", "the pilot's source has lost its -12 V: its low level is 0 V"),
    "adc_frozen": (
        "PILOT",
        "the pilot's ADC gives the value of this moment for ever, without noise",
    ),
    "weld": ("CONTACTOR", "main contacts that are closed, or close later, stay closed"),
    "no_close": ("CONTACTOR", "the coil does nothing: contacts stay open, closed ones open"),
    "phases_weld": ("PHASES", "contacts of the phase relay that are closed, or close later, stay closed"),
    "phases_no_close": ("PHASES", "the coil of the phase relay does nothing"),
    "meter": ("METER", "the meter does not answer, or gives no pulses; its register goes on counting"),
    "overvoltage": (None, "270 V on every phase"),
    "undervoltage": (None, "180 V on every phase"),
    "phase_loss": (None, "L2 is gone"),
    "overcurrent": (None, "the car takes 5 A more than it may, on each phase it uses, until the offer is withdrawn"),
    "rcd": ("RCM", "the residual current monitor's trip output is active"),
    "rcm_dead": ("RCM", "the monitor does not trip by its test line"),
    "rcm_stuck": ("RCM", "a trip that the monitor shows stays"),
    "rcm_wire": ("RCM", "the wire of the trip output is broken: nothing drives the pin"),
    "pe": ("EARTH", "the protective earth is gone, and its monitor says so"),
    "lock": ("LOCK", "the lock does not move"),
    "lock_wire": ("LOCK", "the wire to the switch of the lock is broken: it says open"),
    "reader": ("READER", "the card reader is gone, and its power: nothing answers"),
    "overheat": ("TEMPERATURE", "the sensor reads 95 degrees Celsius"),
    "sensor": ("TEMPERATURE", "the sensor's wire is broken: it does not answer, or its voltage cannot be"),
    "pp_short": ("PROXIMITY", "the proximity contact touches PE"),
    "estop": ("ESTOP", "the emergency stop is pressed: its contact is open"),
}

_PART = {
    "PILOT": "control pilot",
    "CONTACTOR": "contactor",
    "PHASES": "phase relay",
    "METER": "meter",
    "RCM": "residual current monitor",
    "EARTH": "PE monitor",
    "LOCK": "lock",
    "READER": "card reader",
    "TEMPERATURE": "temperature sensor",
    "PROXIMITY": "proximity input",
    "ESTOP": "emergency stop",
    "BUTTON": "button",
    "ETHERNET": "Ethernet",
}


def need(board, part):
    """Return the board's data of a part; ValueError names the part when the board lacks it."""
    data = getattr(board, part, None) or inputs.line(board, part.lower())  # or a contact of that use
    if data is None:
        raise ValueError(f"board {board.NAME} has no {_PART[part]} ({part})")
    return data


def check(board, name):
    """Raise ValueError when the fault is unknown or the board lacks the part it needs."""
    if name not in FAULTS:
        raise ValueError("fault {!r} is unknown; known: {}".format(name, " ".join(sorted(FAULTS))))
    part = FAULTS[name][0]
    if part:
        need(board, part)
    if name == "phase_loss" and board.LIMITS["phases"] < 2:
        raise ValueError(f"board {board.NAME} has one phase only")
