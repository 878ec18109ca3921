"""Trust in an energy register: it never falls, and it rises no faster than the wires allow."""

from time import ticks_diff

from micropython import const

_AGREE = const(2)  # further readings that must bear out a jump


class Energy:
    """The trusted register in `.wh`, None before the first reading. most_w: what the outlet can
    carry."""

    def __init__(self, most_w):
        self.wh = None
        self.slack_wh = 50
        self._most_w = most_w
        self._at_ms = 0
        self._jump_wh = None  # a reading too high to be believed yet
        self._jump_ms = self._agreed = 0

    def take(self, wh, now_ms):
        """One good reading of the register, in Wh."""
        if self.wh is None or self._follows(self.wh, self._at_ms, wh, now_ms):
            self._believe(wh, now_ms)
            return
        if wh < self.wh:
            self._jump_wh = None
            return
        if self._jump_wh is not None and self._follows(self._jump_wh, self._jump_ms, wh, now_ms):
            self._agreed += 1
        else:
            self._agreed = 0
        self._jump_wh, self._jump_ms = wh, now_ms
        if self._agreed >= _AGREE:
            self._believe(wh, now_ms)

    def _believe(self, wh, now_ms):
        self.wh, self._at_ms = wh, now_ms
        self._jump_wh = None

    def _follows(self, before_wh, before_ms, wh, now_ms):
        most_wh = self._most_w * ticks_diff(now_ms, before_ms) * 3 // 7200000 + self.slack_wh
        return 0 <= wh - before_wh <= most_wh
