"""The clock: ticks for decisions, monotonic milliseconds for durations, UTC for what is told to others.

UTC is an offset to the monotonic clock, so that setting it never changes a duration. The chip's own clock is rtc.py's.
"""

import asyncio
import time

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_WRAP = const(0x3FFFFFFF)  # ticks wrap at 2^30 ms on the chip; the unix port's do not, so they are made to
_2025 = const(1735689600)  # unix s; a chip that never got the time says less


class Clock:
    """The one clock of the box. Ask up_ms() at least every six days, else ticks wrap unseen (the control loop does).

    .source: who set it ("ntp", "ocpp", "user", "chip": kept by the chip over a reset), None while UTC is unknown.
    now_ms, rtc, unix_s: the chip's ticks, machine.RTC (None where there is none) and time; tests pass their own.
    """

    def __init__(self, now_ms=time.ticks_ms, rtc=None, unix_s=None):
        self._now_ms = now_ms
        self._rtc = rtc
        self._last_ms = self.ms()
        self._up_ms = 0
        self._s = self._ms = 0  # UTC at up_ms() 0
        self.source = None
        if rtc:  # the chip keeps its time over machine.reset() (H06)
            s = (unix_s or loader.use("net.rtc").unix_s)()
            loader.release("net.rtc")
            if s > _2025:
                self._take(s, 0, "chip")

    def ms(self):
        """Ticks in ms, wrapping at 2^30; subtract with ticks.diff(). No allocation."""
        return self._now_ms() & _WRAP

    def up_ms(self):
        """ms since boot; does not wrap."""
        now = self.ms()
        self._up_ms += ticks.diff(now, self._last_ms)
        self._last_ms = now
        return self._up_ms

    def utc_s(self):
        """Unix seconds, None while unknown."""
        return self.utc()[0] if self.source else None

    def utc_ms(self):
        """The milliseconds that go with utc_s(), 0..999; 0 while unknown. utc() gives both of one instant."""
        return self.utc()[1] if self.source else 0

    def utc(self, at_ms=None):
        """(unix s, ms) now, or of the instant whose ticks were at_ms (up to six days ago); None while unknown."""
        if not self.source:
            return None
        up = self.up_ms()
        if at_ms is not None:
            up += ticks.diff(at_ms, self._last_ms)
        up += self._ms
        return self._s + up // 1000, up % 1000

    def set_utc(self, s, ms, source):
        """Sets UTC (unix seconds and 0..999 ms). Raises ValueError for a time before 2025."""
        if s < _2025:
            raise ValueError("utc: want a time after 2025-01-01")
        self._take(s, ms, source)
        if self._rtc:
            loader.use("net.rtc").write(self._rtc, s, ms)
            loader.release("net.rtc")

    def _take(self, s, ms, source):
        total = ms - self.up_ms()
        self._s, self._ms, self.source = s + total // 1000, total % 1000, source


async def keep(box):
    """The NTP task: asks at start and hourly, sooner after a failure, only while "tse" is on."""
    due_ms = pause_ms = 0
    while True:
        if box.settings.get("tse") and box.wifi.connected and box.clock.up_ms() >= due_ms:
            pause_ms = await loader.use("net.ntp_client").turn(box, pause_ms)
            loader.release("net.ntp_client")
            due_ms = box.clock.up_ms() + pause_ms
        await asyncio.sleep_ms(2000)
