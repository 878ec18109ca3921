"""Heartbeat: said when nothing else was for HeartbeatInterval, and at least daily for the time in its answer (OCPP
1.6, 4.6).
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

VENDOR = "Pilotwire"
_STEP_S = const(2)  # the clock is left alone when it differs by less (H04)
_DAY_S = const(86_400)


class Heartbeat:
    """Also takes the time that a central system gives in its answers."""

    def __init__(self, box):
        self._box = box
        self._said_ms = 0
        self._timed_s = 0  # up time when the central system last told the time

    def said(self, now_ms):
        """Any CALL is a sign of life (H01)."""
        self._said_ms = now_ms

    def next_call(self, now_ms):
        idle_ms = ticks.diff(now_ms, self._said_ms)
        if idle_ms < self._box.settings.get("ocpph") * 1000 and self._up_s() - self._timed_s < _DAY_S:
            return None
        return "Heartbeat", {}

    def on_result(self, payload, now_ms):
        self.set_clock(payload["currentTime"])

    def on_error(self, why, now_ms):
        """Not repeated: the next one comes soon enough (ER17)."""
        self._timed_s = self._up_s()

    def set_clock(self, text):
        """The central system's time counts unless NTP, which is better, has set the clock. Raises ValueError for what
        is no time.
        """
        s, ms = loader.lend("core.calendar").parse(text)
        self._timed_s = self._up_s()
        clock = self._box.clock
        if clock.source == "ntp" or (clock.source and abs(clock.utc_s() - s) <= _STEP_S):
            return
        clock.set_utc(s, ms, "ocpp")
        self._box.log.info("clock: set by the central system to " + text[:30])

    def _up_s(self):
        return self._box.clock.up_ms() // 1000


def timestamp(clock, at_ms):
    """ "2025-01-31T12:00:00.000Z" of the instant with those ticks (T24), None while the clock is unknown."""
    utc = clock.utc(at_ms)
    return utc and loader.lend("core.calendar").text(*utc) + "Z"
