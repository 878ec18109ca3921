"""A part is what it remembers; what it does is lent, and comes when there is something to do."""

import sys

from check import eq

from pilotwire import loader
from pilotwire.parts import Part


class Piece:
    """In the place of pilotwire.parts.gadget. Its step() asks for its next turn after `wait_ms`."""

    wait_ms = 1000
    error = None

    def __init__(self):
        self.turns = []

    def begin(self, part, safety):
        part.begun = safety

    def step(self, part, now_ms):
        if self.error:
            raise self.error
        self.turns.append(now_ms)
        return self.wait_ms


class Faults:
    def __init__(self):
        self.worst = 0

    def effect(self):
        return self.worst


class Connector:
    changed_ms, plugged, is_open = 0, False, True

    def __init__(self):
        self.faults = Faults()


class Settings:
    changes = 0


class Outlet:
    allowed, reason, transaction, ending, id_tag = False, "", None, None, None

    def __init__(self):
        self.connector = Connector()
        self.settings = Settings()
        self.held = []
        self.parts = {}

    def hold(self, name, on):
        self.held.append((name, on))


class Bench:
    """with Bench() as b: b.piece, b.outlet, b.part at tick 0, after its first turn."""

    def __enter__(self):
        self.piece = sys.modules["pilotwire.parts.gadget"] = Piece()
        self.outlet = Outlet()
        self.part = self.outlet.parts["gadget"] = Part("gadget", self.outlet, "driver", "safety")
        self.part.step(0)
        eq((self.piece.turns, self.part.begun), ([0], "safety"))
        return self

    def __exit__(self, *_):
        loader.release("parts.gadget")

    def turn(self, now_ms):
        """-> whether it had one."""
        before = len(self.piece.turns)
        self.part.step(now_ms)
        return len(self.piece.turns) > before


def test_it_has_its_turn_when_it_asked_for_it():
    with Bench() as b:
        eq([b.turn(ms) for ms in (200, 800, 999, 1000, 1200)], [False, False, False, True, False])


def test_it_has_its_turn_sooner_when_something_about_the_outlet_changes():
    def fault(outlet):
        outlet.connector.faults.worst = 2

    def plug(outlet):
        outlet.connector.plugged = True

    def set_key(outlet):
        outlet.settings.changes += 1

    for change in (fault, plug, set_key):
        with Bench() as b:
            change(b.outlet)
            eq([b.turn(200), b.turn(400)], [True, False])


def test_it_has_its_turn_when_its_driver_has_seen_something():
    with Bench() as b:
        b.part.awake = True
        eq([b.turn(200), b.turn(400)], [True, False])


def test_its_code_goes_when_it_has_nothing_to_do():
    with Bench() as b:
        b.piece.wait_ms = 3_600_000
        b.part.awake = True
        b.turn(200)
        loader.let_go()
        eq(loader.here("parts.gadget"), False)
        eq(b.turn(400), False)
        eq(loader.here("parts.gadget"), False)


def test_without_memory_for_it_nothing_is_offered_until_there_is():
    with Bench() as b:
        other = b.outlet.parts["other"] = Part("gadget", b.outlet, None, None)
        other.short = True
        loader.hold(("parts.gadget",))
        b.piece.error = MemoryError()
        b.part.awake = True
        eq([b.turn(200), b.turn(400)], [False, False])
        eq(b.outlet.held, [("memory", True)])
        b.piece.error = None
        eq(b.turn(600), True)
        eq(b.outlet.held[1:], [("memory", True)])  # the other one is still short
        other.step(800)
        eq(b.outlet.held[2:], [("memory", False)])
        loader.free(("parts.gadget",))
