"""The mains and the car's current, as an outlet's meter sees them. Too much or too little of them is a fault, and a car
that loads the phases unevenly gets no more than `pil`, in the slot "imbalance" of the limits.

Lent when a reading is news (Outlet.metered); what it means: core/supply.py. What is remembered is `outlet.bounds`.
"""

from pilotwire import loader


def begin(outlet, limits):
    """limits: LIMITS of the board."""
    known = outlet.bounds = type("Bounds", (), {})()
    known.now = None  # (ticks of the pilot's state, duty, is there a car?, changes of settings); None: all is news
    known.wired = limits["phases"]
    _core().begin(known, known.wired, limits.get("volts", 230))


def take(outlet):
    """The reading that the meter has just made."""
    core, known, connector, meter = _core(), outlet.bounds, outlet.connector, outlet.meter
    known.now = None  # should memory run out in here
    now = connector.changed_ms, connector.duty, outlet.plugged, outlet.settings.changes
    core.follow(known, meter.at_ms, connector.duty, connector.close, outlet.plugged, _phases(outlet))
    again = core.feed(known, meter.at_ms, meter.voltages_mv, meter.currents_ma)
    for i, name in enumerate(core.FAULTS):
        if known.held[i]:
            _tell(outlet, name)
            outlet.faults.set(name)
        else:
            outlet.faults.clear(name)
    _limit(outlet, known.held[core.UNEVEN])
    known.now = None if again else now


def _phases(outlet):
    relay = outlet.parts.get("phases")
    return 1 if relay and not relay.three else outlet.bounds.wired


def _limit(outlet, uneven):
    ma = outlet.settings.get("pil") * 1000
    if ma and outlet.plugged and (uneven or outlet.bounds.phases == 1):
        outlet.limits.set("imbalance", ma)
    else:
        outlet.limits.clear("imbalance")


def _tell(outlet, name):
    if not outlet.faults.present(name):
        meter = outlet.meter
        outlet.box.log.warn("outlet %d: %s: %s mV, %s mA" % (outlet.number, name, meter.voltages_mv, meter.currents_ma))


def _core():
    return loader.lend("core.supply")
