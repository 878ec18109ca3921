"""What is rarely needed comes when it is asked for and goes again."""

import gc
import sys

from check import eq, raises
from seconds import Seconds

from pilotwire import loader


def test_a_piece_is_imported_when_first_used_and_dropped_on_release():
    assert "pilotwire.core.ticks" not in sys.modules
    eq(loader.use("core.ticks").diff(5, 3), 2)
    assert "core.ticks" in loader.resident()
    loader.release("core.ticks")
    assert "pilotwire.core.ticks" not in sys.modules
    eq(loader.use("core.ticks").diff(5, 3), 2)


def test_releasing_what_is_not_loaded_is_no_error():
    loader.release("core.nothing")


def test_a_piece_that_does_not_exist_is_an_import_error():
    raises(ImportError, loader.use, "core.nothing")


def test_what_was_lent_goes_a_minute_after_it_was_last_asked_for():
    with Seconds() as s:
        loader.release("core.ticks")
        loader.lend("core.ticks")
        s.wait(59)
        assert loader.here("core.ticks")
        loader.lend("core.ticks")
        s.wait(59)
        assert loader.here("core.ticks")
        s.wait(1)
        assert not loader.here("core.ticks")


def test_with_little_room_what_was_not_asked_for_the_longest_goes_first_and_only_as_much_as_needed():
    lent = ("core.ticks", "core.duty", "core.levels", "core.calendar", "core.limits", "core.session")
    with Seconds() as s:
        loader.let_go()
        for name in lent:
            loader.lend(name)
            s.wait(1)
        loader.lend("core.ticks")
        free = [9_000, 9_999, 18_000]  # as it comes; before any has gone; after some
        loader.gc = Gc(free)
        try:
            loader.lend("core.access")
        finally:
            loader.gc = gc
        eq([name for name in lent if not loader.here(name)], ["core.duty", "core.levels", "core.calendar"])
        loader.let_go()


def test_with_some_room_what_was_asked_for_lately_stays():
    with Seconds() as s:
        loader.let_go()
        for name in ("core.ticks", "core.duty"):
            loader.lend(name)
            s.wait(1)
        loader.gc = Gc([12_000, 12_000])
        try:
            loader.lend("core.access")
        finally:
            loader.gc = gc
        eq([loader.here(name) for name in ("core.ticks", "core.duty", "core.access")], [False, True, True])
        loader.let_go()


class Gc:
    """As the module gc, with so much free."""

    def __init__(self, free):
        self._free = free

    def collect(self):
        pass

    def mem_free(self):
        return self._free.pop(0)


def test_when_memory_is_short_everything_that_was_lent_goes_at_once():
    loader.lend("core.ticks")
    loader.use("core.limits")
    loader.let_go()
    assert not loader.here("core.ticks")
    assert loader.here("core.limits")


def test_a_piece_that_somebody_works_with_stays_until_the_last_is_done():
    names = ("core.ticks",)
    with Seconds() as s:
        loader.lend(names[0])
        loader.hold(names)
        loader.hold(names)
        loader.free(names)
        loader.let_go()
        s.wait(70)
        assert loader.here("core.ticks")
        loader.free(names)
        s.wait(1)
        assert not loader.here("core.ticks")


def test_what_was_lent_is_not_counted_as_resident():
    loader.lend("core.duty")
    assert "core.duty" not in loader.resident()
    loader.use("core.limits")
    assert "core.limits" in loader.resident()
