"""What is rarely needed comes when it is asked for and goes again."""

import sys

from check import eq, raises

from pilotwire import loader


def test_a_piece_is_imported_when_first_used_and_dropped_on_release():
    assert "pilotwire.core.ticks" not in sys.modules
    eq(loader.use("core.ticks").diff(5, 3), 2)
    assert "pilotwire.core.ticks" in loader.resident()
    loader.release("core.ticks")
    assert "pilotwire.core.ticks" not in sys.modules
    eq(loader.use("core.ticks").diff(5, 3), 2)


def test_releasing_what_is_not_loaded_is_no_error():
    loader.release("core.nothing")


def test_a_piece_that_does_not_exist_is_an_import_error():
    raises(ImportError, loader.use, "core.nothing")
