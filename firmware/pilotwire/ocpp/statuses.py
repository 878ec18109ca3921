"""StatusNotification: every change of a connector is said once, with the time it happened (OCPP 1.6, 4.9; S01)."""

from micropython import const

from pilotwire import loader
from pilotwire.core import ocpp_status

_MOST = const(16)  # changes kept until they are said; beyond that the oldest is dropped


class Statuses:
    """What the connectors looked like last, and the changes not said yet. Made anew for each connection: there every
    connector is said as it is now, not its history (S18, S19).
    """

    def __init__(self, box, now_ms):
        self._box = box
        # (connector, status, ticks), oldest first; connector 0, the box, has no faults of its own yet
        self._changes = [(0, ("Available", "NoError", None, None), now_ms)]
        self._seen = {}  # connector: status

    def watch(self, now_ms):
        """Notices what changed."""
        for outlet in self._box.outlets:
            status = ocpp_status.status(outlet)
            if self._seen.get(outlet.number) != status:
                self._seen[outlet.number] = status
                self._changes = self._changes[1 - _MOST :]
                self._changes.append((outlet.number, status, now_ms))

    def next_call(self, now_ms):
        if self._changes:
            return loader.lend("ocpp.notification").call(self._box.clock, *self._changes.pop(0))
        return None

    def on_answer(self, payload, why, now_ms):
        """A refused one is dropped: the next change says the newest (ER17)."""
