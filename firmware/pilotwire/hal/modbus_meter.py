"""A meter on RS-485: asks for the runs of registers that its table lists (sdm630.py is one), and
gives way while the wire is busy."""

import asyncio
from time import sleep_ms, ticks_diff, ticks_ms

from machine import UART, Pin
from micropython import const

from pilotwire.hal.energy import Energy
from pilotwire.proto.modbus import answer, f32_milli, request

_DEADLINE_MS = const(300)  # from the end of the question on, and the time that the answer takes on the wire
_TRIES = const(2)
_GAP_MS = const(100)  # one question per 100 ms (Eastron)
_POLL_MS = const(5)
_TURN_MS = const(10)  # the last of sending is waited for on the spot: see _send
_FRESH_MS = const(10000)


class ModbusMeter:
    """contract.Meter. spec: the board's METER; limits: its LIMITS; runs: as in sdm630.py.

    wire: the UART. A second meter on it is given it as spec["wire"] (app.py), and they are asked one after the other.
    """

    def __init__(self, spec, limits, function, runs):
        parity = spec.get("parity")  # 0 even, 1 odd
        self.wire = spec.get("wire") or UART(
            spec["uart"], spec["baud"], parity=parity, tx=spec["tx"], rx=spec["rx"], rxbuf=512
        )
        self._de = None if spec["de"] is None else Pin(spec["de"], Pin.OUT, value=0)
        self._baud = spec["baud"]
        self._address = spec["address"]
        self._function = function
        self._runs = runs
        self._asked_ms = ticks_ms()
        self.energy = Energy(limits["ma"] * limits["phases"] * 230 // 1000)
        self.at_ms = None
        self._forget()

    def _forget(self):
        self.voltages_mv = [0, 0, 0]
        self.currents_ma = [0, 0, 0]
        self.powers_w = [0, 0, 0]
        self.power_w = 0
        self.frequency_mhz = None

    @property
    def energy_wh(self):
        return self.energy.wh

    def fresh(self, now_ms):
        return self.at_ms is not None and ticks_diff(now_ms, self.at_ms) < _FRESH_MS

    async def read(self):
        try:
            for first, names in self._runs:
                names = names.split()
                data = await self._ask(first, 2 * len(names))
                for i, name in enumerate(names):
                    if name != "-":
                        self._store(name, self.value(name, data, 4 * i))
        except OSError:
            if not self.fresh(ticks_ms()):
                self._forget()  # what flowed then says nothing about now; the energy does
            raise
        self.at_ms = ticks_ms()

    def value(self, name, data, at):
        """The value in these registers, from byte `at` on: mV, mA, mW, mHz, Wh; None where the meter does not say."""
        return f32_milli(int.from_bytes(data[at : at + 4], "big"))

    def _store(self, name, value):
        if name == "E":
            if value is None:
                raise OSError("meter: no energy register")
            self.energy.take(value, ticks_ms())
        elif name == "F":
            self.frequency_mhz = value
        elif name[0] == "P":
            value = ((value or 0) + 500) // 1000
            if name[1:]:
                self.powers_w[int(name[1]) - 1] = value
                value = sum(self.powers_w)
            self.power_w = value
        else:
            values = self.voltages_mv if name[0] == "U" else self.currents_ma
            values[int(name[1]) - 1] = value or 0

    async def _ask(self, first, count):
        error = None
        for _ in range(_TRIES):
            try:
                return await self._exchange(first, count)
            except ValueError as e:
                error = e
        raise OSError("meter: %s" % error)

    async def _exchange(self, first, count):
        """-> the registers' bytes. Raises ValueError: silence, or what answer() raises."""
        silence_ms = 38500 // self._baud + 1  # 3.5 characters part two frames
        gap_ms = _GAP_MS - ticks_diff(ticks_ms(), self._asked_ms)
        await asyncio.sleep_ms(max(silence_ms, gap_ms))
        self.wire.read()  # what came too late for the last question
        await self._send(request(self._address, self._function, first, count))
        self._asked_ms = start = ticks_ms()
        came = b""
        deadline_ms = _DEADLINE_MS + 22000 * count // self._baud
        while ticks_diff(ticks_ms(), start) < deadline_ms:
            await asyncio.sleep_ms(_POLL_MS)
            came += self.wire.read() or b""
            data = answer(came, self._address, self._function, count)
            if data is not None:
                return data
        raise ValueError("silent")

    async def _send(self, frame):
        """The transceiver must listen again before the meter answers, and the loop may come back
        10 ms late (a tick of the system) or later (another task): so the last 10 ms are slept
        here. Timers, and so the safety path, run meanwhile."""
        if self._de:
            self._de.value(1)
        try:
            self.wire.write(frame)
            wire_ms = len(frame) * 11000 // self._baud + 1
            await asyncio.sleep_ms(max(0, wire_ms - _TURN_MS))
            for _ in range(_TURN_MS + 5):
                if self.wire.txdone():
                    break
                sleep_ms(1)
        finally:
            if self._de:
                self._de.value(0)
