"""Transactions as the central system sees them: StartTransaction, MeterValues, StopTransaction, strictly in that order
(OCPP 1.6, 4.7, 4.8, 4.10).

The outlet makes a Transaction and stops it; here it gets its id, and the central system's word whether it may charge
(phase "running" or "refused"). It leaves outlet.transactions when its stop is answered. A message without an answer is
said again with the very same fields.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks
from pilotwire.ocpp.heartbeat import timestamp

_TRIES = const(3)  # TransactionMessageAttempts: refusals until a message is given up
_PAUSE_S = const(60)  # TransactionMessageRetryInterval, times the refusals so far


class Transactions:
    """Works off outlet.transactions of all outlets, the oldest of each first."""

    def __init__(self, box):
        self._box = box
        self._about = None  # (outlet, transaction, action) of the CALL outstanding
        self._refusals = 0
        self._pause_until_ms = None
        self._sampled = {}  # connector: (transaction, ticks when its next sample is due)

    def next_call(self, now_ms):
        if self._pause_until_ms is not None and ticks.diff(now_ms, self._pause_until_ms) < 0:
            return None
        for outlet in self._box.outlets:
            if outlet.transactions:
                call = self._say(outlet, outlet.transactions[0], now_ms)
                if call:
                    self._about = outlet, outlet.transactions[0], call[0]
                    return call
        return None

    def on_result(self, payload, now_ms):
        outlet, t, action = self._about
        if action == "StartTransaction":
            status = payload["idTagInfo"]["status"]
            t.id = int(payload["transactionId"])
            self._decide(t, status)
        elif action == "StopTransaction":
            self._finish(outlet, t)
        self._refusals, self._pause_until_ms = 0, None

    def on_error(self, why, now_ms):
        """why: the refusal; None: no answer, which is no refusal (X29)."""
        outlet, t, action = self._about
        if why is None:
            return
        self._refusals += 1
        if action == "MeterValues" or self._refusals >= _TRIES:
            self._give_up(outlet, t, action, why)
        else:
            self._pause_until_ms = ticks.add(now_ms, _PAUSE_S * 1000 * self._refusals)

    def _say(self, outlet, t, now_ms):
        """What the transaction has to say now, or None."""
        if t.phase == "running":
            return self._sample(outlet, t, now_ms)
        bill = loader.use("ocpp.bill")
        try:
            return (bill.start if t.id is None else bill.stop)(t, self._box.clock, now_ms)
        finally:
            loader.release("ocpp.bill")

    def _decide(self, t, status):
        if t.stopped_ms is not None:  # the car went before the answer came
            t.phase = "stopping"
        elif status == "Accepted":
            t.phase = "running"
        else:
            t.phase = "refused"
            self._box.ocpp.failed("the central system refused to let %s charge: %s" % (t.id_tag, status))

    def _sample(self, outlet, t, now_ms):
        """Every "ocppi" seconds from the start on, as long as it runs (M01); 0: never (M02). A silent meter is no zero
        (M24).
        """
        interval_ms = self._box.settings.get("ocppi") * 1000
        sampled, due_ms = self._sampled.get(t.connector_id, (None, 0))
        if sampled is not t:
            due_ms = ticks.add(t.started_ms, interval_ms)
        if interval_ms and ticks.diff(now_ms, due_ms) >= 0:
            late_ms = ticks.diff(now_ms, due_ms) % interval_ms
            due_ms = ticks.add(now_ms, interval_ms - late_ms)
            self._sampled[t.connector_id] = t, due_ms
            if outlet.meter and outlet.meter.fresh(now_ms):
                when = timestamp(self._box.clock, now_ms)
                values = loader.lend("ocpp.meter_values").sampled(outlet)
                return "MeterValues", {
                    "connectorId": t.connector_id,
                    "transactionId": t.id,
                    "meterValue": [{"timestamp": when, "sampledValue": values}],
                }
        return None

    def _finish(self, outlet, t):
        if t.phase != "refused":
            t.phase = "done"
        outlet.transactions.remove(t)
        self._sampled.pop(t.connector_id, None)

    def _give_up(self, outlet, t, action, why):
        self._box.log.error("ocpp: %s of %s given up: %s" % (action, t.id_tag, why))
        self._refusals, self._pause_until_ms = 0, None
        if action == "StartTransaction":
            t.phase = "refused"
        if action != "MeterValues":
            self._finish(outlet, t)
