"""When the pilot wire may be opened, and when what it says counts again.

An open pilot wire reads like an unplugged car, so the connector is told to hold what it knows (`held`): it does not
listen, and nothing closes. Held comes a turn before the relay opens, and ends when the relay was closed for so long
that the wire can be believed again. Then a car that is there is seen at once, and one that is not counts as unplugged
(connector.py wants its 250 ms of A): after 600 ms at the least, more than the 75 ms of blindness and the 500 ms of A
that are usual (facts 1.6).

A wire is the Part of an outlet that has these:
  .relay    contract.Disconnect, None where the board has none: then the line is held and nothing else
  .who      has it, None: nobody
  .open     it is proven that the contactor is open, nothing can close it, and the relay is open
  .held_ms  ticks: since when it is as wanted
"""

from micropython import const

from pilotwire.core import ticks

_BLIND_MS = const(350)


def begin(wire, relay):
    """relay: see above."""
    wire.relay = relay
    wire.who = None
    wire.open = False
    wire.held_ms = 0


def step(wire, now_ms, who, wanted):
    """Every turn, by all that may want it open. Who came first has it until the wire is whole again; wishes of others
    wait.
    """
    if wire.who not in (None, who):
        return
    connector = wire.outlet.connector
    proven = connector.is_open and not connector.close
    if wanted and not wire.open:
        wire.who = who
        if connector.held and proven:  # held for a turn: it was not closed since
            _move(wire, True)
        connector.held = proven
        wire.held_ms = now_ms
    elif wire.open and not wanted:
        _move(wire, False)
        wire.held_ms = now_ms
    elif not wanted and wire.who and ticks.diff(now_ms, wire.held_ms) >= _BLIND_MS:
        connector.diode_seen = 0  # whoever is there now has to show it again
        connector.held = False
        wire.who = None


def has(wire, who):
    """Is it open for this one?"""
    return wire.open and wire.who == who


def _move(wire, open):
    wire.open = open
    if wire.relay:
        wire.relay.part(open)
