"""Eastron SDM120 (and SDM220, SDM230): one phase, Modbus RTU.

Source: Eastron, SDM120-Modbus protocol, input registers; facts evse-hardware, section 5.
"""

FUNCTION = 4  # input registers
RUNS = (  # as in sdm630.py
    (0x0000, "U1 - - I1 - - P1"),
    (0x0046, "F E"),
)


def make(spec, board):
    from pilotwire.hal.modbus_meter import ModbusMeter

    return ModbusMeter(spec, board.LIMITS, FUNCTION, RUNS)
