"""OCPP-J 1.6 framing: text in, events out. No socket, no clock, no task; message ids are passed in.

One CALL of ours may be in flight (OCPP-J 1.6, 4.1.1); calls of the central system may cross it, they are for
ocppj_call.py. The owner of the clock decides when to give_up().
"""

import json

from micropython import const

from pilotwire import loader

CALL = const(2)
RESULT = const(3)
ERROR = const(4)
_WORD_MOST = const(255)  # errorDescription, 4.2.3


class OcppJ:
    """One connection's framing."""

    def __init__(self):
        self._ids = (None,) * 4  # of the last CALLs of the peer
        self.give_up()

    def give_up(self):
        """Forgets the CALL in flight; an answer to it that comes later is ignored."""
        self._uid = self.action = None

    def call(self, uid, action, payload):
        """A CALL, to be sent by pieces(). Raises RuntimeError while one is in flight; .action names that one."""
        if self._uid:
            raise RuntimeError("a CALL is in flight")
        self._uid, self.action = uid, action
        return CALL, uid, action, payload

    def receive(self, text, long=False):
        """-> (kind, uid, action, body), or None for what the standard tells us to ignore.

        CALL: action None, body the whole message, a list, for ocppj_call.check(). RESULT: action of ours, body an
        object. ERROR: action of ours, body its code and text. text: a CALL that ocppj_long.py has begun is a list
        already. long: the text is only the beginning of what was too long. Raises ValueError when it is no OCPP-J
        message (1.6 has no answer to that), MemoryError.
        """
        try:
            message = None if long else text if type(text) is list else parsed(text)
        except MemoryError:
            long = True
        if long:
            message = loader.lend("proto.ocppj_long").message(text)
        if type(message) is not list or len(message) < 3 or type(message[1]) is not str:
            raise ValueError("not an OCPP-J message")
        kind, uid, body = message[:3]
        if kind == CALL:
            if uid in self._ids:
                message[2] = "ProtocolError", "this message id was used before"
            self._ids = self._ids[1:] + (uid,)
            return CALL, uid, None, message
        if kind not in (RESULT, ERROR) or uid != self._uid:
            return None  # an unknown type, or an answer that comes too late
        action = self.action
        self.give_up()
        if kind == RESULT and type(body) is dict:
            return RESULT, uid, action, body
        if kind == RESULT:  # counts as a failure of the peer to process our CALL
            message[2:] = "FormationViolation", "the answer is no object"
        return ERROR, uid, action, " ".join(word[:_WORD_MOST] for word in message[2:4] if type(word) is str).strip()


def parsed(text):
    if "\\ud" in text or "\\uD" in text:
        text = loader.use("proto.surrogates").joined(text)
        loader.release("proto.surrogates")
    return loader.roomy(_loaded, text)


def _loaded(text):
    """json.loads() of some versions closes for itself what was cut off. Then there are less ends than begins; when the
    reason is in a string, something that stands behind tells (but costs a copy).
    """
    count = text.count
    if count("[") + count("{") == count("]") + count("}"):
        return json.loads(text)
    message, _ = json.loads("[" + text + ",0]")
    return message


def text(message):
    """The text of a message."""
    return loader.roomy(_dumped, message)


def _dumped(message):
    return json.dumps(message, separators=(",", ":"))


def pieces(value):
    """Yields the text of a message in small pieces: meter values are 800 characters, and a torn heap has no place for
    them.
    """
    kind = type(value)
    if kind is dict and _deep(value.values()):
        mark = "{"
        for key in value:
            yield '%s"%s":' % (mark, key)
            yield from pieces(value[key])
            mark = ","
        yield "}"
    elif kind in (list, tuple) and _deep(value):
        mark = "["
        for item in value:
            yield mark
            yield from pieces(item)
            mark = ","
        yield "]"
    else:
        yield _dumped(value)


def _deep(values):
    return any(type(value) in (dict, list, tuple) for value in values)
