"""The delay after a power cut: how long, of whom, after what, and what ends it."""

import asyncio

import machine
from box import Box, Outlet, Plain
from check import eq

from pilotwire import watch
from pilotwire.api import get_box
from pilotwire.api import set as api_set
from pilotwire.core import restart_delay


class Machine:
    PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
    cause = PWRON_RESET

    def __getattr__(self, name):
        return getattr(machine, name)

    def reset_cause(self):
        return self.cause

    def unique_id(self):
        return b"\1\2\3\4\5\6"


def started(cause=Machine.PWRON_RESET, **settings):
    """A box with two outlets, right after the start."""
    box = Box()
    box.outlets.append(Outlet())
    for n, outlet in enumerate(box.outlets):
        outlet.box, outlet.number = box, n + 1
    box.clock = Plain(now_ms=700, up_ms=lambda: box.clock.now_ms)
    box.settings.values.update(rdl=600)
    box.settings.values.update(settings)
    was, watch.machine = watch.machine, Machine()
    watch.machine.cause = cause
    try:
        watch.begin(box)
    finally:
        watch.machine = was
    return box


def slots(box):
    return [dict(outlet.limits.items()).get("restart") for outlet in box.outlets]


def at(box, up_ms):
    """-> (slots, has it to be looked at again) then."""
    box.clock.now_ms = up_ms
    return slots(box), watch.second(box)


def test_it_is_0_to_the_most_and_evenly_so():
    for most_s in (1, 600, 1800):
        found = [restart_delay.delay_ms(most_s, (n * 7919 % 65536).to_bytes(2, "big") + b"box") for n in range(2000)]
        assert min(found) >= 0 and max(found) <= most_s * 1000
        for part in range(10):
            count = len([ms for ms in found if part <= ms * 10 // (most_s * 1000 + 1) < part + 1])
            assert 120 < count < 280, (most_s, part, count)
    eq(restart_delay.delay_ms(0, b"\xff" * 14), 0)


def test_the_extremes_of_the_number():
    eq(restart_delay.delay_ms(600, b""), 0)
    eq(restart_delay.delay_ms(600, b"\0" * 14), 0)
    eq(restart_delay.delay_ms(1, b"\x03\xe8"), (3 * 31 + 0xE8) % 1001)
    assert 0 <= restart_delay.delay_ms(1800, b"\xff" * 14) <= 1_800_000


def test_the_same_number_in_another_wallbox_is_another_delay():
    street = [restart_delay.delay_ms(600, b"the same" + bytes((16, 32, 48, 64, n >> 8, n & 255))) for n in range(50)]
    eq(len(set(street)), 50)


def test_charging_waits_until_the_time_is_over():
    box = started()
    end_ms = box.delayed_ms
    assert 700 < end_ms <= 700 + 600_001
    eq((slots(box), box.watching), ([0, 0], True))
    eq(at(box, end_ms - 1), ([0, 0], True))
    eq(at(box, end_ms)[1], False)
    eq((slots(box), box.delayed_ms), ([None, None], 0))
    eq(at(box, end_ms + 100 * 86_400_000), ([None, None], False))


def test_two_starts_wait_not_the_same():
    assert len(set([started(rdl=1800).delayed_ms for _ in range(8)])) > 4


def test_only_the_return_of_the_power_counts_not_a_restart():
    for cause in (Machine.WDT_RESET, Machine.SOFT_RESET, Machine.HARD_RESET, Machine.DEEPSLEEP_RESET):
        box = started(cause)
        eq((slots(box), box.delayed_ms, box.watching), ([None, None], 0, False))


def test_without_rdl_there_is_none():
    box = started(rdl=0)
    eq((slots(box), box.delayed_ms, box.watching), ([None, None], 0, False))


def test_who_sets_frc_to_2_goes_on_at_once_and_for_this_once():
    box = started()
    for query in ("amp=10", "frc=0", "frc=1", "frc=3", "frc=0"):
        asyncio.run(api_set.answer(box, query))
        eq((query, slots(box)), (query, [0, 0]))
    asyncio.run(api_set.answer(box, "frc=2"))
    eq((slots(box), get_box.rdr(box)), ([None, None], 0))
    eq((watch.second(box), box.delayed_ms), (False, 0))
    eq(slots(started(frc=2)), [0, 0])  # chosen before the power was away
    box = started(frc=2)
    asyncio.run(api_set.answer(box, "frc=2"))
    eq(slots(box), [None, None])


def test_the_seconds_that_are_left_are_told():
    box = started()
    box.delayed_ms = box.clock.now_ms + 10_000
    eq(get_box.rdr(box), 10)
    box.clock.now_ms += 9001
    eq(get_box.rdr(box), 1)
    box.clock.now_ms += 999
    eq(get_box.rdr(box), 0)
    eq(get_box.rdr(started(rdl=0)), 0)
