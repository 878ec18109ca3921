"""Transactions as the central system sees them: StartTransaction, MeterValues, StopTransaction of all outlets, strictly
in the order in which they happened (OCPP 1.6, 3.7, 4.7, 4.8, 4.10; X26).

All of it comes from the journal, but for the samples of the last minute, which come from memory when nothing waits on
flash. What to say and what an answer means stands in bill.py, starting.py and refused.py.
"""

from pilotwire import loader


class Transactions:
    """The fields are those files'."""

    def __init__(self, box):
        self._box = box
        self.about = None  # what the CALL outstanding is about: (kind, seq, number, sample)
        self.part = 0  # bytes of the samples at the journal's head that were answered
        self.refusals = self.silences = 0  # of one message, in a row
        self.pause_ms = 0  # up_ms until which nothing is said after a refusal
        self.heard = box.journal.seq - 1  # starts up to this number may have been heard by the central system already
        self.again = False  # the start that was said last is one of them

    def next_call(self, now_ms):
        box = self._box
        if box.clock.up_ms() >= self.pause_ms:
            for outlet in box.outlets:
                for t in (outlet.between, outlet.transaction):
                    if box.journal.pending or t and t.samples:
                        return loader.lend("ocpp.bill").call(self, box)
        return None

    def on_answer(self, payload, why, now_ms):
        if payload is not None:
            loader.lend("ocpp.bill").answered(self, self._box, payload)
        else:
            loader.lend("ocpp.refused").refused(self, self._box, why)
