"""One session: from plug-in to unplug, or to the next plug-in for who looks later. Integers only."""

from pilotwire.core import ticks


class Session:
    def __init__(self):
        self.wh = 0  # since plug-in; never falls
        self.charging_ms = 0  # with the contactor closed
        self.most_w = 0  # the highest power
        self.began_ms = None  # tick of the plug-in, None before the first
        self.closed_ms = self.opened_ms = None  # ticks: the contactor last closed, and opened again
        self._register_wh = None  # of the meter at plug-in, None until a reading came
        self._charged_ms = None  # tick up to which charging_ms is counted, None while open

    def begin(self, register_wh, now_ms):
        """A car was plugged in. register_wh: the meter's register, None when it has not spoken yet."""
        self.wh = self.charging_ms = self.most_w = 0
        self.began_ms = now_ms
        self._register_wh = register_wh
        self._charged_ms = None

    def update(self, register_wh):
        """A reading of the meter's register in Wh, None when there is none. A lower one takes nothing back."""
        if register_wh is None or self.began_ms is None:
            return
        if self._register_wh is None:
            self._register_wh = register_wh
        self.wh = max(self.wh, register_wh - self._register_wh)

    def charged(self, now_ms, closed):
        """Called at least every few seconds. closed: the contactor is, since the call before."""
        if closed and self._charged_ms is not None:
            self.charging_ms += max(0, ticks.diff(now_ms, self._charged_ms))
        elif closed:
            self.closed_ms = now_ms
        elif self._charged_ms is not None:
            self.opened_ms = now_ms
        self._charged_ms = now_ms if closed else None

    def limit_reached(self, limit_wh):
        """Was the energy limit (key `dwo`) reached? None: there is none."""
        return limit_wh is not None and self.wh >= limit_wh
