"""Eastron SDM630 (and SDM54, SDM72D-M-2): three phases, Modbus RTU. The blueprint for another meter of this kind: copy
this file, change the table. One whose registers are no f32 in V, A, W and kWh begins from em340.py.

Source: Eastron, SDM630-Modbus protocol, input registers.
"""

FUNCTION = 4  # input registers; 3 are holding registers

# A row is one question: its first register, and the values that follow each other from there, two registers each, with
# the phase: U in V, I in A, P in W (without a phase: of all), F in Hz, E imported in kWh; - is passed over.
RUNS = (
    (0x0000, "U1 U2 U3 I1 I2 I3 P1 P2 P3"),
    (0x0046, "F E"),
)


def make(spec, board):
    from pilotwire.hal.modbus_meter import ModbusMeter

    return ModbusMeter(spec, board.LIMITS, FUNCTION, RUNS)
