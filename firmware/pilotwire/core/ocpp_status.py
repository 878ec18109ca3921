"""Which of the states of OCPP 1.6 (4.9) an outlet is in. Derived anew each time, first match wins.

Reserved comes with what leads to it (ReserveNow).
"""

from pilotwire.core.access import inoperative
from pilotwire.core.faults import NAME

_LEFT = "EV side disconnected"  # in these words (4.9)


def status(outlet):
    """-> (status, errorCode, info or None, vendorErrorCode or None) for StatusNotification; of a fault its name, whose
    codes stand in fault_codes.py.
    """
    fault = outlet.faults.first()
    if fault:
        return "Faulted", fault[NAME], None, None
    if outlet.connector.external_fault:
        return "Faulted", "OtherError", None, "SafetyInput"
    if outlet.connector.ventilation:
        return "Faulted", "OtherError", None, "VentilationRequired"
    out = inoperative(outlet.settings.get, outlet.number) or "update" in outlet.holds  # for a while (V11)
    if (out or outlet.trx and outlet.settings.get("ocpplu")) and not outlet.transaction:
        return "Unavailable", "NoError", None, None
    left = not outlet.plugged and not outlet.id_tag and (outlet.transaction or outlet.over)
    return _healthy(outlet, outlet.connector, outlet.transaction), "NoError", _LEFT if left else None, None


def of_box(box):
    """The same of connector 0; without a reader it can be started from afar (A33)."""
    error = "ReaderFailure" if box.reader_fault else "NoError"
    return "Unavailable" if inoperative(box.settings.get, 0) else "Available", error, None, None


def _healthy(outlet, connector, t):
    if not t or outlet.ending:
        if outlet.id_tag:
            return "Preparing"  # maybe the plug is awaited
        if not outlet.plugged:
            return "Available"
        return "Finishing" if t or outlet.over else "Preparing"
    if not outlet.plugged:  # the transaction goes on without a car (StopTransactionOnEVSideDisconnect false)
        return "SuspendedEV"
    if outlet.reason == "central":
        return "Preparing"
    if not (connector.offers and connector.permit) or connector.rests:
        return "SuspendedEVSE"  # it wins when the car does not ask either (4.9)
    return "Charging" if connector.close else "SuspendedEV"
