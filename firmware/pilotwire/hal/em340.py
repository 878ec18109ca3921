"""Carlo Gavazzi EM340 (and EM330, ET340): three phases, Modbus RTU; integers, low word first. At most 50 registers in
one question. The blueprint for a meter whose registers are no f32 in V, A, W and kWh: copy it, change the tables.

Source: facts evse-hardware, section 5.
"""

FUNCTION = 4  # input registers
RUNS = (  # as in sdm630.py
    (0x0000, "U1 U2 U3 - - - I1 I2 I3 P1 P2 P3"),  # voltages between phases stand in the middle
    (0x0034, "E"),
)
# The register of each kind of value, as in proto/modbus_number.py, and what makes mV, mA, mW, Wh of it: a factor or,
# negative, a divisor. What is said of E is its step, too. An f32 comes in thousandths.
UNITS = {
    "U": ("i32s", 100),  # 0.1 V
    "I": ("i32s", 1),  # mA
    "P": ("i32s", 100),  # 0.1 W
    "E": ("i32s", 100),  # 0.1 kWh
}


def make(spec, board):
    from pilotwire.hal.scaled_meter import ScaledMeter

    return ScaledMeter(spec, board.LIMITS, FUNCTION, RUNS, UNITS)
