"""Simulated time and what is due on it.

The chip paces: it says how far its clock has come, and the world follows, event by event. Nothing
here looks at the host's clock, so a test can play a night of charging in a millisecond.
"""

import heapq


class Timeline:
    """The world's clock in µs since this program started, and a queue of what happens when.

    passing(us) is called for every stretch of time in which nothing happened, before the clock
    moves on: whoever integrates (energy) adds up there.
    """

    def __init__(self):
        self.now_us = 0
        self.passing = lambda us: None
        self._heap = []
        self._count = 0  # keeps events of the same instant in the order they were made

    def after(self, delay_us, act):
        """Call act() when delay_us have passed. Returns a handle for cancel()."""
        self._count += 1
        entry = [self.now_us + max(0, int(delay_us)), self._count, act]
        heapq.heappush(self._heap, entry)
        return entry

    @staticmethod
    def cancel(entry):
        """Forget an event; None and events that have happened are fine."""
        if entry is not None:
            entry[2] = None

    def next_us(self):
        """When the next event is due, or None."""
        while self._heap and self._heap[0][2] is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def advance(self, to_us):
        """Move the clock to to_us (never back) through every event that is due on the way."""
        while (due := self.next_us()) is not None and due <= to_us:
            self._pass_until(due)
            act, self._heap[0][2] = self._heap[0][2], None
            act()
        self._pass_until(to_us)

    def _pass_until(self, us):
        if us > self.now_us:
            self.passing(us - self.now_us)
            self.now_us = us
