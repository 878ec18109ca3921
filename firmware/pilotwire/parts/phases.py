"""The phase relay: one phase or three, as the key `psm` wants it. See core/phases.py.

`three` of its Part: are L2 and L3 switched through? The mirror contact is watched by the driver, with every burst.
`grid_w`: the power that the grid operator leaves, None: all (watch.py). With `psm` 0 one phase is wished for where that
is less than three need (`spl3`): three cannot take less than 6 A each, one can.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_REST_MS = const(3_600_000)


def begin(part, safety):
    outlet, relay = part.outlet, part.driver
    part.grid_w = None
    part.wish = True  # with psm 0: three phases
    part.wished_ms = None  # ticks: since when it is another one
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
    wish_ms = _wish(part, now_ms, get)
    three = psm == 2 or psm == 0 and part.wish
    wait_ms = min(wish_ms, phases.step(part, apart, now_ms, three, psm != 0, get("psmd"), get("mptwt")))
    outlet.hold("phases", part.hold)
    if part.three != relay.three:
        relay.move(part.three)
        count = 3 if part.three else 1
        if getattr(outlet.meter, "estimated", False):
            outlet.meter.phases = count
        outlet.box.log.info("outlet %d: %d phases" % (outlet.number, count))
    return wait_ms


def _wish(part, now_ms, get):
    """A wish has to hold for a while (`mpwst`), but for the first one -> ms until it will have."""
    three = part.grid_w is None or part.grid_w >= get("spl3")
    if three == part.wish:
        part.wished_ms = None
    elif part.wished_ms is None:
        part.wished_ms = now_ms
    if part.wished_ms is not None:
        left_ms = get("mpwst") - ticks.diff(now_ms, part.wished_ms)
        if part.moved and left_ms > 0:
            return left_ms
        part.wish, part.wished_ms = three, None
    return _REST_MS
