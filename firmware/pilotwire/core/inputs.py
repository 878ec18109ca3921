"""Digital inputs, debounced. Pure; what each use does stands in parts/inputs.py."""

from micropython import const

from pilotwire.core import ticks

_STEADY_MS = const(50)


class Contact:
    """open: its state. At first open, which is the safe side of every use, until it was seen closed."""

    def __init__(self):
        self.open = True
        self._since_ms = None  # it reads other than that

    def feed(self, is_open, now_ms):
        """One look at it; a level that held for 50 ms counts. -> open."""
        if is_open == self.open:
            self._since_ms = None
        elif self._since_ms is None:
            self._since_ms = now_ms
        elif ticks.diff(now_ms, self._since_ms) >= _STEADY_MS:
            self.open = is_open
            self._since_ms = None
        return self.open


def limit_ma(lines, contacts):
    """The current that the open ones of the "limit" contacts leave, in mA; None: they are closed, or there is none."""
    return min((at["ma"] for at, c in zip(lines, contacts) if at["use"] == "limit" and c.open), default=None)
