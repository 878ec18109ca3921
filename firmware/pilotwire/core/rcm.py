"""The self-test of a residual current monitor, and when a trip is one.

Done at the start, after a session, and before a charge when the last one is older than 24 h; only while the contactor
is proven open and may not be closed, the car in A or B and no PWM. The line is on until the monitor trips, which has
500 ms; then the trip has to go within 2.5 s. In that window a trip is none, everywhere else it is real. A monitor that
fails is tested again each minute.

The window is also open at the start, until the output is quiet for the first time: the monitor gets its power when we
do. While it is open, or a test is due, the outlet is held back, so that no contactor closes in it.

What it remembers are attributes of any object, `test`, which outlives this code (parts/__init__.py).
"""

from micropython import const

from pilotwire.core import ticks

_TRIP_MS = const(500)  # from test on
_CLEAR_MS = const(2500)  # from test off
_QUIET_MS = const(150)  # without a trip: it is gone
_VALID_MS = const(86_400_000)
_AGAIN_MS = const(60_000)


def begin(test, now_ms, able):
    """Sets what is remembered. able: there is a test line. Without one nothing is tested, only the start is awaited.

    .first_ms and .last_ms are set by who sees a trip while .window is open (hal/rcm.py): ticks of the first and the
    last look at it.
    """
    test.line = False  # the test line is on
    test.window = True  # a trip is expected
    test.due = able  # no charge before it has passed
    test.failed = False
    test.able = able
    test.passing = None  # the test under way: in order so far? None: it is the start
    test.now_ms = now_ms
    test.since_ms = now_ms  # the line was switched
    test.first_ms = None
    test.last_ms = now_ms
    test.age_ms = 0  # of the last test
    test.tested = 0  # closings of the contactor, as they were then


def holds(test):
    """Shall the outlet not charge?"""
    return test.due or test.window


def step(test, now_ms, connector):
    """A turn. -> ms until the next one at the latest; it comes sooner when something about the outlet changes."""
    _grow_old(test, now_ms, connector)
    ms = ticks.diff(now_ms, test.since_ms)
    if test.line:
        if test.first_ms is not None or ms >= _TRIP_MS:
            _tripped(test, now_ms)
    elif test.window:
        _await_quiet(test, now_ms, ms)
    elif test.due and (not test.failed or ms >= _AGAIN_MS) and _safe(connector):
        _begin(test, now_ms, connector)
    if test.window:
        return 0
    if test.due:
        return max(0, _AGAIN_MS - ticks.diff(now_ms, test.since_ms)) if test.failed else 0
    return _VALID_MS - test.age_ms if test.age_ms < _VALID_MS else _VALID_MS


def _grow_old(test, now_ms, connector):
    if test.age_ms < _VALID_MS:
        test.age_ms += max(0, ticks.diff(now_ms, test.now_ms))
    test.now_ms = now_ms
    over = not connector.plugged and connector.closings != test.tested
    if test.able and not connector.close and (over or test.age_ms >= _VALID_MS):
        test.due = True


def _begin(test, now_ms, connector):
    test.tested = connector.closings
    test.first_ms = None
    test.since_ms = test.last_ms = now_ms
    test.window = test.line = True


def _tripped(test, now_ms):
    """Or its time is over."""
    first_ms = test.first_ms
    test.passing = first_ms is not None and ticks.diff(first_ms, test.since_ms) <= _TRIP_MS
    test.line = False
    test.since_ms = now_ms


def _await_quiet(test, now_ms, ms):
    """Without a trip in time the window stays open for one that is late."""
    quiet = ticks.diff(now_ms, test.last_ms) >= _QUIET_MS
    if ticks.diff(test.last_ms, test.since_ms) > _CLEAR_MS:
        test.passing = False
    if test.passing is False:
        test.failed = True
    if quiet and (test.passing is not False or ms >= _CLEAR_MS):
        _end(test)


def _end(test):
    test.window = False
    test.due = test.able and not test.passing
    if test.passing or not test.able:
        test.failed = False
    if test.passing:
        test.age_ms = 0


def _safe(connector):
    """Is the contactor proven open, can it not be closed, and is the car in A or B without PWM? A monitor that tripped
    is not tested before people have looked at it."""
    return (
        connector.is_open
        and not connector.permit
        and connector.letter in ("A", "B")
        and connector.state in ("A1", "B1", "E")
        and not connector.faults.present("rcd")
    )
