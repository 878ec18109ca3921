"""From pilot voltage to the letter of IEC 61851-1, burst by burst, and when to believe it.

`letter` names one reading; `Filter` holds the letter the firmware acts on. Leaving C with the
contactor closed is the one decision that people's safety hangs on, so it is the quickest: three
bursts, the first after 20 ms and each further one 10 ms later. Where the contactor is slow two must
do, the first after 15 ms: it leaves the coil 55 ms instead of 60.
Bursts that come late get no more time than that: then fewer of them must do.
"""

from micropython import const

_HYSTERESIS_MV = const(300)
_LOW_MV = const(-10000)  # a high level below this is the steady -12 V of state F
_PERIOD_MS = const(20)  # between bursts while the contactor is closed
_SLOW_PERIOD_MS = const(15)  # ... and slow: the coil is off 5 ms sooner, for 5 % more of the CPU
_DOUBT_MS = const(10)  # ... after one that is not C
_MANY = const(1000)  # bursts that agree are counted no further
_SLOW_RELEASE_MS = const(35)  # 60 ms + 35 ms stay inside the 100 ms of IEC 61851-1, and so do 55 ms + 45 ms

# Lower bound of each letter in mV: halfway between 12, 9, 6, 3 and 0 V.
_BOUNDS = (("A", 10500), ("B", 7500), ("C", 4500), ("D", 1500), ("E", -10000))


def letter(mv, last):
    """The letter of a high level in mV, "A".."F"; the last one holds 0.3 V beyond its bounds.

    "F" below -10 V: there is no high level at all, the line is steady at -12 V.
    """
    for name, bound in _BOUNDS:
        if name == last:
            bound -= _HYSTERESIS_MV
        elif ord(last) - ord(name) == 1:  # the letter above the last one
            bound += _HYSTERESIS_MV
        if mv >= bound:
            return name
    return "F"


class Filter:
    """Bursts in, the letter to act on out. Allocates nothing after it was made."""

    def __init__(self, release_ms):
        """release_ms: how long the contactor takes to open, 0..45."""
        self.glitches = 0  # runs of bad bursts that ended before they opened the contactor
        slow = release_ms > _SLOW_RELEASE_MS
        self._bursts = 2 if slow else 3
        self.period_ms = _SLOW_PERIOD_MS if slow else _PERIOD_MS
        self._patience_ms = self.period_ms + (self._bursts - 1) * _DOUBT_MS
        self.forget()

    def forget(self):
        """Start anew: what came before says nothing about the line."""
        self.letter = ""  # the letter to act on, "" until two bursts agreed
        self.raw = ""  # the letter of the last burst alone
        self.same = 0  # bursts in a row that read raw
        self._bad = 0  # bursts in a row that were not C, with the contactor closed
        self._bad_ms = 0  # time since the last good one

    def feed(self, high_mv, dt_ms, closed):
        """Take one burst, dt_ms after the one before. closed: the contactor is commanded closed."""
        raw = letter(high_mv, self.letter or "A")
        self.same = min(self.same + 1, _MANY) if raw == self.raw else 1
        self.raw = raw
        if closed:
            self._hold_c(raw, dt_ms)
        elif self.same >= 2:
            self.letter = raw

    def _hold_c(self, raw, dt_ms):
        if raw == "C":
            self.glitches += self._bad > 0
            self._bad = self._bad_ms = 0
            return
        self._bad += 1
        self._bad_ms += dt_ms  # bursts that come late do not get more time than three in time
        if self._bad >= self._bursts or self._bad_ms >= self._patience_ms:
            self.letter = raw
            self._bad = self._bad_ms = 0
