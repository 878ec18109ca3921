"""A car that sleeps: it is offered current and does not ask for it. Some wake when the pilot wire is interrupted.

Once a plug-in, if a car was offered current for 90 s and never asked, it is interrupted for 4 s, as IEC 61851-1, A.5.3
has it; and if it does not ask within 30 s after that, for 30 s more, which some cars need (facts 1.6). A car that has
asked since the offer is full or pauses by itself, and is left alone.
"""

from micropython import const

from pilotwire.core import ticks

_WHO = "wake"
_PLAN_MS = (90_000, 4_000, 30_000, 30_000)  # offered, interrupted, offered, interrupted
_LAST = const(4)  # index behind the plan: no more in this plug-in


class Wake:
    """connector: Connector; apart: Apart."""

    def __init__(self, connector, apart):
        self._connector = connector
        self._apart = apart
        self._at = 0  # in the plan
        self._since_ms = None  # ticks: since when; None: not yet
        self._asked = False  # since the offer

    def step(self, now_ms, allowed):
        """A turn. allowed: somebody may charge, and whoever sleeps shall be woken."""
        connector = self._connector
        offered = allowed and connector.offers and connector.plugged
        interrupts = self._at % 2 == 1
        self._apart.step(now_ms, _WHO, interrupts and offered)
        if not offered:
            self._asked = False
        elif connector.letter == "C":
            self._asked = True
        if not connector.plugged:
            self._at, self._since_ms = 0, None
        elif interrupts:
            self._interrupt(now_ms, offered)
        elif offered and not self._asked and not connector.held and self._at < _LAST:
            self._pass(now_ms)
        else:
            self._since_ms = None

    def _interrupt(self, now_ms, offered):
        """The time counts from the open wire on. Who withdraws the offer ends it."""
        if offered and not self._apart.has(_WHO):
            self._since_ms = None
        elif offered:
            self._pass(now_ms)
        else:
            self._next()

    def _pass(self, now_ms):
        if self._since_ms is None:
            self._since_ms = now_ms
        elif ticks.diff(now_ms, self._since_ms) >= _PLAN_MS[self._at]:
            self._next()

    def _next(self):
        self._at += 1
        self._since_ms = None
