"""The charge point: what is said to the central system and when. Knows no socket; the link asks it what to say next.

Four speakers share the line, in this order: registration (alone until the central system has accepted us, OCPP 1.6,
4.2), statuses, transactions, heartbeat. Each has two methods:
    next_call(now_ms) -> (action, payload) or None
    on_answer(payload, why, now_ms)    payload: the answer; None: it was refused (why is a sentence for people) or, why
                                       None too, there came none in time: who cares says it again
One CALL is outstanding at a time (OCPP-J 1.6, 4.1.1).

This is the online thread: a transaction lives in RAM until its stop is answered; the journal is the next issue's.
"""

from pilotwire import loader
from pilotwire.ocpp.heartbeat import Heartbeat
from pilotwire.ocpp.statuses import Statuses
from pilotwire.ocpp.transactions import Transactions

# Settings of the next issue; they stand here because GetConfiguration tells them too
ANSWER_S = 30  # MessageTimeout: a CALL without an answer
PING_S = 60  # WebSocketPingInterval: of silence, until we ping; the same again, until the connection counts as dead


class ChargePoint:
    """One charge point with the outlets of the box."""

    def __init__(self, box):
        self._box = box
        self._url = None
        self._registration = None  # as long as the central system has not accepted us
        self._speaking = None  # the speaker whose CALL is outstanding
        self._statuses = None  # of this connection
        self._transactions = Transactions(box)
        self._heartbeat = Heartbeat(box)

    def opened(self, url, now_ms):
        """A connection to that central system is up. One that has accepted us since boot need not again (B12), another
        one must (B14). A CALL that had no answer on the last one is said again where that matters.
        """
        if url != self._url:
            self._url = url
            self._registration = loader.use("ocpp.registration").Registration(self._box, now_ms)
        self._speaking = None
        self._box.ocpp.accept(not self._registration)
        self._statuses = Statuses(self._box, now_ms)
        self._heartbeat.put_off()

    def next_call(self, now_ms):
        """(action, payload) to send now, or None; it is outstanding until on_answer(). To be called some times a
        second, so that no change of a status is missed.
        """
        self._statuses.watch(now_ms)
        if self._speaking:
            return None
        speakers = self._statuses, self._transactions, self._heartbeat
        for speaker in (self._registration,) if self._registration else speakers:
            call = speaker.next_call(now_ms)
            if call:
                self._speaking = speaker
                self._heartbeat.put_off()
                return call
        return None

    def on_answer(self, payload, why, now_ms):
        """What became of the CALL, in a speaker's words. An answer without what it must have is a refusal (ER18)."""
        speaker, self._speaking = self._speaking, None
        if payload is not None:
            try:
                if speaker.on_answer(payload, None, now_ms):
                    self._registration = None  # accepted: its work is done
                    loader.release("ocpp.registration")
                    self._box.ocpp.accept(True)
                return
            except (KeyError, TypeError, ValueError) as e:
                why = "its answer makes no sense (%s)" % e
        if why is not None:
            self._box.ocpp.failed("the central system refused: " + why)
        speaker.on_answer(None, why, now_ms)

    def on_call(self, message):
        """The text to answer a CALL of the central system with; None: it gets none, because it Rejected us (B07)."""
        if self._registration and self._registration.rejected:
            return None
        return loader.lend("ocpp.calls").answer(self._box, message)
