"""What can be wrong with an outlet, how much it stops, and how it comes back.

A fault has a cause, which is there or gone, and is held by its recovery rule:
  self     until the cause is gone
  unplug   until the cause is gone and the car was unplugged after that
  person   until the cause is gone and a person said so (button, console), over a power cut too
  both     until the cause is gone, the car was unplugged and a person said so after that, over a power cut too
A fault that recovers by itself may do so a number of times a day; after that it waits for a person, or for the day's
end. Faults never cancel each other: the outlet is in order when none is held.

The timer callback of the safety path and the control loop both write here, and the first may
interrupt the second anywhere. So each fault has a byte of its own, and no write touches another's.
How a fault is called in OCPP, in the key API and by the light stands in fault_codes.py, the sentences for people in
why.txt: neither is resident.
"""

from micropython import const

NAME, PILOT, RECOVERS, A_DAY = range(4)

# Highest precedence first. pilot: "F" opens at once and shows -12 V; "x1" opens at once and shows
# +12 V; "withdraw" takes the offer back and gives the car 6 s. a day: how often it recovers by itself, 0: always.
FAULTS = (
    ("weld", "F", "person", 0),
    ("rcd", "x1", "both", 0),
    ("rcd_test", "x1", "self", 6),
    ("estop", "x1", "unplug", 0),
    ("no_close", "x1", "unplug", 0),
    ("earth", "F", "self", 6),
    ("pilot_source", "x1", "self", 6),
    ("pilot_short", "x1", "self", 20),
    ("diode", "x1", "unplug", 0),
    ("pilot_frozen", "x1", "unplug", 0),
    ("overheat", "withdraw", "self", 0),
    ("sensor", "withdraw", "self", 0),
    ("lock", "withdraw", "unplug", 0),
    ("overcurrent", "withdraw", "unplug", 0),
    ("overvoltage", "withdraw", "self", 0),
    ("undervoltage", "withdraw", "self", 0),
    ("phase_loss", "withdraw", "self", 0),
    ("door", "x1", "self", 0),
    ("meter", "withdraw", "self", 0),
)
KEPT = ("person", "both")  # rules that outlive power

NONE, WITHDRAW, OPEN, OPEN_F = range(4)  # what FaultSet.effect() answers, weakest first

_COUNT = len(FAULTS)
_INDEX = {row[NAME]: i for i, row in enumerate(FAULTS)}
_EFFECT = bytes(("", "withdraw", "x1", "F").index(row[PILOT]) for row in FAULTS)
_DAY_MS = const(86_400_000)


class FaultSet:
    """The faults of one outlet. Only names() allocates. An unknown name raises KeyError."""

    def __init__(self):
        self._cause = bytearray(_COUNT)  # 1: the cause is there now
        self._held = bytearray(_COUNT)  # 1: the fault counts; 2: it does, and the car was unplugged since
        self._recovered = bytearray(_COUNT)  # so often today
        self._day_ms = 0  # so much of it is over

    def set(self, name):
        """The cause is there. Say it again as long as it is."""
        i = _INDEX[name]
        self._cause[i] = 1
        self._held[i] = 1

    def clear(self, name):
        """The cause is gone. The fault goes with it when it recovers by itself."""
        i = _INDEX[name]
        self._cause[i] = 0
        if self._held[i] and FAULTS[i][RECOVERS] == "self":
            self._recover(i)

    def hold(self, name):
        """The fault is remembered from before a power cut: held, its cause unknown."""
        self._held[_INDEX[name]] = 1

    def present(self, name):
        """Is it held?"""
        return self._held[_INDEX[name]] != 0

    def unplugged(self):
        """The car was unplugged: faults that waited for it go where their cause is gone."""
        self._forget("unplug")
        for i in range(_COUNT):
            if self._held[i] and FAULTS[i][RECOVERS] == "both" and not self._cause[i]:
                self._held[i] = 2

    def acknowledge(self):
        """A person has seen to it: faults that waited for them go where their cause is gone."""
        self._forget("person")
        self._forget("self")
        for i in range(_COUNT):
            if self._held[i] == 2 and not self._cause[i]:
                self._held[i] = 0

    def too_often(self):
        """Is the fault to show one that is over, and has been too often today to go by itself?"""
        row = self.first()
        return bool(row) and row[RECOVERS] == "self" and not self._cause[_INDEX[row[NAME]]]

    def elapse(self, ms):
        """Time has passed: with a new day, what recovers by itself may do so again."""
        self._day_ms += ms
        if self._day_ms >= _DAY_MS:
            self._day_ms = 0
            for i in range(_COUNT):
                self._recovered[i] = 0

    def effect(self):
        """The strongest thing that the held faults ask for: NONE, WITHDRAW, OPEN or OPEN_F."""
        most = NONE
        for i in range(_COUNT):
            if self._held[i] and _EFFECT[i] > most:
                most = _EFFECT[i]
        return most

    @property
    def any(self):
        return self.effect() != NONE

    def first(self):
        """The row of FAULTS to show, None when all is well."""
        for i in range(_COUNT):
            if self._held[i]:
                return FAULTS[i]
        return None

    def names(self):
        """Names of all that are held, the most important first."""
        return [FAULTS[i][NAME] for i in range(_COUNT) if self._held[i]]

    def _recover(self, i):
        most = FAULTS[i][A_DAY]
        if not most:
            self._held[i] = 0
        elif self._recovered[i] < most:
            self._recovered[i] += 1
            self._held[i] = 0

    def _forget(self, rule):
        for i in range(_COUNT):
            if FAULTS[i][RECOVERS] == rule and not self._cause[i]:
                self._held[i] = 0
