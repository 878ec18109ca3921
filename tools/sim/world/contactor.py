"""The contactor: a coil, main contacts that follow it late, a mirror contact, wear, and a weld."""


class Contactor:
    """close_ms, release_ms: how long after the coil the main contacts move (board file).

    changed() is called when the main contacts have moved; loaded() says whether current flows.
    """

    def __init__(self, timeline, changed, loaded, close_ms, release_ms):
        self._timeline = timeline
        self._changed = changed
        self._loaded = loaded
        self._delay_us = {True: close_ms * 1000, False: release_ms * 1000}
        self._move = None
        self.coil = False
        self.closed = False
        self.welded = False  # contacts that are closed stay closed
        self.dead = False  # the coil does nothing
        self.wear = dict.fromkeys(("closings", "openings", "closings_loaded", "openings_loaded"), 0)

    def energise(self, on):
        """Current through the coil, or none."""
        self.coil = on
        self.settle()

    def settle(self):
        """Start moving when the contacts are not where coil and faults want them; stop when they
        are.
        """
        if self._wanted() == self.closed:
            self._timeline.cancel(self._move)
            self._move = None
        elif self._move is None:
            self._move = self._timeline.after(self._delay_us[not self.closed], self._moved)

    def _wanted(self):
        held = self.welded and self.closed
        return held or (self.coil and not self.dead)

    def _moved(self):
        self._move = None
        kind = "openings" if self.closed else "closings"
        self.wear[kind] += 1
        if self._loaded():
            self.wear[kind + "_loaded"] += 1
        self.closed = not self.closed
        self._changed()
