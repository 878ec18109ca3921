"""Registration at the central system by BootNotification (OCPP 1.6, 4.2).

not yet  --> Accepted  everything may be said
         --> Pending   CALLs of the central system are answered, nothing else is said,
         BootNotification again after its interval
         --> Rejected  not even that
"""

from micropython import const

from pilotwire import VERSION, loader
from pilotwire.core import ticks

# Our own pause, doubled each time: without an answer that makes sense (B11), and where one names none (B10)
_LEAST_S = const(10)
_UNNAMED_S = const(60)
_MOST_S = const(600)
_DAY_S = const(86_400)


class Registration:
    """.rejected: what the central system last said. Loaded until it accepts us."""

    def __init__(self, box, now_ms):
        self._box = box
        self._due_ms = now_ms
        self._pause_s = 0
        self.rejected = False

    def next_call(self, now_ms):
        if ticks.diff(now_ms, self._due_ms) < 0:
            return None
        box = self._box
        board = box.board
        payload = {"chargePointVendor": "Pilotwire", "chargePointModel": board.NAME[:20]}
        for name, value, most in (
            ("chargePointSerialNumber", getattr(box, "serial", ""), 25),
            ("firmwareVersion", VERSION, 50),
            ("meterType", (getattr(board, "METER", None) or {}).get("kind"), 25),
        ):
            if value:
                payload[name] = value[:most]
        return "BootNotification", payload

    def on_answer(self, payload, why, now_ms):
        """-> True when we are accepted."""
        if payload is None:
            self._again(now_ms, 0, _LEAST_S)
            return False
        status, interval_s = payload["status"], int(payload["interval"])
        if status not in ("Accepted", "Pending", "Rejected"):
            raise ValueError("status " + str(status))
        self._box.log.info("ocpp: boot %s, interval %d s" % (status, interval_s))
        self.rejected = status == "Rejected"
        if status == "Accepted":
            loader.lend("ocpp.times").set_clock(self._box, payload["currentTime"])
            self._set_interval(interval_s)
            return True
        self._box.ocpp.failed("the central system answered the boot with " + status)
        self._again(now_ms, interval_s, _UNNAMED_S)
        return False

    def _again(self, now_ms, interval_s, least_s):
        if interval_s <= 0:
            interval_s = self._pause_s = min(max(2 * self._pause_s, least_s), _MOST_S)
        self._due_ms = ticks.add(now_ms, min(interval_s, _DAY_S) * 1000)

    def _set_interval(self, interval_s):
        """An accepted boot is one more writer of "ocpph"; the last one wins. 0 keeps it (B05)."""
        settings = self._box.settings
        if interval_s <= 0 or settings.get("ocpph") == interval_s:
            return
        try:
            settings.set("ocpph", interval_s, "the central system")
        except (OSError, ValueError) as e:
            self._box.log.warn("ocpp: HeartbeatInterval of %d s was not taken: %s" % (interval_s, e))
