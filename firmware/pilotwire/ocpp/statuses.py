"""StatusNotification: every change of a connector is said once, with the time it happened (OCPP 1.6, 4.9; S01)."""

from micropython import const

from pilotwire import loader
from pilotwire.core import ocpp_status, ticks

_MOST = const(16)  # changes kept until they are said; beyond that the oldest is dropped


class Statuses:
    """What the connectors looked like last, and the changes not said yet. Made anew for each connection: there every
    connector is said as it is now, not its history (S18, S19).
    """

    def __init__(self, box, now_ms):
        self._box = box
        self._changes = []  # (connector, status, ticks), oldest first
        self._seen = {}  # connector: status
        self._said = {}

    def watch(self, now_ms):
        """Notices what changed. What did not last MinimumStatusDuration is skipped (S11)."""
        self._notice(0, ocpp_status.of_box(self._box), now_ms)
        for outlet in self._box.outlets:
            self._notice(outlet.number, ocpp_status.status(outlet), now_ms)

    @property
    def _least_ms(self):
        return self._box.settings.get("ocppms") * 1000

    def _notice(self, n, status, now_ms):
        if _other(self._seen.get(n), status):
            self._seen[n] = status
            if self._least_ms and self._said.get(n):
                self._changes = [c for c in self._changes if c[0] != n or ticks.diff(now_ms, c[2]) >= self._least_ms]
            self._changes = self._changes[1 - _MOST :]
            self._changes.append((n, status, now_ms))

    def next_call(self, now_ms):
        least_ms = self._least_ms
        for change in self._changes:
            n, status, at_ms = change
            said = self._said.get(n)
            if not said or ticks.diff(now_ms, at_ms) >= least_ms:
                news = _other(said, status)
                call = loader.lend("ocpp.notification").call(self._box.clock, n, status, at_ms) if news else None
                self._changes.remove(change)  # only now: memory may have been short
                if news:
                    self._said[n] = status
                return call
        return None

    def on_answer(self, payload, why, now_ms):
        """A refused one is dropped: the next change says the newest (ER17)."""


def _other(before, status):
    """Whether it is news: that an info is not said any more is none."""
    return not before or before != status and (before[:2] + before[3:] != status[:2] + status[3:] or bool(status[2]))
