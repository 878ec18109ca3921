"""How hot the box is: less current when it is warm, none when it is hot or nobody knows (core/derating.py). It has the
outlet's slot "temperature" of the limits, and the faults "overheat" and "sensor".
"""

from pilotwire import loader
from pilotwire.core import ticks


def begin(part, safety):
    box = part.outlet.box
    loader.lend("core.derating").begin(part, part.driver.stop_c, box.board.LIMITS["ma"], box.clock.ms())
    part.outlet.limits.set("temperature", part.limit_ma)
    part.read_ms = box.clock.ms()


def step(part, now_ms):
    """A turn that comes sooner than the next reading finds nothing to do."""
    wait_ms = ticks.diff(part.read_ms, now_ms)
    if wait_ms > 0:
        return wait_ms
    core, outlet = loader.lend("core.derating"), part.outlet
    try:
        tenths_c = part.driver.read()
    except OSError:
        tenths_c = None
    wait_ms = core.feed(part, tenths_c, now_ms)
    part.read_ms = ticks.add(now_ms, wait_ms)
    for fault in ("overheat", "sensor"):
        if fault == part.fault:
            outlet.faults.set(fault)
        else:
            outlet.faults.clear(fault)
    outlet.limits.set("temperature", part.limit_ma)
    return wait_ms
