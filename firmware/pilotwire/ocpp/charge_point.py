"""The charge point: what is said to the central system and when, what its CALLs mean. Knows no socket; the link asks
it what to say next.

Four speakers share the line, in this order: registration (alone until the central system has accepted us, OCPP 1.6,
4.2), statuses, transactions, heartbeat. Each has next_call(now_ms) -> (action, payload) or None, on_result(payload,
now_ms), on_error(text, now_ms). One CALL is outstanding at a time (OCPP-J 1.6, 4.1.1).

This is the online thread: a transaction lives in RAM until its stop is answered; the journal is the next issue's.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks
from pilotwire.ocpp.heartbeat import Heartbeat
from pilotwire.ocpp.statuses import Statuses
from pilotwire.ocpp.transactions import Transactions
from pilotwire.proto.ocppj import CallError

_ACTIONS = {  # action of the central system: the file that knows what it means, loaded when it arrives
    "GetConfiguration": "ocpp.configuration",
    "ChangeConfiguration": "ocpp.configuration",
}
_KEEP_MS = const(10_000)  # a loaded file stays that long: actions come in bursts

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
        self._heartbeat = Heartbeat(box)
        self._statuses = Statuses(box)
        self._transactions = Transactions(box)
        self._loaded = {}  # file: ticks of its last use

    def opened(self, url, now_ms):
        """A connection to that central system is up. One that has accepted us since boot need not again (B12), another
        one must (B14).
        """
        if url != self._url:
            self._url = url
            self._registration = loader.use("ocpp.registration").Registration(self._box, self._heartbeat, now_ms)
        self._speaking = None
        self._box.ocpp.accept(not self._registration)
        self._statuses.forget()
        self._heartbeat.said(now_ms)

    def closed(self):
        """The connection is gone; a CALL that had no answer is said again on the next one where that matters."""
        self._speaking = None
        for name in tuple(self._loaded):
            self._release(name)

    def watch(self, now_ms):
        """Notices what changed; to be called some times a second, also while a CALL is outstanding."""
        self._statuses.watch(now_ms)
        for name in tuple(self._loaded):
            if ticks.diff(now_ms, self._loaded[name]) > _KEEP_MS:
                self._release(name)

    def next_call(self, now_ms):
        """(action, payload) to send now, or None. It is outstanding until on_result(), on_error() or on_timeout()."""
        if self._speaking:
            return None
        self.watch(now_ms)
        speakers = self._statuses, self._transactions, self._heartbeat
        for speaker in (self._registration,) if self._registration else speakers:
            call = speaker.next_call(now_ms)
            if call:
                self._speaking = speaker
                self._heartbeat.said(now_ms)
                return call
        return None

    def on_result(self, payload, now_ms):
        """The CALL was answered. An answer without what it must have counts as a refusal (ER18)."""
        speaker, self._speaking = self._speaking, None
        try:
            if speaker.on_result(payload, now_ms):
                self._registration = None  # accepted: its work is done
                loader.release("ocpp.registration")
                self._box.ocpp.accept(True)
        except (KeyError, TypeError, ValueError) as e:
            self._refused(speaker, "its answer makes no sense (%s)" % e, now_ms)

    def on_error(self, code, text, now_ms):
        """The CALL was answered by a CALLERROR."""
        speaker, self._speaking = self._speaking, None
        self._refused(speaker, ("%s %s" % (code, text)).strip(), now_ms)

    def on_timeout(self, now_ms):
        """No answer came in time. That is nobody's decision: the speaker says it again where it matters (X29)."""
        speaker, self._speaking = self._speaking, None
        speaker.on_error(None, now_ms)

    def on_call(self, action, payload, now_ms):
        """The answer to a CALL of the central system; None: it gets none, because it Rejected us (B07). Raises
        CallError.
        """
        if self._registration and self._registration.rejected:
            return None
        name = _ACTIONS.get(action)
        if not name:
            raise CallError("NotImplemented", "this charge point does not know " + action[:50])
        self._loaded[name] = now_ms
        try:
            return loader.use(name).HANDLERS[action](self._box, payload)
        except CallError:
            raise
        except Exception as e:  # our own mistake: the station goes on (ER10)
            self._box.ocpp.failed("%s failed: %s %s" % (action, type(e).__name__, e))
            raise CallError("InternalError", type(e).__name__)

    def _refused(self, speaker, why, now_ms):
        self._box.ocpp.failed("the central system refused: " + why)
        speaker.on_error(why, now_ms)

    def _release(self, name):
        del self._loaded[name]
        loader.release(name)
