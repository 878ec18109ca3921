"""CALLs of the central system: which file knows what they mean. Loaded when one comes; all stays for a minute, because
they come in bursts.
"""

from pilotwire import loader
from pilotwire.proto.ocppj_call import CallError, check, error, result

_ACTIONS = {
    "GetConfiguration": "ocpp.configuration",
    "ChangeConfiguration": "ocpp.configuration",
}


def answer(box, message):
    """The text to answer a CALL with."""
    uid = message[1]
    try:
        action, payload = check(message)
        return result(uid, _act(box, action, payload))
    except CallError as e:
        return error(e.uid or uid, e.code, e.text)


def _act(box, action, payload):
    """The payload of the answer. Raises CallError."""
    name = _ACTIONS.get(action)
    if not name:
        raise CallError("NotImplemented", "this charge point does not know " + action[:50])
    try:
        return loader.lend(name).HANDLERS[action](box, payload)
    except CallError:
        raise
    except Exception as e:  # our own mistake: the station goes on (ER10)
        box.ocpp.failed("%s failed: %s %s" % (action, type(e).__name__, e))
        raise CallError("InternalError", type(e).__name__)
