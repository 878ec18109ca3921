"""Digital inputs of an outlet. An open contact stops or limits, whatever its use, so a broken wire does, too:

  enable   the offer is withdrawn until it closes
  limit    the current is limited to its `ma`, or the power to its `w`, until it closes: ripple control, or the grid
           operator's relay
  estop    opens at once and ends the transaction; goes on when it is closed and the car was unplugged
  door     opens at once, until it closes

There may be several of a use. The driver looks at all of them with every burst of the pilot: at the emergency stop and
the door at once, at the others for a change.
"""

from micropython import const

from pilotwire import loader

_NEVER_MS = const(86_400_000)  # nothing is due before a contact changes


def begin(part, safety):
    core, lines = _core(), part.driver.lines
    core.begin(part, len(lines))
    part.limits = None, None  # mA, W
    part.outlet.hold("input_stop", core.is_open(part, lines, "enable"))
    safety.polls += (part.driver.guard(part),)


def step(part, now_ms):
    core, outlet = _core(), part.outlet
    for i in range(len(part.driver.lines)):
        core.feed(part, i, part.driver.open(i), now_ms)
    for use in ("estop", "door"):
        if not core.is_open(part, part.driver.lines, use):
            outlet.faults.clear(use)
    if outlet.faults.present("estop"):
        outlet.end("EmergencyStop")
    outlet.hold("input_stop", core.is_open(part, part.driver.lines, "enable"))
    _limit(part, core)
    return _NEVER_MS if part.since_ms.count(None) == len(part.since_ms) else 0


def _limit(part, core):
    """The key `gla` limits, too, and the other outlet's contacts: watch.py knows them all."""
    box, lines = part.outlet.box, part.driver.lines
    limits = core.limit(part, lines, "ma"), core.limit(part, lines, "w")
    if limits != part.limits:
        part.limits = limits
        box.watching = True  # should there be no memory now, it is done within a second
        loader.lend("watch").dim(box)


def _core():
    return loader.lend("core.inputs")
