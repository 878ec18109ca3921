"""The two messages that make a bill, StartTransaction and StopTransaction (OCPP 1.6, 4.8, 4.10). Loaded for each."""

from pilotwire.ocpp.heartbeat import timestamp


def start(t, clock, now_ms):
    """The CALL that begins the transaction t; None while the clock is unknown. Said again it is the same (X34)."""
    t.started_utc = t.started_utc or timestamp(clock, t.started_ms)
    if not t.started_utc:
        return None
    if t.stopped_ms is None:
        t.phase = "starting"
    return "StartTransaction", {
        "connectorId": t.connector_id,
        "idTag": t.id_tag[:20],
        "meterStart": t.meter_start_wh,
        "timestamp": t.started_utc,
    }


def stop(t, clock, now_ms):
    """The CALL that ends it. One that was refused ends by itself: its contactor never closed, so nothing flowed."""
    refused = t.stopped_ms is None
    t.stopped_utc = t.stopped_utc or timestamp(clock, now_ms if refused else t.stopped_ms)
    return "StopTransaction", {
        "transactionId": t.id,
        "meterStop": t.meter_start_wh if refused else max(t.meter_stop_wh or 0, t.meter_start_wh),
        "timestamp": t.stopped_utc,
        "reason": "DeAuthorized" if refused else t.reason,
    }
