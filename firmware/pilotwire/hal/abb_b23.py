"""ABB B23 (and A43, B21, B24): Modbus RTU; the wires A and B are named the other way round than elsewhere.

Source: facts evse-hardware, section 5.
"""

FUNCTION = 3  # holding registers
RUNS = (  # as in sdm630.py
    (0x5B00, "U1 U2 U3 - - - I1 I2 I3 - - P1 P2 P3"),  # between phases; of the neutral; power of all
    (0x5000, "E -"),  # four registers
)
UNITS = {  # as in em340.py
    "U": ("u32", 100),  # 0.1 V
    "I": ("u32", 10),  # 0.01 A
    "P": ("i32", 10),  # 0.01 W
    "E": ("u64", 10),  # 0.01 kWh
}


def make(spec, board):
    from pilotwire.hal.scaled_meter import ScaledMeter

    return ScaledMeter(spec, board.LIMITS, FUNCTION, RUNS, UNITS)
