from check import eq, raises

from pilotwire.core.limits import Limits


def test_the_least_limit_wins_and_has_an_owner():
    limits = Limits()
    limits.set("board", 16000)
    limits.set("user", 10000)
    limits.set("cable", 13000)
    eq((limits.least(), limits.owner()), (10000, "user"))
    limits.set("user", 16000)
    eq((limits.least(), limits.owner()), (13000, "cable"))


def test_an_owner_that_goes_has_no_say_any_more():
    limits = Limits()
    limits.set("board", 16000)
    limits.set("force", 0)
    eq((limits.least(), limits.owner()), (0, "force"))
    limits.clear("force")
    limits.clear("force")
    eq((limits.least(), limits.owner()), (16000, "board"))


def test_when_nobody_said_anything_nothing_is_offered():
    eq((Limits().least(), Limits().owner(), Limits().items()), (0, "", []))


def test_of_two_who_want_the_same_the_one_nearer_to_the_hardware_is_named():
    limits = Limits()
    limits.set("user", 16000)
    limits.set("board", 16000)
    eq(limits.owner(), "board")
    eq(limits.items(), [("board", 16000), ("user", 16000)])


def test_an_unknown_owner_and_a_negative_current_are_refused():
    raises(ValueError, Limits().set, "nobody", 6000)
    raises(ValueError, Limits().set, "user", -1)
