"""The buzzer, and what was heard of it: tones with their pitch and length."""

from collections import deque

from .electrics import OFF, STEADY

_MOST = 50  # tones are remembered


class Buzzer:
    """spec: BUZZER of the board, or None; now_ms: function. One with a tone of its own sounds while its pin is high;
    any other one only while it is given a tone, a steady level moves it once.
    """

    def __init__(self, spec, now_ms):
        self._spec = spec
        self._now_ms = now_ms
        self._hertz = 0  # that sounds now; 0: silence
        self._since_ms = 0
        self._heard = deque(maxlen=_MOST)

    def drive(self, pin, duty, hertz):
        """The chip outputs this duty, 0..65535, on a pin."""
        if not self._spec or pin != self._spec["pin"]:
            return
        own_tone = self._spec.get("own_tone")
        sounds = duty > OFF if own_tone else OFF < duty < STEADY
        self._turn_to(("own" if own_tone else hertz) if sounds else 0)

    def silent(self):
        """Its pin is not driven."""
        self._turn_to(0)

    def heard(self):
        """[{"at_ms", "hertz", "ms"}], the oldest first; hertz "own": its own tone; ms None: it sounds yet."""
        tones = list(self._heard)
        if self._hertz:
            tones.append({"at_ms": self._since_ms, "hertz": self._hertz, "ms": None})
        return tones

    def _turn_to(self, hertz):
        now_ms = self._now_ms()
        if hertz == self._hertz:
            return
        if self._hertz:
            self._heard.append({"at_ms": self._since_ms, "hertz": self._hertz, "ms": now_ms - self._since_ms})
        self._hertz, self._since_ms = hertz, now_ms
