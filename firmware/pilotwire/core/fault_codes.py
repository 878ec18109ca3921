"""What a fault is called elsewhere. Brought in when one is told.

A row for each of core/faults.py: the key `err` in go-e's older table (clients know no other); OCPP 1.6 errorCode and
vendorErrorCode; how often the light blinks (Technagon's numbers, 0: it is just red).
"""

ERR, OCPP_ERROR, VENDOR_CODE, BLINKS = range(4)

CODES = {
    "weld": (9, "PowerSwitchFailure", "ContactorWelded", 2),
    "rcd": (11, "GroundFailure", "", 4),
    "rcd_test": (11, "GroundFailure", "ResidualCurrentTest", 4),
    "estop": (12, "OtherError", "EmergencyStop", 0),
    "no_close": (10, "PowerSwitchFailure", "ContactorDoesNotClose", 2),
    "earth": (8, "GroundFailure", "ProtectiveEarth", 2),
    "pilot_source": (12, "InternalError", "PilotSource", 1),
    "pilot_short": (12, "OtherError", "PilotShort", 1),
    "diode": (6, "OtherError", "PilotDiode", 1),
    "pilot_frozen": (12, "InternalError", "PilotFrozen", 1),
    "overheat": (13, "HighTemperature", "", 0),
    "sensor": (13, "HighTemperature", "TemperatureSensor", 0),
    "lock": (15, "ConnectorLockFailure", "", 5),
    "overcurrent": (5, "OverCurrentFailure", "", 3),
    "overvoltage": (4, "OverVoltage", "", 0),
    "undervoltage": (3, "UnderVoltage", "", 0),
    "phase_loss": (3, "UnderVoltage", "PhaseLoss", 0),
    "door": (12, "OtherError", "DoorOpen", 0),
    "meter": (14, "PowerMeterFailure", "", 6),
}
