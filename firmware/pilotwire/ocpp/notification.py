"""The message StatusNotification (OCPP 1.6, 6.47). Loaded for each."""

from pilotwire import loader


def call(clock, connector, status, at_ms):
    """status: as core/ocpp_status.py gives it; at_ms: ticks when it came."""
    state, error, info, vendor_error = _coded(*status)
    payload = {"connectorId": connector, "status": state, "errorCode": error}
    when = loader.lend("ocpp.times").text(clock, at_ms)
    if when:
        payload["timestamp"] = when
    if info:
        payload["info"] = info[:50]
    if vendor_error:
        payload["vendorId"] = "Pilotwire"
        payload["vendorErrorCode"] = vendor_error[:50]
    return "StatusNotification", payload


def _coded(state, error, info, vendor_error):
    """A fault by its name gets the codes of OCPP; what is one already stays."""
    codes = loader.lend("core.fault_codes").CODES.get(error)
    return (state, codes[1], info, codes[2] or None) if codes else (state, error, info, vendor_error)
