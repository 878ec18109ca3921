"""The two messages that make a bill, StartTransaction and StopTransaction (OCPP 1.6, 4.8, 4.10), and what their answers
mean: the transaction's id, and whether it may charge (phase "running" or "refused"). Loaded for each.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_TRIES = const(3)  # TransactionMessageAttempts: refusals until a message is given up
_PAUSE_S = const(60)  # TransactionMessageRetryInterval, times the refusals so far


def call(t, clock, now_ms):
    """The CALL that the transaction t needs next; None while the clock is unknown. Said again it is the same (X34)."""
    return (_start if t.id is None else _stop)(t, clock, now_ms)


def on_answer(speaker, box, about, payload, why, now_ms):
    """As a speaker's; speaker: the Transactions, about: (outlet, transaction). No answer is no refusal (X29)."""
    outlet, t = about
    if payload is not None:
        if t.id is None:
            status = payload["idTagInfo"]["status"]
            t.id = int(payload["transactionId"])
            _decide(t, status, box)
        else:
            _finish(outlet, t)
        speaker.refusals, speaker.pause_ms = 0, None
    elif why is not None:
        speaker.refusals += 1
        speaker.pause_ms = ticks.add(now_ms, _PAUSE_S * 1000 * speaker.refusals)
        if speaker.refusals >= _TRIES:
            speaker.refusals, speaker.pause_ms = 0, None
            box.log.error("ocpp: the bill of %s given up: %s" % (t.id_tag, why))
            if t.id is None:
                t.phase = "refused"
            _finish(outlet, t)


def _start(t, clock, now_ms):
    t.started_utc = t.started_utc or loader.lend("ocpp.times").text(clock, t.started_ms)
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


def _stop(t, clock, now_ms):
    """One that was refused ends by itself: its contactor never closed, so nothing flowed."""
    refused = t.stopped_ms is None
    t.stopped_utc = t.stopped_utc or loader.lend("ocpp.times").text(clock, now_ms if refused else t.stopped_ms)
    return "StopTransaction", {
        "transactionId": t.id,
        "meterStop": t.meter_start_wh if refused else max(t.meter_stop_wh or 0, t.meter_start_wh),
        "timestamp": t.stopped_utc,
        "reason": "DeAuthorized" if refused else t.reason,
    }


def _decide(t, status, box):
    if t.stopped_ms is not None:  # the car went before the answer came
        t.phase = "stopping"
    elif status == "Accepted":
        t.phase = "running"
    else:
        t.phase = "refused"
        box.ocpp.failed("the central system refused to let %s charge: %s" % (t.id_tag, status))


def _finish(outlet, t):
    if t.phase != "refused":
        t.phase = "done"
    outlet.transactions.remove(t)
