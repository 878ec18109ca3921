"""StatusNotification: every change of a connector is said once, with the time it happened (OCPP 1.6, 4.9; S01)."""

from micropython import const

from pilotwire.core import ocpp_status
from pilotwire.ocpp.heartbeat import VENDOR, timestamp

_MOST = const(16)  # changes kept until they are said; beyond that the oldest is dropped
_BOX = ("Available", "NoError", None, None)  # connector 0 has no faults of its own yet


class Statuses:
    """What the connectors looked like last, and the changes not said yet."""

    def __init__(self, box):
        self._box = box
        self._changes = []  # (connector, status, ticks), oldest first
        self._seen = {}  # connector: status

    def forget(self):
        """On a new connection every connector is said as it is now, not its history (S18, S19)."""
        self._changes.clear()
        self._seen.clear()

    def watch(self, now_ms):
        self._see(0, _BOX, now_ms)
        for outlet in self._box.outlets:
            self._see(outlet.number, ocpp_status.status(outlet), now_ms)

    def next_call(self, now_ms):
        if not self._changes:
            return None
        connector, (status, error, info, vendor_error), at_ms = self._changes.pop(0)
        payload = {"connectorId": connector, "status": status, "errorCode": error}
        when = timestamp(self._box.clock, at_ms)
        if when:
            payload["timestamp"] = when
        if info:
            payload["info"] = info[:50]
        if vendor_error:
            payload["vendorId"] = VENDOR
            payload["vendorErrorCode"] = vendor_error[:50]
        return "StatusNotification", payload

    def on_result(self, payload, now_ms):
        pass

    def on_error(self, why, now_ms):
        """Dropped: the next change says the newest (ER17)."""

    def _see(self, connector, status, now_ms):
        if self._seen.get(connector) == status:
            return
        self._seen[connector] = status
        if len(self._changes) == _MOST:
            self._changes.pop(0)
        self._changes.append((connector, status, now_ms))
