"""A controller that commands the wallbox falls silent: when the failsafe counts, what ends it, over wraps and weeks."""

import asyncio

from box import Box, Outlet
from check import eq
from seconds import Seconds

from pilotwire import control, loader
from pilotwire.api import set as api_set
from pilotwire.core import failsafe
from pilotwire.net.clock import Clock

WRAP = 0x3FFFFFFF  # of the chip's ticks


class House:
    """A box with two outlets in the slow loop, on ticks that begin where they are told to."""

    def __init__(self, began_ms=0, **settings):
        self.now_ms = began_ms
        self.box = box = Box()
        box.outlets.append(Outlet())
        for n, outlet in enumerate(box.outlets):
            outlet.number, outlet.box, outlet.second = n + 1, box, lambda: None
        box.wifi.second = lambda box: None
        box.clock = Clock(lambda: self.now_ms & WRAP)
        box.settings.values.update(fse=True, fsc=60, fsi=8)
        box.settings.values.update(settings)

    def run(self, s):
        """-> slot of each outlet."""
        for _ in range(s):
            self.now_ms += 1000
            control.second(self.box)
        return self.slots()

    def sleep(self, days):
        """So long, in steps of six hours."""
        for _ in range(days * 4):
            self.now_ms += 6 * 3_600_000
            control.second(self.box)

    def slots(self):
        return [dict(outlet.limits.items()).get("failsafe") for outlet in self.box.outlets]

    def set(self, query):
        return asyncio.run(api_set.answer(self.box, query))[0]


def test_the_current_after_so_many_seconds_and_not_before():
    for ms, ma in ((0, None), (59_999, None), (60_000, 8000), (60_001, 8000), (400 * 86_400_000, 8000)):
        eq(failsafe.limit_ma(ms, 60, 8), ma)
    eq(failsafe.limit_ma(3_600_000, 3600, 0), 0)
    eq(failsafe.limit_ma(5000, 5, 32), 32_000)


def test_a_silent_controller_is_missed_after_fsc_seconds_and_back_with_its_next_command():
    house = House()
    house.set("amp=16")
    eq(house.run(59), [None, None])
    eq(house.run(1), [8000, 8000])
    eq(house.run(60), [8000, 8000])
    eq(house.box.outlet.limits.owner(), "failsafe")
    eq(house.set("lbr=5"), 200)
    eq(house.run(1), [None, None])
    eq(house.run(58), [None, None])
    eq(house.run(1), [8000, 8000])


def test_any_key_is_a_command_also_one_that_changes_nothing_and_one_beside_an_error():
    for query, counts in (("amp=16", 1), ("amp=99&lbr=64", 1), ("trx=null", 1), ("amp=99", 0), ("car=2", 0), ("", 0)):
        house = House()
        house.run(1)
        house.set(query)
        eq((query, house.run(1)), (query, [None if counts else 8000] * 2))


def test_before_the_first_command_after_a_start_nobody_knows_how_long_it_is_silent():
    for fsc in (5, 60, 3600):
        house = House(fsc=fsc)
        eq(house.run(1), [8000, 8000])
        house.set("amp=10")
        eq(house.run(1), [None, None])


def test_a_current_below_6_A_is_a_pause():
    for fsi, ma in ((0, 0), (5, 5000), (6, 6000), (32, 32_000)):
        house = House(fsi=fsi)
        eq(house.run(2), [ma, ma])


def test_the_settings_count_at_once():
    house = House()
    house.run(10)
    house.box.settings.values["fsi"] = 10
    eq(house.run(1), [10_000, 10_000])
    house.box.settings.values["fse"] = False
    eq(house.run(1), [None, None])
    eq(house.box.watching, False)
    house.box.settings.values["fse"] = True
    eq(house.run(1), [10_000, 10_000])


def test_the_ticks_may_wrap_and_weeks_may_pass():
    for began_ms in (WRAP - 30_000, WRAP - 60_000, WRAP // 2 - 10_000):
        house = House(began_ms)
        house.set("amp=16")
        eq(house.run(59), [None, None])
        eq(house.run(1), [8000, 8000])
    house.sleep(40)  # more than three wraps
    eq(house.run(1), [8000, 8000])
    house.set("amp=16")
    eq(house.run(59), [None, None])


def test_its_code_comes_only_for_a_controller_that_is_silent():
    with Seconds() as seconds:
        house = House()
        house.set("amp=16")
        loader.let_go()
        house.run(59)
        eq((loader.here("watch"), loader.here("core.failsafe")), (False, False))
        house.run(1)
        eq((loader.here("watch"), loader.here("core.failsafe")), (True, True))
        house.set("amp=16")
        house.run(2)
        seconds.wait(61)
        eq((loader.here("watch"), loader.here("core.failsafe")), (False, False))


def test_with_all_off_nothing_is_loaded():
    loader.let_go()
    house = House(fse=False)
    house.run(10)
    eq([name for name in ("watch", "core.failsafe", "core.grid", "core.restart_delay") if loader.here(name)], [])
