"""Phoenix Contact EEM-350-D-MCB: three phases, Modbus RTU; integers, low word first. At most 11 registers in one
question, so there are four. It tells the power of all phases together only.

Source: facts evse-hardware, section 5.
"""

FUNCTION = 4  # input registers
RUNS = (  # as in sdm630.py
    (0x0000, "U1 U2 U3"),
    (0x000C, "I1 I2 I3"),
    (0x0028, "P"),
    (0x003E, "E"),
)
UNITS = {  # as in em340.py
    "U": ("i32s", 100),  # 0.1 V
    "I": ("i32s", 1),  # mA
    "P": ("i32s", 100),  # 0.1 W
    "E": ("i32s", 100),  # 0.1 kWh
}


def make(spec, board):
    from pilotwire.hal.scaled_meter import ScaledMeter

    return ScaledMeter(spec, board.LIMITS, FUNCTION, RUNS, UNITS)
