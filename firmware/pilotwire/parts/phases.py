"""The phase relay: one phase or three, as the key `psm` wants it. See core/phases.py.

`three` of its Part: are L2 and L3 switched through? The mirror contact is watched by the driver, with every burst.
"""

from pilotwire import loader


def begin(part, safety):
    outlet, relay = part.outlet, part.driver
    outlet.hold("phases", True)
    wire = outlet.parts.get("disconnect")
    if not wire:
        wire = part  # a line that can be held, and no relay in it
        loader.lend("core.apart").begin(wire, None)
    loader.lend("core.phases").begin(part, wire)
    if relay.feedback() is not None:
        relay.faults = outlet.faults
        safety.polls += (relay.poll,)


def step(part, now_ms):
    outlet, relay = part.outlet, part.driver
    phases, apart = loader.lend("core.phases"), loader.lend("core.apart")
    get = outlet.settings.get
    psm = get("psm")
    wait_ms = phases.step(part, apart, now_ms, psm != 1, psm != 0, get("psmd"), get("mptwt"))
    outlet.hold("phases", part.hold)
    if part.three != relay.three:
        relay.move(part.three)
        count = 3 if part.three else 1
        if getattr(outlet.meter, "estimated", False):
            outlet.meter.phases = count
        outlet.box.log.info("outlet %d: %d phases" % (outlet.number, count))
    return wait_ms
