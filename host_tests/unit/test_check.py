"""The words of the unit tests themselves."""

from check import eq, raises


def test_eq_names_what_came_and_what_was_wanted():
    eq(str(raises(AssertionError, eq, 1, 2)), "got 1, want 2")


def test_eq_does_not_take_true_for_1():
    raises(AssertionError, eq, True, 1)


def test_raises_returns_the_exception():
    eq(raises(ValueError, int, "x").__class__, ValueError)


def test_raises_fails_when_nothing_is_raised():
    raises(AssertionError, raises, ValueError, int, "1")


async def test_an_async_test_is_awaited():
    import asyncio

    await asyncio.sleep_ms(1)
