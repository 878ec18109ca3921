"""The phase relay and the relay in the pilot wire: pins, and what parts/ makes of them."""

# Runs on the simulated chip.

import link
from box import Log, Plain
from check import eq
from wire import Wire

from pilotwire import hal
from pilotwire.hal import disconnect
from pilotwire.parts import disconnect as waking
from pilotwire.parts import phases

COIL, MIRROR, APART = 27, 15, 5


class Board:
    PILOT = {"disconnect": APART}
    PHASES = {"coil": COIL, "mirror": MIRROR, "mirror_closed": 0, "release_ms": 45}


class Outlet:
    """psm is its one setting that tests change."""

    def __init__(self):
        self.wire = Wire()
        self.connector = self.wire.box
        self.faults = self.connector.faults
        self.settings = self.values = {"psm": 0, "psmd": 20_000, "mptwt": 600_000, "su": True}
        self.meter = Plain(estimated=True, phases=3)
        self.box = Plain(log=Log())
        self.number = 1
        self.allowed = False
        self.holds = {}
        self.parts = {}
        self.polls = ()  # it is the safety path, too

    def hold(self, name, on):
        self.holds[name] = on

    def run(self, seconds):
        """Turns, with the safety path before each; the mirror contact follows unless `stuck`."""
        for _ in range(seconds * 5):
            for _ in range(2):
                for poll in self.polls:
                    poll()
                self.wire.tick(100)
            for part in self.parts.values():
                part.step(self.wire.now_ms)
            if not self.stuck:
                link.levels[MIRROR] = 1 - level(COIL)
        return self

    stuck = False


def level(pin):
    return link.outputs[pin][0] // 65535


def outlet_of(psm=0, relay=True):
    link.levels[MIRROR] = 1
    outlet = Outlet()
    outlet.settings["psm"] = psm
    if relay:
        outlet.parts["disconnect"] = waking.make(outlet, disconnect.make(Board), None)
    outlet.parts["phases"] = phases.make(outlet, hal.make(Board, "PHASES"), outlet)
    return outlet


def test_a_fresh_relay_is_at_rest():
    link.heard = []
    disconnect.make(Board)
    relay = hal.make(Board, "PHASES")
    eq([line[0:1] + line[2:4] for line in link.heard], [("P", APART, 0), ("P", COIL, 0)])
    link.heard = None
    link.levels[MIRROR] = 1
    eq(relay.feedback(), False)
    link.levels[MIRROR] = 0
    eq(relay.feedback(), True)
    bare = dict(Board.PHASES)
    bare.pop("mirror")
    bare.pop("mirror_closed")
    eq(hal.make(Plain(PHASES=bare), "PHASES").feedback(), None)


def test_the_coil_does_as_psm_says_and_an_estimate_follows():
    outlet = outlet_of(psm=1).run(5)
    eq((level(COIL), outlet.parts["phases"].three), (0, False))
    outlet.settings["psm"] = 2
    outlet.run(5)
    eq((level(COIL), level(APART), outlet.meter.phases), (1, 0, 3))
    outlet.settings["psm"] = 1
    outlet.run(5)
    eq((level(COIL), outlet.meter.phases, outlet.holds["phases"]), (0, 1, False))


def test_a_stuck_relay_is_a_fault_until_it_follows_again():
    for psm, stuck, fault in ((2, 1, "no_close"), (1, 0, "weld")):
        outlet = outlet_of(psm=3 - psm).run(5)
        eq(outlet.faults.names(), [])
        outlet.stuck = True
        outlet.settings["psm"] = psm
        outlet.run(5)
        eq((level(COIL), link.levels[MIRROR], outlet.faults.names()), (psm - 1, stuck, [fault]))
        outlet.faults.acknowledge()
        outlet.run(1)
        eq(outlet.faults.names(), [fault])
        outlet.stuck = False
        outlet.run(2)
        outlet.faults.acknowledge()
        outlet.faults.unplugged()
        eq(outlet.faults.names(), [])


def test_what_does_not_close_is_told_without_a_car_and_without_a_break():
    outlet = outlet_of(psm=1).run(5)
    outlet.stuck = True
    outlet.settings["psm"] = 2
    outlet.run(5)
    for _ in range(50):
        outlet.run(1)
        eq((outlet.connector.plugged, outlet.faults.names()), (False, ["no_close"]))


def test_without_a_pilot_relay_it_moves_too():
    outlet = outlet_of(psm=2, relay=False).run(5)
    eq((level(COIL), outlet.connector.held), (1, False))
