"""Digital inputs: contacts debounced, and what an open one does, on the simulated chip."""

# Runs on the simulated chip.

import time

import clock
import link
import micropython
from box import Plain
from check import eq

from pilotwire import app, hal
from pilotwire.core.faults import FaultSet
from pilotwire.core.inputs import Contact, limit_ma
from pilotwire.core.limits import Limits
from pilotwire.parts import inputs

LINES = (
    {"use": "enable", "pin": 2, "closed": 0},
    {"use": "limit", "pin": 4, "closed": 0, "ma": 10000},
    {"use": "limit", "pin": 5, "closed": 1, "ma": 6000},
    {"use": "estop", "pin": 12, "closed": 1},
    {"use": "door", "pin": 15, "closed": 0},
)


class Board:
    INPUTS = {"lines": LINES}


class Bench:
    """All contacts closed, and looked at for a second."""

    def __init__(self):
        self.held, self.ended = {}, []
        self.faults, self.limits = FaultSet(), Limits()
        self.limits.set("board", 16000)
        self.outlet = Plain(
            faults=self.faults,
            limits=self.limits,
            hold=lambda name, on: self.held.update({name: on}),
            end=self.ended.append,
        )
        self.safety = Plain(polls=())
        for line in LINES:
            link.set_level(line["pin"], line["closed"])
        self.part = inputs.make(self.outlet, hal.make(Board, "INPUTS"), self.safety)

    def run(self, ms=1000):
        for _ in range(ms // 200):
            time.sleep_ms(200)
            for poll in self.safety.polls:
                poll()
            self.part.step(time.ticks_ms())
        return self

    def open(self, n, on=True):
        """Opens contact n: nothing drives its pin, as with a broken wire; or closes it."""
        link.set_level(LINES[n]["pin"], -1 if on else LINES[n]["closed"])
        return self


def test_a_contact_is_open_until_it_was_seen_closed_for_50_ms():
    contact = Contact()
    eq(contact.open, True)
    eq(contact.feed(False, 0), True)
    eq(contact.feed(False, 40), True)
    eq(contact.feed(False, 50), False)
    eq(contact.feed(True, 60), False)
    eq(contact.feed(False, 80), False)  # it bounced
    eq(contact.feed(True, 100), False)
    eq(contact.feed(True, 160), True)


def test_the_least_of_the_open_limits_counts():
    contacts = [Contact() for _ in LINES]
    eq(limit_ma(LINES, contacts), 6000)
    contacts[2].open = False
    eq(limit_ma(LINES, contacts), 10000)
    contacts[1].open = False
    eq(limit_ma(LINES, contacts), None)


def test_a_broken_wire_is_open_whatever_the_level():
    driver = hal.make(Board, "INPUTS")
    for i, line in enumerate(LINES):
        link.set_level(line["pin"], line["closed"])
        eq(driver.open(i), False)
        link.set_level(line["pin"], 1 - line["closed"])
        eq(driver.open(i), True)
        link.set_level(line["pin"], -1)
        eq(driver.open(i), True)


def test_a_spike_is_no_contact():
    driver = hal.make(Board, "INPUTS")
    link.set_level(2, 1)
    clock.at(clock.now + 500, lambda _: link.set_level(2, 0), None)
    eq(driver.open(0), False)


def test_closed_contacts_stop_nothing():
    bench = Bench().run()
    eq((bench.held, bench.faults.names(), bench.ended), ({"input_stop": False}, [], []))
    eq(bench.limits.items(), [("board", 16000)])


def test_at_the_start_nothing_is_allowed_before_a_contact_was_seen_closed():
    bench = Bench().run(200)
    eq((bench.held, bench.limits.owner()), ({"input_stop": True}, "grid"))


def test_an_open_enable_contact_holds_until_it_closes():
    bench = Bench().run().open(0).run(400)
    eq((bench.held, bench.faults.any), ({"input_stop": True}, False))
    eq(bench.open(0, False).run(400).held, {"input_stop": False})


def test_open_limits_limit_and_go():
    bench = Bench().run().open(1).run()
    eq((bench.limits.least(), bench.limits.owner()), (10000, "grid"))
    eq(bench.open(2).run().limits.least(), 6000)
    eq(bench.open(2, False).run().limits.least(), 10000)
    eq(bench.open(1, False).run().limits.items(), [("board", 16000)])


def test_the_emergency_stop_is_a_fault_at_the_next_look_and_ends_the_transaction():
    bench = Bench().run().open(3)
    bench.safety.polls[0]()
    eq((bench.faults.names(), bench.ended), (["estop"], []))
    bench.run(200)
    eq(bench.ended, ["EmergencyStop"])
    bench.open(3, False).run()
    eq(bench.faults.names(), ["estop"])
    bench.faults.unplugged()
    eq(bench.faults.names(), [])


def test_a_pressed_emergency_stop_outlasts_the_unplugging():
    bench = Bench().run().open(3).run()
    bench.faults.unplugged()
    eq(bench.faults.names(), ["estop"])


def test_an_open_door_is_a_fault_until_it_is_closed():
    bench = Bench().run().open(4)
    bench.safety.polls[0]()
    eq(bench.faults.names(), ["door"])
    eq(bench.open(4, False).run().faults.names(), [])
    eq(bench.ended, [])


def test_a_board_without_emergency_stop_and_door_asks_nothing_of_the_safety_path():
    class Few:
        INPUTS = {"lines": LINES[:3]}

    safety = Plain(polls=())
    inputs.make(Bench().outlet, hal.make(Few, "INPUTS"), safety)
    eq(safety.polls, ())


def test_a_second_outlet_has_the_same_contacts_unless_it_has_its_own():
    class Two(Board):
        LIMITS = {"ma": 16000, "phases": 3}
        OUTLET_2 = {"PILOT": {"pwm": 19}}

    class Own(Two):
        OUTLET_2 = {"INPUTS": {"lines": LINES[:1]}}

    eq(app._outlets(Two)[1].INPUTS["lines"], LINES)
    eq(app._outlets(Own)[1].INPUTS["lines"], LINES[:1])


def test_a_look_allocates_nothing():
    bench = Bench().run()
    look = bench.safety.polls[0]
    for on in (False, True):
        bench.open(3, on).open(4, on)
        micropython.heap_lock()
        try:
            look()
        finally:
            micropython.heap_unlock()
    eq(bench.faults.names(), ["estop", "door"])
