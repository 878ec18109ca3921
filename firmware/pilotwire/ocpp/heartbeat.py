"""Heartbeat: said when nothing else was for HeartbeatInterval, and at least daily for the time in its answer (OCPP
1.6, 4.6).
"""

from micropython import const

from pilotwire import loader

_DAY_MS = const(86_400_000)


class Heartbeat:
    """Reckons in up_ms of the clock: a day without an answer may become many."""

    def __init__(self, box):
        self._box = box
        self._said_ms = self._timed_ms = 0

    def put_off(self):
        """Any CALL is a sign of life (H01)."""
        self._said_ms = self._box.clock.up_ms()

    def next_call(self, now_ms):
        up_ms = self._box.clock.up_ms()
        if up_ms - self._said_ms < self._box.settings.get("ocpph") * 1000 and up_ms - self._timed_ms < _DAY_MS:
            return None
        self._timed_ms = up_ms  # without an answer the next one comes soon enough (ER17)
        return "Heartbeat", {}

    def on_answer(self, payload, why, now_ms):
        if payload is not None:
            loader.lend("ocpp.times").set_clock(self._box, payload["currentTime"])
