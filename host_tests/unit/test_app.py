"""How app.py puts an outlet together: what must be true before its safety path runs."""

# Runs on the simulated chip.

import link
from box import Box
from check import eq

from pilotwire import app
from pilotwire.safety import Guard

COIL, MIRROR = 26, 34


class Board:
    LIMITS = {"ma": 16000, "phases": 3}
    CONTACTOR = {"coil": COIL, "mirror": MIRROR, "mirror_closed": 0, "release_ms": 31, "close_ms": 42}
    PILOT = {"pwm": 27, "adc": 36, "levels": ((2470, 12000), (430, -12000))}
    METER = None


class Blind(Board):
    CONTACTOR = {"coil": COIL, "mirror": None, "mirror_closed": None, "release_ms": 31, "close_ms": 42}


class Latch:
    """Remembers a weld from before the power cut."""

    def __init__(self, path, faults, log):
        self.path, self.faults = path, faults

    def restore(self):
        self.faults.hold("weld")


def outlet_of(board):
    link.set_level(MIRROR, 1)
    box = Box()
    box.outlets, box.paths = [], []
    was, app.Latch = app.Latch, Latch
    try:
        app._add_outlet(box, 1, board, Guard())
    finally:
        app.Latch = was
    return box.outlets[0], box.paths[0]


def test_the_boards_current_is_a_limit_from_the_start():
    eq(outlet_of(Board)[0].limits.items(), [("board", 16000)])


def test_what_a_person_has_to_see_to_is_held_again():
    outlet, _ = outlet_of(Board)
    eq((outlet.faults.names(), outlet.latch.path), (["weld"], "/latch1"))


def test_the_connector_knows_its_contactor():
    for board, mirror in ((Board, True), (Blind, False)):
        outlet, path = outlet_of(board)
        connector = outlet.connector
        eq((connector._release_ms, connector._close_ms, connector._has_mirror), (31, 42, mirror))
        eq(path.connector is connector, True)
