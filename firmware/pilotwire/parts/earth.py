"""The protective earth of an outlet: without it the contactor opens at once, and the pilot shows F. The driver sees to
that; here is when it is over (core/earth.py).
"""

from time import ticks_ms

from pilotwire import loader


def begin(part, safety):
    _core().begin(part, ticks_ms())
    part.told = False  # that it is lost
    part.outlet.hold("earth_check", True)
    safety.polls += (part.driver.guard(part),)


def step(part, now_ms):
    outlet = part.outlet
    wait_ms = _core().step(part, now_ms, outlet.faults)
    outlet.hold("earth_check", not part.seen)
    lost = outlet.faults.present("earth")
    if lost and not part.told:
        outlet.box.log.error("outlet %d: the protective earth is missing" % outlet.number)
    part.told = lost
    return wait_ms


def _core():
    return loader.lend("core.earth")
