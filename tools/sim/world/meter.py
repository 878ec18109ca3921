"""The energy meter behind the UART: an Eastron SDM630 as a Modbus RTU slave, and its register.

Registers: two per value, float32, high word first, read with function 4, at most 80 in one request
(Eastron SDM630-Modbus V2 manual). Holding register 0xFC02 (function 3) tells the kind, 0x0070.
"""

import struct

from . import mains, modbus

FACTORY_WH = 12_345_678  # the register of a fresh world
_TURNAROUND_US = 20_000  # the meter thinks
_MOST = 80
_LAST = 0x0180
_CODE = 0xFC02, 0x0070


class Sdm630:
    """outlet: whose volts(), amps_ma() and watts() it measures. send(at_us, data): its answers."""

    def __init__(self, data, outlet, timeline):
        self.uart = data["uart"]
        self.wh = float(FACTORY_WH)
        self.send = lambda data: None  # called when the last byte of an answer has arrived
        self._address = data.get("address", 1)
        self._byte_us = 10_000_000 / data.get("baud", 9600)  # start, 8 bits, stop
        self._outlet = outlet
        self._timeline = timeline
        self._frame = b""
        self._end = None

    def count(self, wh):
        """Energy went through; the register never falls."""
        self.wh += max(0, wh)

    @property
    def register_wh(self):
        return int(self.wh)

    def receive(self, data):
        """Bytes from the chip. A silence of 3.5 characters ends a frame (Modbus RTU 2.5.1.1)."""
        self._frame += data
        self._timeline.cancel(self._end)
        self._end = self._timeline.after((len(data) + 3.5) * self._byte_us, self._frame_ended)

    def _frame_ended(self):
        request, self._frame = modbus.parse(self._frame, self._address), b""
        if request is None or "meter" in self._outlet.faults:
            return  # a slave keeps silent about what is not for it, or broken
        reply = self._answer(*request)
        wire_us = len(reply) * self._byte_us
        self._timeline.after(_TURNAROUND_US + wire_us, lambda: self.send(reply))

    def _answer(self, function, first, count):
        if function == 3 and (first, count) == (_CODE[0], 1):
            return modbus.answer(self._address, function, _CODE[1].to_bytes(2, "big"))
        if function != 4:
            return modbus.refusal(self._address, function, modbus.ILLEGAL_FUNCTION)
        if not 1 <= count <= _MOST:
            return modbus.refusal(self._address, function, modbus.ILLEGAL_VALUE)
        if first % 2 or count % 2 or first + count > _LAST:
            return modbus.refusal(self._address, function, modbus.ILLEGAL_ADDRESS)
        values = self._values()
        floats = [values.get(register, 0.0) for register in range(first, first + count, 2)]
        return modbus.answer(self._address, function, struct.pack(f">{len(floats)}f", *floats))

    def _values(self):
        """Register -> value in V, A, W, Hz and kWh; the rest of the map reads 0."""
        volts, watts = self._outlet.volts(), self._outlet.watts()
        amps = [ma / 1000 for ma in self._outlet.amps_ma()]
        rows = {0x34: sum(watts), 0x46: mains.HERTZ, 0x48: self.wh / 1000, 0x156: self.wh / 1000}
        for phase in range(3):
            rows[0x00 + 2 * phase] = volts[phase]
            rows[0x06 + 2 * phase] = amps[phase]
            rows[0x0C + 2 * phase] = watts[phase]
        return rows


KINDS = {"sdm630": Sdm630}


def make_meter(board, outlet, timeline):
    """The meter a board has, or None. ValueError when its kind is not simulated."""
    data = board.METER
    if data is None:
        return None
    if data["kind"] not in KINDS:
        raise ValueError("meter {!r} is not simulated; known: {}".format(data["kind"], " ".join(sorted(KINDS))))
    return KINDS[data["kind"]](data, outlet, timeline)
