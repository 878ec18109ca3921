"""CALLs of the central system in OCPP-J 1.6: are they well formed, and what their answers look like. Loaded when one
comes.
"""

from micropython import const

from pilotwire.proto.ocppj import ERROR, RESULT, text

_ID_MOST = const(36)  # OCPP-J 1.6, 4.1.4
_TEXT_MOST = const(255)  # errorDescription, 4.2.3


class CallError(Exception):
    """The peer's mistake: a CALLERROR to send. code in the 1.6 spelling; uid of the CALL, or None while the handler
    does not know it.
    """

    def __init__(self, code, text="", uid=None):
        super().__init__(text)
        self.code, self.text, self.uid = code, text, uid


def check(message):
    """-> (action, payload) of a CALL; the payload may be a Long (ocppj_long.py). Raises CallError with the uid for one
    that is ill formed.
    """
    uid = message[1]
    if type(message[2]) is tuple:  # our own framing has found (code, text)
        raise CallError(*message[2], uid)
    if not 0 < len(uid) <= _ID_MOST:
        raise CallError("FormationViolation", "message id: want 1..36 characters", uid[:_ID_MOST])
    if len(message) != 4 or type(message[2]) is not str:
        raise CallError("FormationViolation", "want [2, id, action, payload]", uid)
    payload = {} if message[3] is None else message[3]  # 4.2.1: null stands for an empty payload
    if type(payload) in (str, int, float, bool, list):
        raise CallError("FormationViolation", "the payload is no object", uid)
    return message[2], payload


def result(uid, payload):
    """The text of a CALLRESULT."""
    return text([RESULT, uid, payload])


def error(uid, code, why):
    """The text of a CALLERROR; its description is cut to 255 characters, its details are {}."""
    return text([ERROR, uid, code, why[:_TEXT_MOST], {}])
