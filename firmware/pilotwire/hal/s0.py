"""A meter that gives pulses (S0, IEC 62053-31): the chip's hardware counts them, so none is lost while Python is busy.

Its register is ours: pulses of all time, kept in a small record. What is told is what the record says, so after a power
cut nothing falls below what a back end has heard: energy moves once a minute while pulses come, and when they stop, or
a transaction ends. Energy and power is all it knows; voltages and currents are 0, and silence cannot be told from a car
that takes nothing.

Needs MicroPython 1.26 (machine.Counter).
"""

import asyncio
from time import ticks_add, ticks_diff, ticks_ms

from machine import Counter, Pin
from micropython import const

from pilotwire import loader
from pilotwire.store import files

_FORMAT = const(1)
_FILTER_NS = const(12_000)  # as long as the ESP32's filter can
_POLL_MS = const(20)
_POLLS = const(40)
_FRESH_MS = const(10_000)
_LONG_MS = const(5000)
_FORGET_MS = const(60_000)  # without a pulse: nothing flows
_KEEP_MS = const(60_000)
_STOPPED_MS = const(1000)
_MW_MS = const(3_600_000_000)  # W x ms in a kWh


class S0Meter:
    """contract.Meter. spec: the board's METER with pin and pulses_kwh, and counter (0..7, 0) where several are counted;
    path: of its record."""

    frequency_mhz = None

    def __init__(self, spec, path):
        self._pulses_kwh = spec["pulses_kwh"]
        self._path = path
        self._base = self._told = self._kept = self._read()  # pulses before this start; of the register; of the record
        pin = Pin(spec["pin"], Pin.IN)
        self._counter = Counter(spec.get("counter", 0), pin, edge=Counter.FALLING, filter_ns=_FILTER_NS)
        self._counter.value(0)
        self._kept_ms = self._moved_ms = ticks_ms()  # the record was written, pulses were seen last
        self._moved = self._base
        self._mark = None  # (pulses, ticks, seen as it came) of an edge
        self._each_ms = 0  # between two pulses, as far as we know
        self.voltages_mv = self.currents_ma = self.powers_w = [0, 0, 0]
        self.power_w = 0
        self.at_ms = None

    @property
    def energy_wh(self):
        return self._told * 1000 // self._pulses_kwh

    def fresh(self, now_ms):
        return self.at_ms is not None and ticks_diff(now_ms, self.at_ms) < _FRESH_MS

    def at_least(self, wh):
        """A record elsewhere knows of so much energy: ours, which was written earlier, follows."""
        lacks = -(-wh * self._pulses_kwh // 1000) - self._told
        if lacks > 0:
            self._base += lacks
            self._moved += lacks
            self._told += lacks
            self._mark = None

    async def read(self):
        """Looks out for an edge, 0.8 s at most, because the time between two edges is the power."""
        before, now_ms = self._pulses(), ticks_ms()
        if before != self._moved and self.at_ms is not None:
            self._edge(before, ticks_add(now_ms, ticks_diff(self.at_ms, now_ms) // 2), False)
        for _ in range(_POLLS):
            await asyncio.sleep_ms(_POLL_MS)
            if self._pulses() != before:
                self._edge(self._pulses(), ticks_ms(), True)
                break
        self._settle(self._pulses(), ticks_ms())
        self.at_ms = ticks_ms()

    def _pulses(self):
        return self._base + self._counter.value()

    def _edge(self, pulses, now_ms, seen):
        """A pulse came then. seen: it was seen as it came; the others came between two readings, which is as good only
        when the time to the last mark is long."""
        if self._mark:
            came, ms = pulses - self._mark[0], ticks_diff(now_ms, self._mark[1])
            if ms >= _LONG_MS or seen and self._mark[2]:
                self._each_ms = ms // came
                self.power_w = came * _MW_MS // (self._pulses_kwh * ms)
            elif not seen:
                return
        self._mark = pulses, now_ms, seen

    def _settle(self, pulses, now_ms):
        """What follows from pulses that do not come: less flows than one more would make."""
        if pulses != self._moved:
            self._moved, self._moved_ms = pulses, now_ms
        quiet_ms = ticks_diff(now_ms, self._moved_ms)
        if quiet_ms:
            self.power_w = min(self.power_w, _MW_MS // (self._pulses_kwh * quiet_ms))
        if quiet_ms >= _FORGET_MS:
            self._mark, self.power_w, self._moved_ms = None, 0, now_ms
        self._keep(pulses, now_ms, quiet_ms > max(1000, 3 * self._each_ms))

    def _keep(self, pulses, now_ms, quiet):
        """Now, when pulses have stopped, or when the record is a minute old: more often would wear out the flash."""
        if pulses == self._kept:
            self._kept_ms = now_ms
        elif ticks_diff(now_ms, self._kept_ms) >= (_STOPPED_MS if quiet else _KEEP_MS):
            self.keep()

    def keep(self):
        """Writes the record and tells what it says. A flash that fails is tried again, but holds up no bill."""
        self._told, self._kept_ms = self._pulses(), ticks_ms()
        if self._told != self._kept:
            try:
                files.write(self._path, _FORMAT, b"%d" % self._told)
                self._kept = self._told
            except OSError:
                pass

    def _read(self):
        """Pulses of all time; 0 where there is no record, or none that can be used: what it said is set aside."""
        records = loader.lend("store.records")
        try:
            return int(records.read(self._path, _FORMAT) or 0)
        except OSError:
            return 0
        except ValueError:
            records.set_aside(self._path)
            return 0


def make(spec, board):
    return S0Meter(spec, "/s0_%d" % spec["pin"])
