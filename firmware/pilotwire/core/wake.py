"""A car that sleeps: it is offered current and does not ask for it. Some wake when the pilot wire is interrupted.

Once a plug-in, if a car was offered current for 90 s and never asked, it is interrupted for 4 s, as IEC 61851-1, A.5.3
has it; and if it does not ask within 30 s after that, for 30 s more, which some cars need (facts 1.6). A car that has
asked since the offer is full or pauses by itself, and is left alone.

The Part that is the wire (apart.py) remembers:
  .at        where in the plan it is
  .since_ms  ticks: since when, None: not yet
  .asked     the car has, since the offer
"""

from micropython import const

from pilotwire.core import ticks

_WHO = "wake"
_PLAN_MS = (90_000, 4_000, 30_000, 30_000)  # offered, interrupted, offered, interrupted
_LAST = const(4)  # index behind the plan: no more in this plug-in
_REST_MS = const(3_600_000)  # nothing to wait for


def begin(wire):
    """wire: as apart.py has begun it."""
    wire.at, wire.since_ms = 0, None
    wire.asked = False


def step(wire, apart, now_ms, allowed):
    """A turn -> ms until the next one, if nothing about the outlet changes. apart: core/apart.py; allowed: somebody may
    charge, and whoever sleeps shall be woken.
    """
    connector = wire.outlet.connector
    offered = allowed and connector.offers and connector.plugged
    interrupts = wire.at % 2 == 1
    apart.step(wire, now_ms, _WHO, interrupts and offered)
    if not offered:
        wire.asked = False
    elif connector.letter == "C":
        wire.asked = True
    if not connector.plugged:
        wire.at, wire.since_ms = 0, None
    elif interrupts:
        _interrupt(wire, now_ms, offered, apart.has(wire, _WHO))
    elif offered and not wire.asked and not connector.held and wire.at < _LAST:
        _pass(wire, now_ms)
    else:
        wire.since_ms = None
    return _rest_ms(wire, now_ms)


def _interrupt(wire, now_ms, offered, open):
    """The time counts from the open wire on. Who withdraws the offer ends it."""
    if offered and not open:
        wire.since_ms = None
    elif offered:
        _pass(wire, now_ms)
    else:
        _next(wire)


def _pass(wire, now_ms):
    if wire.since_ms is None:
        wire.since_ms = now_ms
    elif ticks.diff(now_ms, wire.since_ms) >= _PLAN_MS[wire.at]:
        _next(wire)


def _next(wire):
    wire.at += 1
    wire.since_ms = None


def _rest_ms(wire, now_ms):
    if wire.at % 2 == 1 or wire.who == _WHO:
        return 0
    return _REST_MS if wire.since_ms is None else _PLAN_MS[wire.at] - ticks.diff(now_ms, wire.since_ms)
