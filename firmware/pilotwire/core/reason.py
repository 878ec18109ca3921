"""Why an outlet charges or does not: go-e's `modelStatus` and the name of a sentence for the driver.

The sentences stand in why.txt, where texts.py finds them: they would cost memory here. Who adds a fault, a reason or
an owner of a limit adds its line there; a test looks for it. Nothing of the safety path imports this file.
"""

from micropython import const

from pilotwire.core.faults import NAME

_ACCESS = const(2)
_FORCED_ON = const(3)
_CHARGING = const(15)
_WAITS = const(24)
_FAULT = const(26)
_CENTRAL = const(28)
_LIMIT = const(39)  # of owners that have no number of their own
_STARTS = const(40)
# the others are the central system's
_MODEL = {
    "forced_off": 4,
    "authorisation": _ACCESS,
    "card": _ACCESS,
    "asking": _ACCESS,
    "restart": _STARTS,
    "update": _STARTS,
    "tls": _STARTS,
    "locking": _STARTS,
    "cable": _FAULT,
    "rcd_testing": _STARTS,
    "earth_check": _STARTS,
    "input_stop": 4,
    "energy": 6,
    "phases": 23,
}
_OWNER = {
    "temperature": 1,
    "ocpp": _CENTRAL,
    "force": 4,
    "restart": 29,
    "imbalance": 32,
    "grid": 34,
    "failsafe": 41,
    "fallback": 35,
}


def why(outlet):
    """-> (modelStatus, name, current in A as text or a card or None, owner of the limit or None): what stands in the
    way, the most important first; else what goes on.
    """
    fault, connector = outlet.faults.first(), outlet.connector
    if fault:
        return _FAULT, "too_often" if outlet.faults.too_often() else fault[NAME], None, None
    if connector.external_fault:
        return _FAULT, "safety_input", None, None
    if outlet.denied and outlet.reason != "forced_off":
        return _ACCESS, outlet.denied[0], outlet.denied[1], None
    found = _refusal(outlet)
    if not outlet.plugged and outlet.id_tag:
        return _WAITS, "plug_in", None, None
    if not outlet.plugged:
        return found[0] if found else _charging(outlet), "no_car", None, None
    if connector.ventilation:
        return _FAULT, "ventilation", None, None
    return found or _offered(outlet)


def _refusal(outlet):
    """What the firmware has against charging, None when it has nothing."""
    if outlet.reason == "transaction" and getattr(outlet.meter, "estimated", False) and not outlet.meter.fresh(0):
        return _ACCESS, "estimated", None, None
    if outlet.reason:
        return _MODEL.get(outlet.reason, _CENTRAL), outlet.reason, None, None
    least_ma, owner = outlet.limits.least(), outlet.limits.owner()
    if least_ma < 6000:
        return _OWNER.get(owner, _LIMIT), "limit", _amps(least_ma), owner
    return None


def _offered(outlet):
    """Everyone agrees to charge: the rest is between wallbox and car."""
    connector = outlet.connector
    if connector.state == "C2":
        return _charging(outlet), "charging", _amps(outlet.offered_ma), outlet.limits.owner()
    if not connector.seen_b:
        return _STARTS, "seen_b", None, None
    if connector.state == "CX":
        return _WAITS, "stopping", None, None
    if connector.letter != "C":
        return _charging(outlet), "full", None, None
    name = "rests" if connector.rests else "diode_check" if connector.diode_seen < 5 else "stable"
    return _WAITS, name, None, None


def _charging(outlet):
    return _FORCED_ON if outlet.settings.get("frc") == 2 else _CHARGING


def _amps(ma):
    """16000 -> "16", 6500 -> "6.5"."""
    return "%d" % (ma // 1000) if ma % 1000 < 100 else "%d.%d" % (ma // 1000, ma % 1000 // 100)
