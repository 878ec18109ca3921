"""The cable in the socket, as far as the outlet goes: what it may carry, and none without a cable.

The part is the cable of core/proximity.py. While the contactor is closed its driver alone looks, and wakes it when it
reads something else.
"""

from micropython import const

from pilotwire import loader

_BAD_MS = const(1000)  # between two readings that see no cable
_GOOD_MS = const(2000)  # the same of a cable, while it does not charge
_REST_MS = const(3_600_000)


def begin(part, safety):
    part.plugged = None
    part.ohm = None  # of the last reading
    part.outlet.hold("cable", True)
    part.driver.part = part
    safety.polls += (part.driver.poll,)


def step(part, now_ms):
    """Reads while a car is plugged in: in each turn until it is sure, then now and then."""
    outlet, core = part.outlet, loader.lend("core.proximity")
    if part.plugged != outlet.plugged:
        part.plugged = outlet.plugged
        core.gone(part)
        outlet.limits.clear("cable")
        outlet.hold("cable", part.plugged)
    if not part.plugged:
        return _REST_MS
    before = part.amps
    part.ohm = _ohm(part.driver)
    core.read(part, core.rating_a(part.ohm, part.driver.least_ohm, part.driver.most_ohm))
    if part.amps != before:
        _tell(outlet, part.amps)
    outlet.hold("cable", not part.amps)
    if not part.known:
        return 0
    return _BAD_MS if not part.amps else _REST_MS if outlet.connector.close else _GOOD_MS


def _ohm(driver):
    try:
        return driver.ohm()
    except OSError:
        return None  # an ADC that fails sees no cable


def _tell(outlet, amps):
    if amps:
        outlet.limits.set("cable", amps * 1000)
    else:
        outlet.limits.clear("cable")
    outlet.box.log.info("outlet %d: cable for %d A" % (outlet.number, amps))
