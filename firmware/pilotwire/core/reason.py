"""Why an outlet charges or does not: a go-e `modelStatus` number and a sentence for the driver.

The sentences cost memory, so nothing of the safety path imports this file; the loader brings it in.
Who adds a fault, a reason or an owner of a limit adds its row here; a test looks for it.
"""

from pilotwire.core.faults import NAME

_CHARGING, _FORCED_ON = 15, 3

FAULTS = (  # what happened, then what to do
    (
        "weld",
        "The contactor is stuck closed, the plug may be live. Switch off the breaker and call an electrician.",
    ),
    (
        "no_close",
        "The contactor does not close. Unplug the car and try again; if it stays so, call an electrician.",
    ),
    (
        "pilot_short",
        "The control wire to the car is shorted or dead. Look for water or damage at plug and cable;"
        " charging goes on 30 s after it is gone.",
    ),
    ("diode", "The car does not show its pilot diode, car or cable may be faulty. Unplug the car and try again."),
    (
        "pilot_frozen",
        "The wallbox cannot read the control wire. Unplug the car and try again; if it stays so, have it repaired.",
    ),
    (
        "meter",
        "The energy meter does not answer. Check its wiring and address; charging goes on when it answers.",
    ),
)

ACCESS = (  # the reasons of access.decide, and the outlet's own "restart" and "energy"
    ("forced_off", 4, "Charging was stopped (frc is 1). Set frc to 0 to go on."),
    ("authorisation", 2, "Waiting for authorisation: hold a card to the reader or start it in the app (trx)."),
    ("transaction", 28, "Waiting for the transaction to begin: the meter has to be read first."),
    ("central", 28, "Waiting for the central system to accept the transaction."),
    ("refused", 28, "The central system refused to let this car charge. Unplug, and ask the operator."),
    ("ended", 28, "The transaction has ended. Unplug the car to begin a new one."),
    ("restart", 40, "The wallbox is about to restart; charging goes on after that."),
    ("energy", 6, "The energy limit of this session is reached (dwo)."),
)

OWNERS = (  # of limits.py: modelStatus when it leaves less than 6 A, and its name
    ("board", 39, "the hardware"),
    ("installer", 39, "the installer's maximum"),
    ("user", 39, "the current that was set (amp)"),
    ("cable", 39, "the cable"),
    ("temperature", 1, "the temperature"),
    ("ocpp", 28, "the central system"),
    ("force", 4, "a forced stop"),
)


def why(outlet):
    """-> (modelStatus, sentence): what stands in the way, the most important first; else what goes on."""
    fault = outlet.faults.first()
    if fault:
        return 26, _row(FAULTS, fault[NAME])[1]
    connector = outlet.connector
    if connector.external_fault:
        return 26, "A safety input has switched off. Find out which and why; charging goes on when it is in order."
    if outlet.reason:
        model, sentence = _row(ACCESS, outlet.reason)[1:]
    elif outlet.limits.least() < 6000:
        model, name = _row(OWNERS, outlet.limits.owner())[1:]
        sentence = "The current is limited to %s A by %s; a car needs 6 A." % (_amps(outlet.limits.least()), name)
    else:
        model, sentence = _FORCED_ON if outlet.settings.get("frc") == 2 else _CHARGING, None
    if not outlet.plugged:
        return model, "No car is plugged in."
    if connector.ventilation:
        return 26, "The car asks for ventilation, which this wallbox cannot give. It is asked again after 30 s."
    return (model, sentence) if sentence else _offered(outlet, model)


def _offered(outlet, model):
    """Everyone agrees to charge: the rest is between wallbox and car."""
    connector = outlet.connector
    if connector.state == "C2":
        owner = _row(OWNERS, outlet.limits.owner())[2]
        return model, "Charging at up to %s A, limited by %s." % (_amps(outlet.offered_ma), owner)
    if not connector.seen_b:
        return (
            40,
            "The wallbox has restarted while the car was asking, and waits for the car to pause once."
            " If it does not, unplug it and plug it in again.",
        )
    if connector.state == "CX":
        return 24, "Charging is being stopped: the car has 6 s to stop drawing current."
    if connector.letter != "C":
        return model, "The car is connected and does not ask for current: it is full or pauses by itself."
    if connector.rests:
        return 24, "The car asks for current: a short pause before the contactor closes again."
    if connector.diode_seen < 5:
        return 24, "The car asks for current: its pilot diode is being checked."
    return 24, "The car asks for current: the contactor closes when it has done so for half a second."


def _row(table, name):
    for row in table:
        if row[0] == name:
            return row
    raise KeyError(name)


def _amps(ma):
    """16000 -> "16", 6500 -> "6.5"."""
    return "%d" % (ma // 1000) if ma % 1000 < 100 else "%d.%d" % (ma // 1000, ma % 1000 // 100)
