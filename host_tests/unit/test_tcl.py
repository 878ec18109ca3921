"""The limit for ten minutes: in force at once, gone by itself, and never above what others allow."""

from box import Box
from check import eq

from pilotwire import loader
from pilotwire.api import act

_TEN_MINUTES_MS = 600_000


def limits(box):
    return dict(box.outlet.limits.items())


def test_it_counts_for_ten_minutes_from_the_last_write():
    box = Box()
    watch = loader.use("watch")
    act.act(box, "tcl", 8)
    eq((limits(box)["temporary"], box.watching), (8000, True))
    box.clock.up += _TEN_MINUTES_MS - 5000
    assert watch.second(box)
    act.act(box, "tcl", 10)
    box.clock.up += _TEN_MINUTES_MS - 5000
    assert watch.second(box)
    eq(limits(box)["temporary"], 10000)
    box.clock.up += 10_000
    watch.second(box)
    eq("temporary" in limits(box), False)
    assert not watch.second(box)


def test_null_takes_it_away_and_a_high_one_raises_nothing():
    box = Box()
    act.act(box, "tcl", 32)
    eq(box.outlet.limits.least(), 16000)
    act.act(box, "tcl", None)
    eq("temporary" in limits(box), False)
