"""Finder 7E.78: three phases, Modbus RTU; it tells the power of all phases together only. At most 127 registers.

Source: facts evse-hardware, section 5.
"""

FUNCTION = 4  # input registers
RUNS = (  # as in sdm630.py
    (0x1000, "U1 U2 U3 - - - - I1 I2 I3"),
    (0x1026, "P"),
    (0x1106, "E"),
)
UNITS = {  # as in em340.py
    "U": ("f32", 1),  # V
    "I": ("f32", 1),  # A
    "P": ("f32", 1),  # W
    "E": ("f32", -1000),  # Wh
}


def make(spec, board):
    from pilotwire.hal.scaled_meter import ScaledMeter

    return ScaledMeter(spec, board.LIMITS, FUNCTION, RUNS, UNITS)
