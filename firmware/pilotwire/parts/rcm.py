"""The residual current monitor of an outlet: a trip opens at once and is held until people have looked (the driver sees
to that), and a test that is due holds the outlet back. When and how it is tested: core/rcm.py.
"""

from time import ticks_ms

from pilotwire import loader


def begin(part, safety):
    driver, outlet = part.driver, part.outlet
    _core().begin(part, ticks_ms(), driver.testable)
    part.told = False  # of the trip
    if not driver.testable:
        outlet.box.notices.append("residual current monitor: it has no test line, nobody tests it")
    outlet.hold("rcd_testing", True)
    safety.polls += (driver.guard(part, safety.contactor),)


def step(part, now_ms):
    """While there is a trip that counts, each turn: somebody waits for its end."""
    core, outlet = _core(), part.outlet
    tripped = part.driver.tripped()
    if not tripped:
        outlet.faults.clear("rcd")
    wait_ms = core.step(part, now_ms, outlet.connector)
    part.driver.test(part.line)
    if part.failed:
        outlet.faults.set("rcd_test")
    else:
        outlet.faults.clear("rcd_test")
    outlet.hold("rcd_testing", core.holds(part))
    _tell(part, outlet)
    return 0 if tripped else wait_ms


def _tell(part, outlet):
    tripped = outlet.faults.present("rcd")
    if tripped and not part.told:
        outlet.box.log.error("outlet %d: residual current" % outlet.number)
    part.told = tripped


def _core():
    return loader.lend("core.rcm")
