"""The power that the grid operator leaves, as a current: rounding, bounds, phases, two outlets, and what ends it."""

from box import Box, Outlet, Plain
from check import eq

from pilotwire import watch
from pilotwire.core import grid


def house(outlets=1, phases=3, **settings):
    box = Box()
    box.board.LIMITS["phases"] = phases
    while len(box.outlets) < outlets:
        box.outlets.append(Outlet())
    for n, outlet in enumerate(box.outlets):
        outlet.box, outlet.number, outlet.parts = box, n + 1, {}
    box.settings.values.update(settings)
    return box


def slots(box):
    return [dict(outlet.limits.items()).get("grid") for outlet in box.outlets]


def test_4200_W_are_6_09_A_on_three_phases_and_18_26_A_on_one():
    eq([grid.limit_ma(4200, n) for n in (3, 1)], [6086, 18_260])


def test_it_is_6_to_32_A_and_never_more_power_than_asked_for_between():
    for phases in (1, 2, 3):
        least = most = 0
        for w in range(1, 22_001, 7):
            ma = grid.limit_ma(w, phases)
            assert 6000 <= ma <= 32_000, ma
            least, most = least + (ma == 6000), most + (ma == 32_000)
            if ma > 6000:
                assert ma * 230 * phases <= w * 1000, (w, ma)
        assert least > 100
        eq(most > 100, phases < 3)
    eq([grid.limit_ma(22_000, n) for n in (3, 2, 1)], [31_884, 32_000, 32_000])


def test_no_power_is_a_pause():
    eq([grid.limit_ma(0, n) for n in (1, 2, 3)], [0, 0, 0])


def test_the_slot_is_there_while_the_key_says_so():
    box = house(gla=True)
    eq((watch.second(box), slots(box)), (True, [6086]))
    eq(box.outlet.limits.owner(), "grid")
    box.settings.values["glw"] = 0
    watch.second(box)
    eq(slots(box), [0])
    box.settings.values["gla"] = False
    eq((watch.second(box), slots(box), box.grid_ma), (False, [None], None))


def test_it_is_told_once_in_the_log():
    box = house(gla=True)
    for _ in range(5):
        watch.second(box)
    eq(box.log.lines, ["outlet 1: limit of grid: 6086 mA"])


def test_the_phases_are_those_of_the_phase_relay_or_of_the_board():
    box = house(gla=True, phases=1)
    watch.second(box)
    eq(slots(box), [18_260])
    box = house(gla=True)
    relay = box.outlet.parts["phases"] = Plain(three=False, grid_w=None)
    watch.second(box)
    eq(slots(box), [18_260])
    relay.three = True
    watch.second(box)
    eq(slots(box), [6086])


def test_of_two_outlets_each_may_have_it_all_and_the_station_shares_it():
    box = house(2, gla=True, glw=11_000)
    watch.second(box)
    eq((slots(box), box.grid_ma), ([15_942, 15_942], 15_942))
    box.outlets[1].parts["phases"] = Plain(three=False, grid_w=None)
    watch.second(box)
    eq((slots(box), box.grid_ma), ([15_942, 32_000], 15_942))
    box.settings.values["glw"] = 0
    watch.second(box)
    eq((slots(box), box.grid_ma), ([0, 0], 0))


def test_a_contact_at_the_second_outlet_limits_both():
    box = house(2)
    box.outlets[1].parts["inputs"] = Plain(limits=(8000, 4200))
    eq((watch.dim(box), slots(box)), (True, [6086, 6086]))
    box.outlets[1].parts["inputs"].limits = 8000, None
    eq((watch.dim(box), slots(box), box.grid_ma), (False, [None, 8000], None))
    box.outlets[1].parts["inputs"].limits = None, 0
    eq((watch.dim(box), slots(box)), (True, [0, 0]))
