"""The figures of the safety path, in simulated time: how late is the coil, how late are the
contacts?

An opening is measured from the instant the car's model leaves state C (or D) with the coil
energised or the contacts closed: by itself, by being unplugged, or by a fault on the line. A
closing is measured from the instant at which the car asks and is offered current, whichever came
last. None: not measured yet.
"""

from collections import deque

from .electrics import OFF, STEADY

_STALLS = 200  # kept at most, the newest


class Timing:
    """look() sees every change of the outlet; the rest are figures in ms."""

    def __init__(self, timeline):
        self._timeline = timeline
        self._asks = self._invited = self._coil = self._closed = False
        self._left_us = self._asked_us = None
        self.on_closed = lambda closed: None  # hears when the main contacts have moved, and at reset
        self.reset()

    def reset(self):
        """All figures start anew."""
        self.gap_ms_max = None  # longest gap between bursts of pilot samples, told by the chip
        self.coil_ms_last = self.coil_ms_max = None
        self.open_ms_last = self.open_ms_max = None
        self.close_ms_last = None
        self.openings = 0
        self.stalls, self.stalled = deque(maxlen=_STALLS), 0  # the newest, and how many in all
        self._busy_us = self._spanned_us = 0  # in the safety path; of so much time with the contactor closed
        self._busy_told = None  # (what the chip told last, when)
        self.on_closed(self._closed)

    def gap(self, us):
        """A gap between two bursts of pilot samples, contactor closed."""
        self.gap_ms_max = max(self.gap_ms_max or 0, round(us / 1000, 3))

    def stall(self, us, cause):
        """No timer of the chip could run for so long."""
        self.stalled += 1
        self.stalls.append(
            {"at_ms": self._timeline.now_us // 1000, "ms": us / 1000, "closed": self._closed, "cause": cause}
        )

    def busy(self, us):
        """Time in timer callbacks since the boot of the chip; it tells each second while a contactor is closed."""
        if not self._closed:
            return
        now_us = self._timeline.now_us
        if self._busy_told:
            self._busy_us += us - self._busy_told[0]
            self._spanned_us += now_us - self._busy_told[1]
        self._busy_told = us, now_us

    def look(self, letter, duty, contactor):
        asks = letter in "CD"
        invited = asks and OFF < duty < STEADY
        if self._asks and not asks and (contactor.coil or contactor.closed):
            self._left_us = self._timeline.now_us
        elif asks:
            self._left_us = None
        if invited and not self._invited:
            self._asked_us = self._timeline.now_us
        if self._coil and not contactor.coil:
            self._coil_released()
        self._asks, self._invited, self._coil = asks, invited, contactor.coil
        if self._closed != contactor.closed:
            self._closed = contactor.closed
            self._contacts_moved()
        if not contactor.coil and not contactor.closed:
            self._left_us = None

    def _coil_released(self):
        late_ms = self._since(self._left_us)
        if late_ms is not None:
            self.coil_ms_last = late_ms
            self.coil_ms_max = max(self.coil_ms_max or 0, late_ms)

    def _contacts_moved(self):
        self.on_closed(self._closed)
        self._busy_told = None
        if self._closed:
            self.close_ms_last = self._since(self._asked_us)
            self._asked_us = None
            return
        self.openings += 1
        late_ms = self._since(self._left_us)
        if late_ms is not None:
            self.open_ms_last = late_ms
            self.open_ms_max = max(self.open_ms_max or 0, late_ms)

    def _since(self, us):
        return None if us is None else (self._timeline.now_us - us) / 1000

    def figures(self):
        """The answer to {"ask":"timing"}."""
        return {
            "pilot_gap_ms_max": self.gap_ms_max,
            "coil_ms_last": self.coil_ms_last,
            "coil_ms_max": self.coil_ms_max,
            "open_ms_last": self.open_ms_last,
            "open_ms_max": self.open_ms_max,
            "openings": self.openings,
            "close_ms_last": self.close_ms_last,
            "safety_share": round(self._busy_us / self._spanned_us, 4) if self._spanned_us else None,
        }

    def told_stalls(self):
        """The answer to {"ask":"stalls"}."""
        return {"count": self.stalled, "stalls": list(self.stalls)}
