"""Digital inputs: contacts debounced, and what an open one does, on the simulated chip."""

# Runs on the simulated chip.

import time

import clock
import link
import micropython
from box import Box, Plain, part_outlet
from check import eq

from pilotwire import app, hal, loader, watch
from pilotwire.core import inputs as core
from pilotwire.core.faults import FaultSet
from pilotwire.core.limits import Limits
from pilotwire.parts import Part

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

    def __init__(self, board=Board):
        self.held, self.ended = {}, []
        self.faults, self.limits = FaultSet(), Limits()
        self.limits.set("board", 16000)
        self.outlet = part_outlet(
            self.faults,
            limits=self.limits,
            hold=lambda name, on: self.held.update({name: on}),
            end=self.ended.append,
        )
        self.box = Box()
        self.box.outlets, self.outlet.box = [self.outlet], self.box
        self.safety = Plain(polls=())
        for line in LINES:
            link.set_level(line["pin"], line["closed"])
        self.part = Part("inputs", self.outlet, hal.make(board, "INPUTS"), self.safety)
        self.outlet.parts["inputs"] = self.part

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
    contacts = Plain()
    core.begin(contacts, 2)

    def feed(is_open, now_ms):
        core.feed(contacts, 1, True, now_ms)
        return core.feed(contacts, 0, is_open, now_ms)

    eq(list(contacts.opened), [1, 1])
    eq(feed(False, 0), True)
    eq(feed(False, 40), True)
    eq(feed(False, 50), False)
    eq(feed(True, 60), False)
    eq(feed(False, 80), False)  # it bounced
    eq(feed(True, 100), False)
    eq(list(contacts.opened), [0, 1])
    eq(feed(True, 160), True)


def test_the_least_of_the_open_limits_counts():
    contacts = Plain()
    core.begin(contacts, len(LINES))
    eq((core.limit(contacts, LINES, "ma"), core.limit(contacts, LINES, "w")), (6000, None))
    contacts.opened[2] = 0
    eq(core.limit(contacts, LINES, "ma"), 10000)
    contacts.opened[1] = 0
    eq(core.limit(contacts, LINES, "ma"), None)


def test_a_contact_may_limit_the_power():
    lines = tuple({"use": "limit", "w": w} for w in (4200, 0, 8000)) + LINES[:1]
    contacts = Plain()
    core.begin(contacts, len(lines))
    eq((core.limit(contacts, lines, "ma"), core.limit(contacts, lines, "w")), (None, 0))
    contacts.opened[1] = 0
    eq(core.limit(contacts, lines, "w"), 4200)
    contacts.opened[0] = contacts.opened[2] = 0
    eq(core.limit(contacts, lines, "w"), None)


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
    eq(Bench().held, {"input_stop": True})
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


def test_a_turn_does_not_clear_what_is_still_open():
    bench = Bench().run().open(3).open(4).run()
    bench.part.awake = True
    bench.part.step(time.ticks_ms())
    eq(bench.faults.names(), ["estop", "door"])
    bench.faults.unplugged()
    eq(bench.faults.names(), ["estop", "door"])


def test_an_open_door_is_a_fault_until_it_is_closed():
    bench = Bench().run().open(4)
    bench.safety.polls[0]()
    eq(bench.faults.names(), ["door"])
    eq(bench.open(4, False).run().faults.names(), [])
    eq(bench.ended, [])


def test_a_door_that_bounces_stays_a_fault_until_it_was_closed_for_50_ms():
    bench = Bench().run().open(4)
    bench.safety.polls[0]()
    bench.part.step(time.ticks_ms())
    eq(bench.faults.names(), ["door"])
    for on in (False, True, False):
        bench.open(4, on).safety.polls[0]()
        bench.part.step(time.ticks_ms())
        eq(bench.faults.names(), ["door"])
        time.sleep_ms(45)
    bench.part.step(time.ticks_ms())
    eq(bench.faults.names(), ["door"])
    time.sleep_ms(5)
    bench.part.step(time.ticks_ms())
    eq(bench.faults.names(), [])


def test_a_board_without_emergency_stop_and_door_finds_no_fault_but_wakes():
    class Few:
        INPUTS = {"lines": LINES[:3]}

    bench = Bench(Few).run()
    part = bench.part
    eq(part.awake, False)
    bench.open(1).open(3).open(4).safety.polls[0]()
    eq((part.awake, bench.faults.names()), (True, []))
    eq(bench.run().limits.least(), 10000)


def test_its_code_is_gone_while_no_contact_changes():
    def here():
        return loader.here("parts.inputs") or loader.here("core.inputs")

    bench = Bench().run()
    loader.let_go()
    eq((bench.run().held, here()), ({"input_stop": False}, False))
    eq(bench.open(0).run(400).held, {"input_stop": True})
    bench.open(2).run(400)
    loader.let_go()
    eq((bench.run().held, bench.limits.least(), here()), ({"input_stop": True}, 6000, False))
    eq((bench.open(0, False).run(400).held, here()), ({"input_stop": False}, True))


def test_the_emergency_stop_ends_a_transaction_that_begins_while_it_is_pressed():
    bench = Bench().run().open(3).run()
    bench.ended.clear()
    eq(bench.run().ended, [])
    bench.outlet.transaction = Plain()
    eq(bench.run(200).ended, ["EmergencyStop"])


def test_a_stop_that_was_pressed_for_a_moment_only_is_a_fault_until_the_car_is_unplugged():
    bench = Bench().run().open(3)
    bench.safety.polls[0]()
    bench.open(3, False).run(400)
    eq((bench.faults.names(), bench.ended[0]), (["estop"], "EmergencyStop"))
    bench.faults.unplugged()
    eq(bench.faults.names(), [])


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


def test_a_contact_for_the_power_and_the_key_do_not_cancel_each_other():
    class Power(Board):
        INPUTS = {"lines": ({"use": "limit", "pin": 2, "closed": 0, "w": 6900},)}

    def limits(w=None):
        bench.box.settings.values.update(gla=w is not None, glw=w or 0)
        bench.box.watching = watch.second(bench.box)
        return dict(bench.limits.items()).get("grid"), bench.box.watching, bench.box.grid_ma

    bench = Bench(Power).run()
    eq(limits(), (None, False, None))
    bench.open(0).run(400)
    eq((bench.limits.least(), bench.box.watching), (10_000, True))  # 6900 W / 230 V / 3
    eq(limits(4200), (6086, True, 6086))
    eq(limits(9000), (10_000, True, 10_000))
    bench.open(0, False).run(400)
    eq(limits(9000), (13_043, True, 13_043))
    eq(limits(), (None, False, None))


def test_a_contact_for_the_current_and_the_key_do_not_cancel_each_other():
    bench = Bench().run().open(1).run(400)
    bench.box.settings.values.update(gla=True, glw=4200)
    watch.second(bench.box)
    eq(bench.limits.least(), 6086)
    bench.box.settings.values["glw"] = 11_000
    watch.second(bench.box)
    eq((bench.limits.least(), bench.box.grid_ma), (10_000, 15_942))
    bench.box.settings.values["gla"] = False
    bench.box.watching = watch.second(bench.box)
    eq((bench.limits.least(), bench.box.watching), (10_000, False))
    eq(bench.open(1, False).run(400).limits.items(), [("board", 16000)])


def test_without_memory_the_limit_of_a_contact_comes_a_second_later():
    bench, lend = Bench().run(), loader.lend

    def short(name):
        if name == "watch":
            raise MemoryError
        return lend(name)

    loader.lend = short
    try:
        bench.open(1).run(400)
    finally:
        loader.lend = lend
    eq((bench.held["memory"], bench.box.watching), (True, True))
    watch.second(bench.box)
    eq(bench.limits.least(), 10_000)
