"""Transactions as the central system sees them: StartTransaction, MeterValues, StopTransaction, strictly in that order
(OCPP 1.6, 4.7, 4.8, 4.10).

The outlet makes a Transaction and stops it. It leaves outlet.transactions when its stop is answered. A message without
an answer is said again with the very same fields. What makes the bill, start and stop, is rare and stands in bill.py.
"""

from pilotwire import loader
from pilotwire.core import ticks


class Transactions:
    """Works off outlet.transactions of all outlets, the oldest of each first."""

    def __init__(self, box):
        self._box = box
        self._about = None  # (outlet, transaction) of the CALL outstanding; None: its MeterValues
        self.refusals = 0  # these two by bill.py: of one message, in a row
        self.pause_ms = None  # ticks until which nothing is said after a refusal

    def next_call(self, now_ms):
        if self.pause_ms is not None and ticks.diff(now_ms, self.pause_ms) < 0:
            return None
        for outlet in self._box.outlets:
            if outlet.transactions:
                t = outlet.transactions[0]
                running = t.phase == "running"
                call = self._sample(outlet, t, now_ms) if running else self._bill().call(t, self._box.clock, now_ms)
                if call:
                    self._about = None if running else (outlet, t)
                    return call
        return None

    def on_answer(self, payload, why, now_ms):
        """A refused MeterValues is dropped."""
        if self._about:
            self._bill().on_answer(self, self._box, self._about, payload, why, now_ms)

    def _sample(self, outlet, t, now_ms):
        """Every "ocppi" seconds from the start on, as long as it runs (M01); 0: never (M02)."""
        interval_ms = self._box.settings.get("ocppi") * 1000
        since_ms = ticks.diff(now_ms, t.sampled_ms)
        if not interval_ms or since_ms < interval_ms:
            return None
        t.sampled_ms = ticks.add(t.sampled_ms, since_ms - since_ms % interval_ms)
        return loader.lend("ocpp.meter_values").call(outlet, t, self._box.clock, now_ms)

    def _bill(self):
        return loader.lend("ocpp.bill")
