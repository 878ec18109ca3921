"""The self-test of the pilot's source, on a pilot wire with a car and a contactor (wire.py)."""

import asyncio

import micropython
from box import Log, Plain
from check import eq
from wire import Wire

from pilotwire import selftest
from pilotwire.core.duty import OFF, STEADY
from pilotwire.core.pilot_source import Test


class Bench(Wire):
    """.source: the levels that the source can drive, mV; with every burst the test looks, then the connector."""

    def __init__(self, source=(12000, -12000), wire=None, **car):
        super().__init__(**car)
        self.source = source
        self.test = Test(self.box, wire)
        self.duties = []  # of each burst

    def burst(self):
        high_mv, low_mv = super().burst()
        if self.box.duty == OFF:
            high_mv = low_mv = self.source[1]
        elif self.car == "A":
            high_mv = low_mv = self.source[0]
        self.duties.append(self.box.duty)
        self.test.look(self.now_ms, high_mv)
        return high_mv, low_mv

    @property
    def ended(self):
        return self.test.over, self.test.passed, self.box.held, self.box.duty


def test_a_source_that_drives_both_has_passed_after_one_burst_at_12_v_negative():
    wire = Bench().run(1000)
    eq(wire.ended, (True, True, False, STEADY))
    eq(wire.duties.count(OFF), 1)
    eq((wire.box.state, wire.box.letter, wire.box.faults.names(), wire.box.closings), ("A1", "A", [], 0))


def test_nobody_takes_the_12_v_negative_for_a_fault_or_another_letter():
    wire = Bench()
    while not wire.test.over:
        wire.tick()
        eq((wire.box.state, wire.box.letter, wire.box.faults.names()), ("A1", "A", []))
    eq(wire.log, [])


def test_a_source_without_its_negative_half_fails_and_so_does_one_that_does_not_come_back():
    for source in ((12000, 0), (12000, -9900), (12000, 12000)):
        eq(Bench(source).run(1000).ended, (True, False, False, STEADY))
    for after_mv in (0, 1400, -12000):
        wire = Bench()
        while wire.box.duty != OFF:
            wire.tick()
        wire.source = (after_mv, -12000)
        eq(wire.run(300).ended, (True, False, False, STEADY))


def test_it_settles_for_60_ms_however_soon_the_next_burst_comes():
    wire = Bench()
    while wire.box.duty != OFF:
        wire.tick()
    for off in (True, True, False):
        wire.tick(20)
        eq(wire.box.duty == OFF, off)
    wire.run(40)
    eq(wire.test.over, False)
    wire.tick(20)
    eq(wire.ended, (True, True, False, STEADY))


def test_with_a_car_there_it_is_void_at_once_and_no_f_is_shown():
    for car in ("B", "C", "D"):
        wire = Bench(car=car).run(2000)
        eq((wire.test.over, wire.test.passed, wire.duties.count(OFF), wire.box.held), (True, None, 0, False))


def test_a_car_whose_plug_is_loose_for_a_moment_is_shown_no_f():
    wire = Bench(car="B").run(1000)
    wire.car = "A"
    wire.run(200)
    eq((wire.box.state, wire.box.letter, wire.box.plugged), ("A1", "A", True))
    wire.test = Test(wire.box)
    wire.tick()
    eq((wire.ended, wire.duties.count(OFF)), ((True, None, False, STEADY), 0))


def test_a_car_that_comes_in_the_middle_makes_it_void_and_is_seen_then():
    for at in (OFF, STEADY):
        wire = Bench()
        while wire.box.duty != OFF:
            wire.tick()
        if at == STEADY:
            wire.tick()
        wire.car = "B"
        wire.offer().run(600)
        eq(wire.ended[:3], (True, None, False))
        eq((wire.box.plugged, wire.box.letter, wire.box.faults.names()), (True, "B", []))
        wire.run(6000)
        wire.car = "C"
        wire.until("C2", 3000)


def test_it_waits_for_a_contactor_that_is_proven_open_and_nothing_closes_meanwhile():
    wire = Bench()
    wire.welded = wire.contact = True
    wire.run(2000)
    eq((wire.test.over, wire.duties.count(OFF) > 0), (False, True))  # -12 V is that of the weld
    wire.welded = False
    wire.run(300)
    wire.box.faults.acknowledge()
    wire.run(1000)
    eq(wire.ended, (True, True, False, STEADY))
    wire = Bench().offer()
    wire.tick()
    while not wire.test.over:
        wire.tick()
        eq((wire.box.close, wire.box.closings), (False, 0))


def test_it_is_done_with_its_own_fault_held_but_not_while_f_is_shown():
    wire = Bench((12000, 0)).run(1000)
    wire.box.faults.set("pilot_source")
    wire.run(1000)
    eq(wire.box.state, "E")
    wire.source, wire.test = (12000, -12000), Test(wire.box)
    eq(wire.run(1000).ended, (True, True, False, STEADY))
    wire.box.faults.set("earth")
    wire.run(300)
    wire.test = Test(wire.box)
    wire.run(1000)
    eq((wire.box.state, wire.test.over, wire.box.held), ("F", False, False))


def test_it_leaves_a_wire_that_somebody_has_alone():
    apart = Plain(who="phases")
    wire = Bench(wire=apart).run(1000)
    eq((wire.test.over, wire.duties.count(OFF)), (False, 0))
    apart.who = None
    while wire.box.duty != OFF:
        wire.tick()
    apart.who = "phases"
    eq(wire.run(1000).ended, (True, True, True, STEADY))


def test_a_look_allocates_nothing():
    wire = Bench()
    wire.run(200)
    micropython.heap_lock()
    try:
        for ms in range(5000, 5500, 100):
            wire.test.look(ms, 12000)
    finally:
        micropython.heap_unlock()


def test_a_source_that_has_failed_is_a_fault_of_the_outlet():
    wire = Bench()
    outlet = Plain(connector=wire.box, faults=wire.box.faults, holds=[], number=1, box=Plain(log=Log()))
    wire.run(300)

    async def failed(*_):
        return False

    async def play():
        task = asyncio.create_task(selftest._prove(outlet, None))
        await asyncio.sleep_ms(10)
        task.cancel()

    test, selftest._test = selftest._test, failed
    asyncio.run(play())
    selftest._test = test
    eq(outlet.faults.names(), ["pilot_source"])
