"""OCPP-J 1.6 framing: text in, events out. No socket, no clock, no task; message ids are passed in.

One CALL of ours may be in flight (OCPP-J 1.6, 4.1.1); calls of the central system may cross it. The owner of the clock
decides when to give_up().
"""

import json

from micropython import const

from pilotwire import loader

CALL, RESULT, ERROR = const(2), const(3), const(4)
_ID_MOST = const(36)  # OCPP-J 1.6, 4.1.4
_TEXT_MOST = const(255)  # errorDescription, 4.2.3


class CallError(Exception):
    """The peer's mistake: a CALLERROR to send. code in the 1.6 spelling; uid of the CALL, or None while the handler
    does not know it.
    """

    def __init__(self, code, text="", uid=None):
        super().__init__(text)
        self.code, self.text, self.uid = code, text, uid


def result(uid, payload):
    """The text of a CALLRESULT."""
    return _text([RESULT, uid, payload])


def error(uid, code, text):
    """The text of a CALLERROR; its description is cut to 255 characters, its details are {}."""
    return _text([ERROR, uid, code, text[:_TEXT_MOST], {}])


class OcppJ:
    """One connection's framing."""

    def __init__(self):
        self.give_up()

    def give_up(self):
        """Forgets the CALL in flight; an answer to it that comes later is ignored."""
        self._uid = self.action = None

    def call(self, uid, action, payload):
        """The text of a CALL. Raises RuntimeError while one is in flight; .action names that one."""
        if self._uid:
            raise RuntimeError("a CALL is in flight")
        self._uid, self.action = uid, action
        return _text([CALL, uid, action, payload])

    def receive(self, text):
        """-> (kind, uid, action, body), or None for what the standard tells us to ignore.

        CALL: action of the peer, body an object. RESULT: action of ours, body an object. ERROR: action of ours, body
        (code, text). Raises ValueError when it is no OCPP-J message (1.6 has no answer to that), CallError with the
        uid for a CALL that is ill formed.
        """
        if "\\ud" in text or "\\uD" in text:
            text = loader.use("proto.surrogates").joined(text)
            loader.release("proto.surrogates")
        message = json.loads(text)
        if type(message) is not list or len(message) < 3 or type(message[1]) is not str:
            raise ValueError("not an OCPP-J message")
        kind, uid = message[0], message[1]
        if kind == CALL:
            return _call(message, uid)
        if kind not in (RESULT, ERROR) or uid != self._uid:
            return None  # an unknown type, or an answer that comes too late
        action = self.action
        self.give_up()
        if kind == ERROR:
            text = message[3] if len(message) > 3 else ""
            return ERROR, uid, action, (str(message[2]), str(text))
        if type(message[2]) is not dict:  # counts as a failure of the peer to process our CALL
            return ERROR, uid, action, ("FormationViolation", "the answer is no object")
        return RESULT, uid, action, message[2]


def _call(message, uid):
    if not 0 < len(uid) <= _ID_MOST:
        raise CallError("FormationViolation", "message id: want 1..36 characters", uid[:_ID_MOST])
    if len(message) != 4 or type(message[2]) is not str:
        raise CallError("FormationViolation", "want [2, id, action, payload]", uid)
    body = {} if message[3] is None else message[3]  # 4.2.1: null stands for an empty payload
    if type(body) is not dict:
        raise CallError("FormationViolation", "the payload is no object", uid)
    return CALL, uid, message[2], body


def _text(message):
    return json.dumps(message, separators=(",", ":"))
