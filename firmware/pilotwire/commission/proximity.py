"""The proximity contact, read until it is sure, as for a car."""

from time import sleep_ms

from pilotwire import commission, loader

_READS = 10
_BETWEEN_MS = 100


class _Cable:
    """What core/proximity.py remembers of it."""


def run(outlet):
    """-> [Ohm, None: more than can be measured; what the cable may carry in A, 0: there is none]. Raises ValueError: it
    says something else each time; OSError: the ADC fails."""
    driver = commission.driver(outlet, "PROXIMITY")
    core, cable = loader.use("core.proximity"), _Cable()
    core.gone(cable)
    for _ in range(_READS):
        ohm = driver.ohm()
        core.read(cable, core.rating_a(ohm, driver.least_ohm, driver.most_ohm))
        if cable.known:
            return [ohm, cable.amps]
        sleep_ms(_BETWEEN_MS)
    raise ValueError("The contact says something else each time it is read: look for a loose wire.")
