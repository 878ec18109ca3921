"""Which of the states of OCPP 1.6 (4.9) an outlet is in. Derived anew each time, first match wins.

Reserved and Unavailable come with what leads to them (ReserveNow, ChangeAvailability).
"""

from pilotwire.core.faults import OCPP_ERROR, VENDOR_CODE


def status(outlet):
    """-> (status, errorCode, info or None, vendorErrorCode or None) for StatusNotification."""
    fault = outlet.faults.first()
    if fault:
        return "Faulted", fault[OCPP_ERROR], None, fault[VENDOR_CODE] or None
    if outlet.connector.external_fault:
        return "Faulted", "OtherError", None, "SafetyInput"
    if outlet.connector.ventilation:
        return "Faulted", "OtherError", None, "VentilationRequired"
    return _healthy(outlet, outlet.connector, outlet.transaction), "NoError", None, None


def _healthy(outlet, connector, transaction):
    if not outlet.plugged:
        return "Available" if outlet.trx is None else "Preparing"  # authorised, the plug is awaited
    if transaction is None or transaction.phase in ("new", "starting"):
        return "Preparing"
    if transaction.phase != "running":
        return "Finishing"
    if not (connector.offers and connector.permit) or connector.rests:
        return "SuspendedEVSE"  # it wins when the car does not ask either (4.9)
    return "Charging" if connector.close else "SuspendedEV"
