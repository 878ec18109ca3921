"""A scope with a short memory: pilot wire, coil and main contacts, and when they changed."""

from collections import deque

_KEPT = 200  # changes, the newest


class Trace:
    """The time line of one connector."""

    def __init__(self, timeline):
        self._timeline = timeline
        self._count = 0  # changes in all
        self._changes = deque(maxlen=_KEPT)
        self._last = None

    def look(self, **now):
        """Keep what is now, if it differs from what was."""
        if now != self._last:
            self._last = now
            self._changes.append({"n": self._count, "at_ms": self._timeline.now_us / 1000, **now})
            self._count += 1

    def told(self):
        """The answer to {"ask":"trace"}. n counts changes since this program started."""
        return {"count": self._count, "changes": list(self._changes)}
