"""The energy meter behind the UART: a Modbus RTU slave with the registers of its kind (meter_maps.py), and what it has
counted.
"""

import math
import random

from . import mains, modbus
from .meter_maps import MAPS, words
from .s0 import S0

FACTORY_WH = 12_345_678  # the register of a fresh world
_TURNAROUND_US = 20_000  # the meter thinks


class Meter:
    """outlet: whose volts(), amps_ma() and watts() it measures. send(at_us, data): its answers.

    trouble: what a test wants wrong, None or one of "crc", "refuse", "garbage", "half" (gone in the middle of an
    answer), "nothing" (it says of every value that it has none).
    """

    def __init__(self, data, outlet, timeline):
        self.uart = data["uart"]
        self.wh = float(FACTORY_WH)
        self.trouble = None
        self.send = lambda data: None  # called when the last byte of an answer has arrived
        self._map = MAPS[data["kind"]]
        self._address = data.get("address", 1)
        bits = 10 if data.get("parity") is None else 11  # start, 8 bits, parity, stop
        self._byte_us = bits * 1_000_000 / data.get("baud", 9600)
        self._outlet = outlet
        self._timeline = timeline
        self._frame = b""
        self._end = None
        self._random = random.Random(1)

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
        reply = self._spoilt(request[0], self._answer(*request))
        wire_us = len(reply) * self._byte_us
        self._timeline.after(_TURNAROUND_US + wire_us, lambda: self.send(reply))

    def _spoilt(self, function, reply):
        if self.trouble == "crc":
            return reply[:-1] + bytes((reply[-1] ^ 1,))
        if self.trouble == "refuse":
            return modbus.refusal(self._address, function, modbus.DEVICE_FAILURE)
        if self.trouble == "garbage":
            return self._random.randbytes(len(reply))
        if self.trouble == "half":
            return reply[: len(reply) // 2]
        return reply

    def _answer(self, function, first, count):
        if function == 3 and self._map.code and (first, count) == (self._map.code[0], 1):
            return modbus.answer(self._address, function, self._map.code[1].to_bytes(2, "big"))
        if function != self._map.function:
            return modbus.refusal(self._address, function, modbus.ILLEGAL_FUNCTION)
        if not 1 <= count <= self._map.most:
            return modbus.refusal(self._address, function, modbus.ILLEGAL_VALUE)
        half = self._map.pairs and (first % 2 or count % 2)
        if half or not any(low <= first and first + count - 1 <= high for low, high in self._map.blocks):
            return modbus.refusal(self._address, function, modbus.ILLEGAL_ADDRESS)
        image = self._image()
        data = b"".join(image.get(register, b"\0\0") for register in range(first, first + count))
        return modbus.answer(self._address, function, data)

    def _image(self):
        """Register -> its two bytes."""
        image, values = {}, self._values()
        for address, (form, per_unit, name) in self._map.registers.items():
            value = None if self.trouble == "nothing" else values[name] * per_unit
            if value is not None and form != "f32":
                value = math.floor(value + (1e-6 if name in "EXS" else 0.5))  # counters do not round up
            data = words(form, value)
            for i in range(0, len(data), 2):
                image[address + i // 2] = data[i : i + 2]
        return image

    def _values(self):
        """What it measures, by the names of meter_maps.py."""
        volts, watts = self._outlet.volts(), self._outlet.watts()
        amps = [ma / 1000 for ma in self._outlet.amps_ma()]
        values = {"P": sum(watts), "IN": 0, "F": mains.HERTZ, "E": self.wh / 1000, "X": 0, "S": self.wh / 1000}
        for phase in range(3):
            other = (phase + 1) % 3
            values[f"U{phase + 1}"] = volts[phase]
            values[f"U{phase + 1}{other + 1}"] = math.sqrt(3) * min(volts[phase], volts[other])
            values[f"I{phase + 1}"] = amps[phase]
            values[f"P{phase + 1}"] = watts[phase]
        return values


KINDS = {"s0": S0, **dict.fromkeys(MAPS, Meter)}


def make_meter(board, outlet, timeline):
    """The meter a board has, or None. ValueError when its kind is not simulated."""
    data = board.METER
    if data is None:
        return None
    if data["kind"] not in KINDS:
        raise ValueError("meter {!r} is not simulated; known: {}".format(data["kind"], " ".join(sorted(KINDS))))
    return KINDS[data["kind"]](data, outlet, timeline)
