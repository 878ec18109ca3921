import micropython
from check import eq

from pilotwire.core import ticks

WRAP = 1 << 30


def test_the_difference_is_right_across_the_wrap_in_both_directions():
    eq(ticks.diff(1500, 1000), 500)
    eq(ticks.diff(1000, 1500), -500)
    eq(ticks.diff(200, WRAP - 300), 500)
    eq(ticks.diff(WRAP - 300, 200), -500)
    eq(ticks.diff(7, 7), 0)


def test_the_difference_reaches_half_the_wrap():
    eq(ticks.diff((1 << 29) - 1, 0), (1 << 29) - 1)
    eq(ticks.diff(1 << 29, 0), -(1 << 29))


def test_a_sum_wraps_at_2_to_the_30_and_may_go_back():
    eq(ticks.add(1000, 500), 1500)
    eq(ticks.add(WRAP - 300, 500), 200)
    eq(ticks.add(WRAP - 1, 1), 0)
    eq(ticks.add(WRAP - 1, 0), WRAP - 1)
    eq(ticks.add(200, -500), WRAP - 300)


def test_the_difference_undoes_the_sum():
    for a in (0, 1, WRAP // 2 - 1, WRAP // 2, WRAP - 1):
        for ms in (0, 1, 20, 1 << 20, (1 << 29) - 1, -1, -(1 << 29)):
            eq(ticks.diff(ticks.add(a, ms), a), ms)


def test_nothing_allocates_even_at_the_largest_ticks():
    diff, add, a, b = ticks.diff, ticks.add, WRAP - 1, 0
    micropython.heap_lock()
    try:
        diff(a, b)
        diff(b, a)
        add(a, a >> 1)
        add(b, a >> 1)
    finally:
        micropython.heap_unlock()
