"""The phase relay and the relay in the pilot wire: pins, and what parts/ makes of them."""

# Runs on the simulated chip.

import time

import link
import micropython
from box import Log, Plain
from check import eq
from wire import Wire

from pilotwire import hal, loader
from pilotwire.core.faults import FaultSet
from pilotwire.hal import disconnect
from pilotwire.hal import phases as driver
from pilotwire.parts import Part

COIL, MIRROR, APART = 27, 15, 5


class Board:
    PILOT = {"disconnect": APART}
    PHASES = {"coil": COIL, "mirror": MIRROR, "mirror_closed": 0, "release_ms": 45}


BARE = {"coil": COIL, "release_ms": 45}
CODE = ("parts.phases", "parts.disconnect", "core.phases", "core.apart", "core.wake")


class Settings:
    def __init__(self, **values):
        self.values = values
        self.changes = 0
        self.get = values.get

    def set(self, **values):
        self.values.update(values)
        self.changes += 1


class Outlet:
    """With what parts/ and outlet.py ask. Somebody may charge where `free`."""

    allowed = free = stuck = False
    reason, transaction, ending, id_tag = "", None, None, None

    def __init__(self):
        self.wire = Wire()
        self.connector = self.wire.box
        self.faults = self.connector.faults
        self.settings = Settings(
            psm=0, psmd=20_000, mptwt=600_000, su=True, sua=False, sumd=4000, spl3=4200, mpwst=120_000
        )
        self.meter = Plain(estimated=True, phases=3)
        self.box = Plain(log=Log())
        self.number = 1
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
            self.turn()
        return self

    def turn(self):
        for part in self.parts.values():
            part.step(self.wire.now_ms)
        self.allowed = self.free and not any(self.holds.values())
        offers = self.allowed and self.connector.plugged
        self.wire.offer(16000 if offers else 0, self.allowed)
        if not self.stuck:
            link.levels[MIRROR] = 1 - level(COIL)


def level(pin):
    return link.outputs[pin][0] // 65535


def outlet_of(psm=0, relay=True):
    link.levels[MIRROR] = 1
    outlet = Outlet()
    driver.ticks_ms = lambda: outlet.wire.now_ms
    outlet.settings.set(psm=psm)
    if relay:
        outlet.parts["disconnect"] = Part("disconnect", outlet, disconnect.make(Board), outlet)
    outlet.parts["phases"] = Part("phases", outlet, hal.make(Board, "PHASES"), outlet)
    eq(outlet.holds, {"phases": True})
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
    eq(hal.make(Plain(PHASES=BARE), "PHASES").feedback(), None)


def test_the_coil_does_as_psm_says_and_an_estimate_follows():
    outlet = outlet_of(psm=1).run(5)
    eq((level(COIL), outlet.parts["phases"].three), (0, False))
    outlet.settings.set(psm=2)
    outlet.run(5)
    eq((level(COIL), level(APART), outlet.meter.phases), (1, 0, 3))
    outlet.settings.set(psm=1)
    outlet.run(5)
    eq((level(COIL), outlet.meter.phases, outlet.holds["phases"]), (0, 1, False))


def test_a_stuck_relay_is_a_fault_until_it_follows_again():
    for psm, stuck, fault in ((2, 1, "no_close"), (1, 0, "weld")):
        outlet = outlet_of(psm=3 - psm).run(5)
        eq(outlet.faults.names(), [])
        outlet.stuck = True
        outlet.settings.set(psm=psm)
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
    outlet.settings.set(psm=2)
    outlet.run(5)
    for _ in range(50):
        outlet.run(1)
        eq((outlet.connector.plugged, outlet.faults.names()), (False, ["no_close"]))


def test_without_a_pilot_relay_it_moves_too():
    outlet = outlet_of(psm=2, relay=False).run(5)
    eq((level(COIL), outlet.connector.held), (1, False))


def relay_of(three=False):
    """A relay with a mirror contact that agrees, and its faults; its time is 0."""
    relay = hal.make(Board, "PHASES")
    relay.move(three)
    relay.faults = FaultSet()
    at(relay, 0, three)
    return relay


def at(relay, ms, closed):
    """-> the faults at that time, with the mirror contact as it is then."""
    driver.ticks_ms = lambda: ms
    link.levels[MIRROR] = 1 - closed
    relay.poll()
    return relay.faults.names()


def test_its_mirror_contact_must_follow():
    for three, fault in ((False, "weld"), (True, "no_close")):
        relay = relay_of(not three)
        relay.move(three)
        eq([at(relay, ms, not three) for ms in (100, 200, 340, 350)], [[], [], [], [fault]])
        relay.faults.clear(fault)  # the connector does, where the main contacts are as they shall be
        relay.faults.acknowledge()
        relay.faults.unplugged()
        eq(at(relay, 360, not three), [fault])
        relay.faults.clear(fault)
        relay.faults.acknowledge()
        relay.faults.unplugged()
        eq(at(relay, 380, three), [])


def test_a_mirror_contact_that_bounces_is_no_fault_and_one_that_leaves_later_is():
    relay = relay_of(True)
    eq([at(relay, ms, ms == 240) for ms in (10, 240, 250, 480)], [[], [], [], []])
    eq(at(relay, 500, False), ["no_close"])


def test_a_slow_relay_has_its_time():
    spec = dict(Board.PHASES)
    spec["release_ms"] = 200
    relay = hal.make(Plain(PHASES=spec), "PHASES")
    relay.faults = FaultSet()
    relay.move(True)
    eq([at(relay, ms, False) for ms in (0, 340, 350)], [[], [], ["no_close"]])


def test_looking_at_the_mirror_contact_allocates_nothing():
    relay = relay_of()
    driver.ticks_ms = time.ticks_ms
    relay.move(True)
    relay.poll()
    time.sleep_ms(260)
    micropython.heap_lock()
    try:
        relay.poll()
        relay.poll()
    finally:
        micropython.heap_unlock()
    eq(relay.faults.names(), ["no_close"])


def test_what_has_no_mirror_contact_is_not_looked_at():
    outlet = Outlet()
    Part("phases", outlet, hal.make(Plain(PHASES=BARE), "PHASES"), outlet)
    eq(outlet.polls, ())


def here():
    return [name for name in CODE if loader.here(name)]


def charge(outlet):
    """A car comes that asks when it is offered current."""
    outlet.free = True
    outlet.run(3)
    outlet.wire.car = "B"
    outlet.run(2)
    outlet.wire.car = "C"
    outlet.run(5)
    eq(outlet.connector.close, True)


def test_while_a_car_charges_quietly_the_code_is_gone_and_it_comes_when_the_phases_change():
    outlet = outlet_of(psm=2)
    charge(outlet)
    outlet.run(600)  # then nobody had to wait any longer
    loader.let_go()
    outlet.run(1800)
    eq((here(), outlet.connector.close, level(COIL)), ([], True, 1))
    outlet.settings.set(psm=1)
    outlet.run(1)
    eq((here() != [], outlet.holds["phases"]), (True, True))
    outlet.wire.car = "B"
    outlet.run(5)
    eq((level(COIL), level(APART)), (0, 1))
    outlet.wire.car = "A"  # so it reads
    outlet.run(14)
    eq((level(APART), outlet.connector.plugged), (1, True))
    for _ in range(10):
        outlet.wire.car = "A" if level(APART) else "B"
        outlet.run(1)
    eq((level(APART), outlet.holds["phases"], outlet.connector.plugged), (0, False, True))
    loader.let_go()
    outlet.run(700)
    loader.let_go()
    eq((outlet.run(60).connector.state, here()), ("B2", []))


def test_a_mirror_contact_that_leaves_while_the_code_is_gone_opens_the_contactor():
    outlet = outlet_of(psm=2)
    charge(outlet)
    loader.let_go()
    outlet.stuck = True
    link.levels[MIRROR] = 1
    outlet.run(1)
    eq((outlet.faults.names(), outlet.connector.close), (["no_close"], False))


def test_a_car_that_sleeps_is_woken_in_time_by_code_that_was_gone():
    outlet = outlet_of(psm=1)
    outlet.free = True
    outlet.run(5)
    outlet.wire.car = "B"
    outlet.run(1)
    loader.let_go()
    began_ms = outlet.wire.now_ms
    spells = []
    for turn in range(5 * 200):
        outlet.wire.car = "A" if level(APART) else "B"
        outlet.wire.run(200)
        outlet.turn()
        if turn == 5 * 80:
            eq(here(), [])
        if level(APART) and (not spells or spells[-1][1] is not None):
            spells.append([outlet.wire.now_ms - began_ms, None])
        elif not level(APART) and spells and spells[-1][1] is None:
            spells[-1][1] = outlet.wire.now_ms - began_ms - spells[-1][0]
    (first, four), (second, thirty) = spells
    assert 88_000 <= first <= 91_000 and 4_000 <= four <= 4_400, spells
    assert 30_000 <= second - first - four <= 31_500 and 30_000 <= thirty <= 30_400, spells


def leave(outlet, w):
    """The grid operator leaves this power, as watch.py tells it."""
    part = outlet.parts["phases"]
    part.grid_w, part.awake = w, True
    return outlet


def test_psm_0_takes_one_phase_where_the_grid_leaves_less_than_three_need():
    outlet = outlet_of(0)
    outlet.run(2)
    eq(outlet.parts["phases"].three, True)
    leave(outlet, 4200).run(700)
    eq(outlet.parts["phases"].three, True)
    leave(outlet, 4199).run(119)
    eq(outlet.parts["phases"].three, True)
    outlet.run(3)
    eq(outlet.parts["phases"].three, False)


def test_psm_0_goes_back_when_the_wish_has_held_and_the_least_time_is_over():
    outlet = outlet_of(0)
    outlet.settings.set(mpwst=10_000, mptwt=60_000)
    outlet.run(61)
    leave(outlet, 2000).run(12)
    eq(outlet.parts["phases"].three, False)
    leave(outlet, None).run(40)
    eq(outlet.parts["phases"].three, False)
    outlet.run(21)
    eq(outlet.parts["phases"].three, True)


def test_a_wish_that_does_not_hold_moves_nothing():
    outlet = outlet_of(0)
    outlet.settings.set(mptwt=0)
    outlet.run(2)
    for _ in range(5):
        leave(outlet, 2000).run(110)
        leave(outlet, None).run(5)
        eq(outlet.parts["phases"].three, True)


def test_a_box_that_starts_dimmed_takes_one_phase_at_once():
    outlet = leave(outlet_of(0), 3000).run(2)
    eq((outlet.parts["phases"].three, outlet.holds["phases"]), (False, False))


def test_who_has_chosen_the_phases_has_them_whatever_the_grid_leaves():
    for psm, three in ((1, False), (2, True)):
        outlet = leave(outlet_of(psm), 2000).run(200)
        eq(outlet.parts["phases"].three, three)
        leave(outlet, None).run(200)
        eq(outlet.parts["phases"].three, three)
