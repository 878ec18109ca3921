"""Chint DTSU666: three phases, Modbus RTU. From 0x2000 on stand the voltages between phases, then those against N.

Source: facts evse-hardware, section 5; Chint, DTSU666 user manual, table of registers.
"""

FUNCTION = 3  # holding registers
RUNS = (  # as in sdm630.py
    (0x2006, "U1 U2 U3 I1 I2 I3 - P1 P2 P3"),  # power of all
    (0x101E, "E"),
)
UNITS = {  # as in em340.py
    "U": ("f32", -10),  # 0.1 V
    "I": ("f32", -1000),  # mA
    "P": ("f32", -10),  # 0.1 W
    "E": ("f32", 1),  # kWh
}


def make(spec, board):
    from pilotwire.hal.scaled_meter import ScaledMeter

    return ScaledMeter(spec, board.LIMITS, FUNCTION, RUNS, UNITS)
