"""Eastron SDM630 (and SDM54, SDM72DM-V2): three phases, Modbus RTU. The blueprint for another
meter: copy this file, change the table.

Source: Eastron, SDM630-Modbus protocol, input registers.
"""

FUNCTION = 4  # input registers

# A row is one question: first register, kind as in proto/modbus.py, a multiplier, and the values that follow each other
# from there, each with its phase: U in mV, I in mA, P in mW; F in mHz, E imported in Wh. An f32 comes in thousandths.
RUNS = (
    (0x0000, "f32", 1, "U1 U2 U3 I1 I2 I3 P1 P2 P3"),  # V, A, W
    (0x0046, "f32", 1, "F E"),  # Hz, kWh
)


def make(spec, board):
    from pilotwire.hal.modbus_meter import ModbusMeter

    return ModbusMeter(spec, board.LIMITS, FUNCTION, RUNS)
