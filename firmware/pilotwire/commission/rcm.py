"""The residual current monitor: its self-test by core/rcm.py, or a trip that a person makes."""

from time import sleep_ms, ticks_diff, ticks_ms

from pilotwire import commission, loader
from pilotwire.core.faults import FaultSet

_LOOK_MS = 5
_MOST_MS = 8000  # the start's quiet, a test, and its two limits


class _Test:
    """What is remembered of it, and in one with that an outlet whose contactor is open for good."""

    is_open, permit, plugged, close = True, False, False, False
    letter, state, closings = "A", "A1", 0
    awake = False

    def __init__(self):
        self.outlet = self
        self.faults = FaultSet()


def run(outlet, wait_ms):
    """-> {"trip_ms", "clear_ms", "passed"} with a test line; without one {"trip_ms", "clear_ms"} of a trip that comes
    within wait_ms: from the begin of waiting, and how long it lasted. None: it did not come."""
    commission.open_contactor(outlet)
    monitor = commission.driver(outlet, "RCM")
    return _self_test(monitor, outlet) if monitor.testable else _by_hand(monitor, wait_ms)


def _self_test(monitor, outlet):
    test, core = _Test(), loader.use("core.rcm")
    core.begin(test, ticks_ms(), True)
    look = monitor.guard(test, commission.driver(outlet, "CONTACTOR"))
    began_ms = ticks_ms()
    on_ms = first_ms = off_ms = None
    while (test.due or test.window) and not test.failed and ticks_diff(ticks_ms(), began_ms) < _MOST_MS:
        look()
        core.step(test, ticks_ms(), test)
        monitor.test(test.line)
        if test.line:
            on_ms = test.since_ms
        elif on_ms is not None:
            first_ms, off_ms = test.first_ms, test.since_ms
        _pause()
    monitor.test(False)
    return {
        "trip_ms": None if first_ms is None else ticks_diff(first_ms, on_ms),
        "clear_ms": None if off_ms is None or monitor.tripped() else max(0, ticks_diff(test.last_ms, off_ms)),
        "passed": bool(test.passing),
    }


def _by_hand(monitor, wait_ms):
    if monitor.tripped():
        raise ValueError("The monitor shows a trip before anybody has tested it.")
    trip_ms = _until(monitor, True, wait_ms)
    return {"trip_ms": trip_ms, "clear_ms": None if trip_ms is None else _until(monitor, False, wait_ms)}


def _until(monitor, tripped, most_ms):
    """-> ms until it is so, None: it is not in time."""
    began_ms = ticks_ms()
    while ticks_diff(ticks_ms(), began_ms) < most_ms:
        if monitor.tripped() == tripped:
            return ticks_diff(ticks_ms(), began_ms)
        _pause()
    return None


def _pause():
    commission.alive()
    sleep_ms(_LOOK_MS)
