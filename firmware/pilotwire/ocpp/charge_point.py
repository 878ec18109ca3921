"""The charge point: what is said to the central system and when. Knows no socket; the link asks it what to say next.

The speakers share the line, in this order: what was triggered, registration (alone until the central system has
accepted us, OCPP 1.6, 4.2), an id that waits, statuses, transactions, heartbeat. Each has two methods:
    next_call(now_ms) -> (action, payload) or None
    on_answer(payload, why, now_ms)    payload: the answer; None: it was refused (why is a sentence for people) or, why
                                       None too, there came none in time: who cares says it again
One CALL is outstanding at a time (OCPP-J 1.6, 4.1.1).
"""

from pilotwire import loader
from pilotwire.ocpp.heartbeat import Heartbeat
from pilotwire.ocpp.statuses import Statuses
from pilotwire.ocpp.transactions import Transactions


class ChargePoint:
    """One charge point with the outlets of the box."""

    def __init__(self, box):
        self._box = box
        self._url = None
        self.booted_here = False  # on this connection a boot was accepted
        self.registration = None  # as long as the central system has not accepted us
        self._speaking = None  # the speaker whose CALL is outstanding
        self._statuses = None  # of this connection
        self._transactions = Transactions(box)
        self._heartbeat = Heartbeat(box)
        self.triggers = []  # (action, connector)
        box.point = self

    def opened(self, url, now_ms):
        """A connection to that central system is up. One that has accepted us since boot need not again (B12), another
        one must (B14). A CALL that had no answer on the last one is said again where that matters.
        """
        journal = self._box.journal
        journal.peer = loader.lend("store.journal_read").peer(url)
        journal.head()  # looks what waits for this one
        if url != self._url:
            self._url = url
            self.triggers.clear()  # nobody else is told
            self.registration = loader.use("ocpp.registration").Registration(self._box, now_ms)
        self._speaking = None
        self._transactions.silences = 0
        self.booted_here = False
        self._box.ocpp.accept(not self.registration)
        self._statuses = Statuses(self._box, now_ms)
        self._heartbeat.put_off()

    def next_call(self, now_ms):
        """(action, payload) to send now, or None; it is outstanding until on_answer(). To be called some times a
        second, so that no change of a status is missed.
        """
        self._statuses.watch(now_ms)
        if self._speaking:
            return None
        for speaker in self._speakers():
            try:
                call = speaker.next_call(now_ms)
            except MemoryError:  # it is said in another turn, when what was lent has made room
                loader.let_go()
                self._box.ocpp.failed("a message to the central system did not fit into memory")
                return None
            if call:
                self._speaking = speaker
                self._heartbeat.put_off()
                return call
        return None

    def _speakers(self):
        if self.triggers:
            yield loader.lend("ocpp.triggered").Triggered(self._box, self.triggers)
        if self.registration:
            yield self.registration
            return
        for outlet in self._box.outlets:
            if outlet.asking:
                yield loader.lend("ocpp.authorization").Authorization(outlet)
        yield self._statuses
        yield self._transactions
        yield self._heartbeat

    def trigger(self, action, connector=None):
        """This is said next: "BootNotification" "Heartbeat" "StatusNotification" "MeterValues"; connector None: of
        each."""
        loader.lend("ocpp.triggered").trigger(self, self._box, action, connector)

    def on_answer(self, payload, why, now_ms):
        """What became of the CALL, in a speaker's words. An answer without what it must have is a refusal (ER18)."""
        speaker, self._speaking = self._speaking, None
        if payload is not None:
            try:
                if speaker.on_answer(payload, None, now_ms):
                    self.registration = None  # accepted: its work is done
                    self.booted_here = True
                    loader.release("ocpp.registration")
                    self._box.ocpp.accept(True)
                return
            except (KeyError, TypeError, ValueError, OverflowError) as e:
                why = "its answer makes no sense (%s)" % e
        if why is not None:
            self._box.ocpp.failed("the central system refused: " + why)
        speaker.on_answer(None, why, now_ms)

    async def on_call(self, message, say, more=None):
        """Answers a CALL of the central system; say(text, more) and more() are the session's. It gets no answer when it
        Rejected us (B07).
        """
        if not (self.registration and self.registration.rejected):
            await loader.lend("ocpp.calls").answer(self._box, self, message, say, more)
