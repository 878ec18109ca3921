"""What a unit test says: eq(got, want) and raises(error, call). Runs inside MicroPython."""


def eq(got, want):
    """Pass when both are equal, and a bool only equals a bool (True is not 1 on the wire)."""
    if got != want or (type(got) is bool) != (type(want) is bool):
        raise AssertionError("got %r, want %r" % (got, want))


def raises(error, call, *args):
    """Call it; pass when it raises `error` (a class or a tuple), and return that exception."""
    try:
        got = call(*args)
    except error as e:
        return e
    raise AssertionError("got %r, want %r raised" % (got, error))
