"""Registration at the central system by BootNotification (OCPP 1.6, 4.2).

not yet  --> Accepted  everything may be said
         --> Pending   CALLs of the central system are answered, nothing else is said,
         BootNotification again after its interval
         --> Rejected  not even that
"""

from micropython import const

from pilotwire import VERSION
from pilotwire.core import ticks

VENDOR = "Pilotwire"
_LEAST_S, _MOST_S = (
    const(10),
    const(600),
)  # our own pause, doubled each time, where the central system names none (B10, B11)
_DAY_S = const(86_400)


class Registration:
    """.accepted, .rejected: what the central system last said."""

    def __init__(self, box, heartbeat):
        self._box = box
        self._heartbeat = heartbeat
        self._due_ms = None
        self._pause_s = 0
        self.accepted = self.rejected = False

    def opened(self, now_ms):
        """A connection is up: an interval that runs goes on."""
        if self._due_ms is None:
            self._due_ms = now_ms
        if self.accepted:
            self._box.ocpp.accept(True)

    def next_call(self, now_ms):
        if ticks.diff(now_ms, self._due_ms) < 0:
            return None
        box = self._box
        board = box.board
        payload = {"chargePointVendor": VENDOR, "chargePointModel": board.NAME[:20]}
        for name, value, most in (
            ("chargePointSerialNumber", getattr(box, "serial", ""), 25),
            ("firmwareVersion", VERSION, 50),
            ("meterType", board.METER and board.METER["kind"], 25),
        ):
            if value:
                payload[name] = value[:most]
        return "BootNotification", payload

    def on_result(self, payload, now_ms):
        status, interval_s = payload["status"], int(payload["interval"])
        if status not in ("Accepted", "Pending", "Rejected"):
            raise ValueError("status " + str(status))
        if status == "Accepted":
            self._heartbeat.set_clock(payload["currentTime"])  # raises before anything is taken
        self._box.log.info("ocpp: boot %s, interval %d s" % (status, interval_s))
        self.accepted, self.rejected = status == "Accepted", status == "Rejected"
        if self.accepted:
            self._pause_s = 0
            self._heartbeat.set_interval(interval_s)
            self._box.ocpp.accept(True)
        else:
            self._box.ocpp.failed("the central system answered the boot with " + status)
            self._again(now_ms, interval_s)

    def on_error(self, why, now_ms):
        self._again(now_ms, 0)

    def _again(self, now_ms, interval_s):
        if interval_s <= 0:
            interval_s = self._pause_s = min(max(2 * self._pause_s, _LEAST_S), _MOST_S)
        self._due_ms = ticks.add(now_ms, min(interval_s, _DAY_S) * 1000)
