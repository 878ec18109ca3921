"""The pilot wire is opened while nothing can close, held before and behind that, by one at a time."""

from box import Plain
from check import eq

from pilotwire.core import apart, phases
from pilotwire.core.faults import FaultSet


class Relay:
    """In the pilot wire; it must never be open with the line not held."""

    open = False

    def part(self, on):
        self.open = on


def wire_of(relay=True):
    connector = Plain(
        is_open=True, close=False, held=False, diode_seen=5, plugged=True, seen_b=True, loaded=0, faults=FaultSet()
    )
    wire = Plain(outlet=Plain(connector=connector))
    apart.begin(wire, Relay() if relay else None)
    return wire, connector, wire.relay


def test_held_comes_a_turn_before_the_wire_opens_and_goes_when_it_can_be_believed():
    wire, connector, relay = wire_of()
    told = []
    for now_ms, wanted in ((0, True), (200, True), (400, True), (600, False), (800, False), (940, False), (960, False)):
        apart.step(wire, now_ms, "one", wanted)
        told.append((connector.held, relay.open, apart.has(wire, "one"), wire.who is not None))
    held, open = (True, False, False, True), (True, True, True, True)
    eq(told, [held, open, open, held, held, held, (False, False, False, False)])


def test_a_contactor_that_is_not_proven_open_keeps_the_wire_whole():
    for name, value in (("is_open", False), ("close", True)):
        for turn in (0, 1):  # the first one, and the one between held and open
            wire, connector, relay = wire_of()
            if turn:
                apart.step(wire, 0, "one", True)
            setattr(connector, name, value)
            apart.step(wire, 200, "one", True)
            eq((name, turn, connector.held, relay.open), (name, turn, False, False))
            setattr(connector, name, not value)
            apart.step(wire, 400, "one", True)
            eq((connector.held, relay.open), (True, False))  # and it begins anew
            apart.step(wire, 600, "one", True)
            eq((connector.held, relay.open), (True, True))


def test_whoever_is_there_behind_it_shows_the_diode_again():
    wire, connector, _ = wire_of()
    for now_ms, wanted in ((0, True), (200, True), (400, False), (800, False)):
        apart.step(wire, now_ms, "one", wanted)
    eq((connector.held, connector.diode_seen), (False, 0))


def test_others_wait_until_the_wire_is_whole():
    wire, connector, relay = wire_of()
    for now_ms in (0, 200):
        apart.step(wire, now_ms, "one", True)
        apart.step(wire, now_ms, "other", True)
    eq((apart.has(wire, "one"), apart.has(wire, "other")), (True, False))
    apart.step(wire, 400, "other", False)
    eq(relay.open, True)
    for now_ms in (600, 1000, 1200):
        apart.step(wire, now_ms, "one", False)
        apart.step(wire, now_ms, "other", True)
    eq((apart.has(wire, "other"), relay.open), (True, True))


def test_without_a_relay_the_line_is_held_all_the_same():
    wire, connector, _ = wire_of(relay=False)
    apart.step(wire, 0, "one", True)
    apart.step(wire, 200, "one", True)
    eq((apart.has(wire, "one"), connector.held, wire.relay is not None), (True, True, False))


def test_the_phase_relay_does_not_move_when_the_main_contactor_shows_closed_at_the_last_moment():
    wire, connector, relay = wire_of()
    part = Plain(outlet=wire.outlet, driver=Plain(settle_ms=250))
    phases.begin(part, wire)
    phases.step(part, apart, 0, True, True, 20_000, 0)
    phases.step(part, apart, 200, True, True, 20_000, 0)
    eq((part.state, connector.held), ("stop", True))
    move = relay.part
    relay.part = lambda on: (move(on), setattr(connector, "is_open", False))
    phases.step(part, apart, 400, True, True, 20_000, 0)
    eq((part.state, part.three, part.hold), ("join", False, True))
