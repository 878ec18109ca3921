"""The relay in the pilot wire: its Part is the wire of core/apart.py, which the phases want open too. The one use of
its own: a car that sleeps is woken. See core/wake.py."""

from pilotwire import loader


def begin(part, safety):
    loader.lend("core.apart").begin(part, part.driver)
    loader.lend("core.wake").begin(part)


def step(part, now_ms):
    outlet = part.outlet
    wake, apart = loader.lend("core.wake"), loader.lend("core.apart")
    get = outlet.settings.get
    allowed = outlet.allowed and get("su") and not outlet.faults.any
    return wake.step(part, apart, now_ms, allowed, get("sumd"), get("sua"))
