"""OCPP-J 1.6 framing: text in, events out. No socket, no clock, no task; message ids are passed in.

One CALL of ours may be in flight (OCPP-J 1.6, 4.1.1); calls of the central system may cross it, they are for
ocppj_call.py. The owner of the clock decides when to give_up().
"""

import json

from micropython import const

from pilotwire import loader

CALL, RESULT, ERROR = const(2), const(3), const(4)


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
        return text((CALL, uid, action, payload))

    def receive(self, text):
        """-> (kind, uid, action, body), or None for what the standard tells us to ignore.

        CALL: action None, body the whole message, a list, for ocppj_call.check(). RESULT: action of ours, body an
        object. ERROR: action of ours, body (code, text). Raises ValueError when it is no OCPP-J message (1.6 has no
        answer to that).
        """
        if "\\ud" in text or "\\uD" in text:
            text = loader.use("proto.surrogates").joined(text)
            loader.release("proto.surrogates")
        message = json.loads(text)
        if type(message) is not list or len(message) < 3 or type(message[1]) is not str:
            raise ValueError("not an OCPP-J message")
        kind, uid, body = message[:3]
        if kind == CALL:
            return CALL, uid, None, message
        if kind not in (RESULT, ERROR) or uid != self._uid:
            return None  # an unknown type, or an answer that comes too late
        action = self.action
        self.give_up()
        if kind == RESULT and type(body) is dict:
            return RESULT, uid, action, body
        if kind == RESULT:  # counts as a failure of the peer to process our CALL
            message = "", "", "FormationViolation", "the answer is no object"
        return ERROR, uid, action, (str(message[2]), str(message[3]) if len(message) > 3 else "")


def text(message):
    """The text of a message."""
    return json.dumps(message, separators=(",", ":"))
