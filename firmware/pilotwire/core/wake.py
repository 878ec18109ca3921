"""A car that sleeps: it is offered current and does not ask for it. Some wake when the pilot wire is interrupted.

Once a plug-in, if a car was offered current for 90 s and never asked, it is interrupted for 4 s (`sumd`), as IEC
61851-1, A.5.3 has it; and if it does not ask within 30 s after that, for 30 s more, which some cars need (facts 1.6). A
car that has asked since the offer is full or pauses by itself, and is left alone.

With `sua` the first interruption comes each time current is offered anew, at once: a car that asks before it can come
is charged.

The Part that is the wire (apart.py) remembers:
  .at        where in the plan it is
  .since_ms  ticks: since when, None: not yet
  .asked     the car has, since the offer
"""

from micropython import const

from pilotwire.core import ticks

_WHO = "wake"
_PLAN_MS = (90_000, 0, 30_000, 30_000)  # offered, interrupted (for sumd), offered, interrupted
_FIRST = const(1)  # index of the first interruption
_LAST = const(4)  # index behind the plan: no more in this plug-in
_REST_MS = const(3_600_000)  # nothing to wait for


def begin(wire):
    """wire: as apart.py has begun it."""
    wire.at, wire.since_ms = 0, None
    wire.asked = False


def step(wire, apart, now_ms, allowed, wake_ms=4000, always=False):
    """A turn -> ms until the next one, if nothing about the outlet changes. apart: core/apart.py; allowed: somebody may
    charge, and whoever sleeps shall be woken; wake_ms: for how long, always: with each offer.
    """
    connector = wire.outlet.connector
    offered = allowed and connector.offers and connector.plugged
    interrupts = wire.at % 2 == 1
    apart.step(wire, now_ms, _WHO, interrupts and offered)
    if not offered:
        wire.asked = False
    elif connector.letter == "C":
        wire.asked = True
    if always and not offered:
        wire.at, wire.since_ms = _FIRST, None
    elif not connector.plugged:
        wire.at, wire.since_ms = 0, None
    elif interrupts:
        _interrupt(wire, now_ms, offered, apart.has(wire, _WHO), wake_ms)
    elif offered and not wire.asked and not connector.held and wire.at < _LAST:
        _pass(wire, now_ms, _PLAN_MS[wire.at])
    else:
        wire.since_ms = None
    return _rest_ms(wire, now_ms, offered)


def _interrupt(wire, now_ms, offered, open, wake_ms):
    """The time counts from the open wire on. Who withdraws the offer ends it, and a contactor that has closed."""
    if not offered or wire.outlet.connector.close:
        _next(wire)
    elif open:
        _pass(wire, now_ms, wake_ms if wire.at == _FIRST else _PLAN_MS[wire.at])
    else:
        wire.since_ms = None


def _pass(wire, now_ms, ms):
    if wire.since_ms is None:
        wire.since_ms = now_ms
    elif ticks.diff(now_ms, wire.since_ms) >= ms:
        _next(wire)


def _next(wire):
    wire.at += 1
    wire.since_ms = None


def _rest_ms(wire, now_ms, offered):
    if wire.who == _WHO or offered and wire.at % 2 == 1:
        return 0
    return _REST_MS if wire.since_ms is None else _PLAN_MS[wire.at] - ticks.diff(now_ms, wire.since_ms)
