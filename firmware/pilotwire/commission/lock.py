"""The lock of the socket, moved once."""

from time import sleep_ms, ticks_diff, ticks_ms

from pilotwire import commission

_LOOK_MS = 5


def run(outlet, lock):
    """-> [whether there is a feedback, ms from its begin until it said so (from the end of the pulse on it can be
    believed), None: it did not]. The contactor is open, and no car is there: the wizard has asked."""
    commission.open_contactor(outlet)
    bolt = commission.driver(outlet, "LOCK")
    bolt.move(lock)
    began_ms, felt_ms, ms = ticks_ms(), None, 0
    while ms < bolt.pulse_ms + bolt.settle_ms + bolt.pause_ms:
        bolt.poll()
        ms = ticks_diff(ticks_ms(), began_ms)
        if bolt.feedback() is not lock:
            felt_ms = None
        elif felt_ms is None and bolt.pulse_ms <= ms < bolt.pulse_ms + bolt.settle_ms:
            felt_ms = ms
        commission.alive()
        sleep_ms(_LOOK_MS)
    return [bolt.feedback() is not None, felt_ms]
