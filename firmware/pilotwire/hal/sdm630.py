"""Eastron SDM630 (and SDM54, SDM72DM-V2): three phases, Modbus RTU. The blueprint for another
meter: copy this file, change the table.

Source: Eastron, SDM630-Modbus protocol, input registers.
"""

FUNCTION = 4  # input registers

# One read per run: (first register, registers, rows); a row: (register, kind, multiply, divide,
# what). kind as in proto/modbus.py, whose
# f32 are thousandths. Multiplied and divided it is mV, mA, W, mHz, Wh. what: U I P with the phase,
# P alone all phases, F Hz, E imported.
RUNS = (
    (
        0x0000,
        18,
        (
            (0x0000, "f32", 1, 1, "U1"),  # V
            (0x0002, "f32", 1, 1, "U2"),
            (0x0004, "f32", 1, 1, "U3"),
            (0x0006, "f32", 1, 1, "I1"),  # A
            (0x0008, "f32", 1, 1, "I2"),
            (0x000A, "f32", 1, 1, "I3"),
            (0x000C, "f32", 1, 1000, "P1"),  # W
            (0x000E, "f32", 1, 1000, "P2"),
            (0x0010, "f32", 1, 1000, "P3"),
        ),
    ),
    (
        0x0046,
        4,
        (
            (0x0046, "f32", 1, 1, "F"),  # Hz
            (0x0048, "f32", 1, 1, "E"),  # kWh
        ),
    ),
)


def make(spec, board):
    from pilotwire.hal.modbus_meter import ModbusMeter

    return ModbusMeter(spec, board.LIMITS, FUNCTION, RUNS)
