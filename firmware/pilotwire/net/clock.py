"""The clock: ticks for decisions, monotonic milliseconds for durations, UTC for what is told to others.

UTC is an offset to the monotonic clock, so that setting it never changes a duration. Only this module knows that the
chip counts seconds since 2000 and the PC since 1970.
"""

import asyncio
import time

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_WRAP = const(0x3FFFFFFF)  # ticks wrap at 2^30 ms on the chip; the unix port's do not, so they are made to
_2025 = const(1735689600)  # unix s; a chip that never got the time says less
_RETRY_MS = const(15_000)  # doubled at each failure
_HOUR_MS = const(3_600_000)


def _epoch():
    return 946684800 if time.gmtime(0)[0] == 2000 else 0


def _unix_s():
    return int(time.time()) + _epoch()


class Clock:
    """The one clock of the box. Ask up_ms() at least every six days, else ticks wrap unseen (the control loop does).

    .source: who set it ("ntp", "ocpp", "user", "chip": kept by the chip over a reset), None while UTC is unknown.
    now_ms, rtc, unix_s: the chip's ticks, machine.RTC (None where there is none) and time; tests pass their own.
    """

    def __init__(self, now_ms=time.ticks_ms, rtc=None, unix_s=_unix_s):
        self._now_ms = now_ms
        self._rtc = rtc
        self._last_ms = self.ms()
        self._up_ms = 0
        self._s = self._ms = 0  # UTC at up_ms() 0
        self.source = None
        if rtc and unix_s() > _2025:  # the chip keeps its time over machine.reset() (H06)
            self._take(unix_s(), 0, "chip")

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
            y, mo, d, h, mi, sec, wd = time.gmtime(s - _epoch())[:7]  # the ports add one or two more
            self._rtc.datetime((y, mo, d, wd, h, mi, sec, ms * 1000))

    def _take(self, s, ms, source):
        total = ms - self.up_ms()
        self._s, self._ms, self.source = s + total // 1000, total % 1000, source


async def keep(box):
    """The NTP task: asks at start and hourly, sooner after a failure, only while "tse" is on."""
    due_ms = pause_ms = 0
    while True:
        if box.settings.get("tse") and box.wifi.connected and box.clock.up_ms() >= due_ms:
            try:
                await loader.use("net.ntp_client").ask(box)
                pause_ms = _HOUR_MS
            except (OSError, ValueError) as e:
                pause_ms = _RETRY_MS if pause_ms in (0, _HOUR_MS) else min(2 * pause_ms, _HOUR_MS // 2)
                box.log.info("clock: %s; asked again in %d s" % (e, pause_ms // 1000))
            loader.release("net.ntp_client")
            due_ms = box.clock.up_ms() + pause_ms
        await asyncio.sleep_ms(2000)
