"""The lock of the socket, moved once."""

from pilotwire import commission


def run(outlet, lock):
    """-> [whether there is a feedback, ms from its begin until it said so (from the end of the pulse on it can be
    believed), None: it did not]. The contactor is open, and no car is there: the wizard has asked."""
    commission.open_contactor(outlet)
    bolt = commission.driver(outlet, "LOCK")

    def felt():
        bolt.poll()
        return bolt.feedback()

    bolt.move(lock)
    ready_ms = bolt.pulse_ms + bolt.settle_ms
    ms = commission.settled(felt, lock, ready_ms + bolt.pause_ms)
    if ms is not None:
        ms = max(ms, bolt.pulse_ms) if ms < ready_ms else None
    return [bolt.feedback() is not None, ms]
