"""Which of the states of OCPP 1.6 (4.9) an outlet is in: a table. It is the diagram in docs/statuses.md.

Derived anew each time, the first row that fits counts. Reserved comes with what leads to it (ReserveNow).
"""

from micropython import const

from pilotwire.core.access import inoperative
from pilotwire.core.faults import NAME

# What is true of an outlet
_FAULT = const(1)  # it cannot charge
_OUT = const(2)  # it is out of service
_RUNS = const(4)  # a transaction runs
_ENDS = const(8)  # one that has ended is not booked yet
_OVER = const(16)  # one has ended on this plug
_ID = const(32)  # an authorised id waits for its transaction
_PLUGGED = const(64)
_ASKED = const(128)  # the central system has to accept the start first
_OFFERED = const(256)  # current is offered
_TAKEN = const(512)  # the car asks for it, the contactor is closed

# what matters, what of that is true, the state: flat, as rows of their own would take three times the memory
STATES = (
    _FAULT, _FAULT, "Faulted",
    _OUT | _RUNS | _ENDS, _OUT, "Unavailable",
    _RUNS | _ID, _ID, "Preparing",
    _RUNS | _PLUGGED, 0, "Available",
    _RUNS | _OVER, _OVER, "Finishing",
    _RUNS, 0, "Preparing",
    _PLUGGED, 0, "SuspendedEV",  # it goes on without its car
    _ASKED, _ASKED, "Preparing",
    _OFFERED, 0, "SuspendedEVSE",  # it wins when the car does not ask either (4.9)
    _TAKEN, _TAKEN, "Charging",
    0, 0, "SuspendedEV",
)  # fmt: skip
_LEFT = "EV side disconnected"  # in these words (4.9)


def status(outlet):
    """-> (status, errorCode, info or None, vendorErrorCode or None) for StatusNotification; of a fault, and of a
    meter that is silent while the car goes on, its name, whose codes stand in fault_codes.py.
    """
    fault, connector = outlet.faults.first(), outlet.connector
    if fault or connector.external_fault or connector.ventilation:
        error = fault[NAME] if fault else "OtherError"
        vendor = None if fault else "SafetyInput" if connector.external_fault else "VentilationRequired"
        return _state(_FAULT), error, None, vendor
    facts = _facts(outlet, connector, outlet.transaction)
    state = _state(facts)
    left = facts & (_PLUGGED | _ID) == 0 and facts & (_RUNS | _ENDS | _OVER) and state != "Unavailable"
    return state, "meter" if outlet.unread else "NoError", _LEFT if left else None, None


def of_box(box):
    """The same of connector 0; without a reader it can be started from afar (A33)."""
    error = "ReaderFailure" if box.reader_fault else "NoError"
    return "Unavailable" if inoperative(box.settings.get, 0) else "Available", error, None, None


def _state(facts):
    n = 0
    while facts & STATES[n] != STATES[n + 1]:
        n += 3
    return STATES[n + 2]


def _facts(outlet, connector, t):
    get, ending, facts = outlet.settings.get, outlet.ending, 0
    if t:
        facts = _ENDS if ending else _RUNS
    unbilled = outlet.trx and get("ocpplu")  # a card of the owner's charges
    if unbilled or inoperative(get, outlet.number) or "update" in outlet.holds:  # the last for a while (V11)
        facts |= _OUT
    if outlet.over or ending and ending[0] != "EVDisconnected":
        facts |= _OVER
    if outlet.id_tag:
        facts |= _ID
    if outlet.plugged:
        facts |= _PLUGGED
    if outlet.reason == "central":
        facts |= _ASKED
    if connector.offers and connector.permit and not connector.rests:
        facts |= _OFFERED
    if connector.close:
        facts |= _TAKEN
    return facts
