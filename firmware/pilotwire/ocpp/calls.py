"""CALLs of the central system: each is checked, answered, and only then done. Which file knows an action stands here;
it is brought when the action comes, and all stays for a minute, because they come in bursts.
"""

from pilotwire import loader
from pilotwire.proto.ocppj_call import CallError, check, error, result

_ACTIONS = {
    "ChangeAvailability": "availability",
    "ClearCache": "cache",
    "DataTransfer": "data_transfer",
    "GetConfiguration": "configuration",
    "ChangeConfiguration": "configuration",
    "GetLocalListVersion": "local_list",
    "RemoteStartTransaction": "remote",
    "RemoteStopTransaction": "remote",
    "Reset": "reset",
    "SendLocalList": "local_list",
    "TriggerMessage": "trigger",
    "UnlockConnector": "unlock",
}


class Call:
    """A CALL while it is worked on. A handler takes it and the payload, says one answer, then does what it promised.

    .say(text, more=False) sends a piece of an answer that is made in pieces; more: it is not the last. .wait() waits
    for more of a CALL that comes in pieces.
    """

    def __init__(self, box, point, uid, say, more):
        self.box, self.point, self.uid, self.wait = box, point, uid, more
        self._say = say
        self.said = False

    async def say(self, text, more=False):
        self.said = True
        await self._say(text, more)

    async def status(self, word):
        """Answers {"status": word}."""
        await self.say(result(self.uid, {"status": word}))


async def answer(box, point, message, say, more=None):
    """Answers the CALL and does what it asks for. say, more: the session's. What ends the connection passes through."""
    call = Call(box, point, message[1], say, more)
    try:
        try:
            await _act(call, message)
        except MemoryError:
            if call.said:
                raise
            loader.let_go()  # and once more, with more room
            await _act(call, message)
    except CallError as e:
        await call.say(error(e.uid or call.uid, e.code, e.text))
    except Exception as e:  # our own mistake: the station goes on (ER10)
        if call.said:
            raise
        box.ocpp.failed("%s failed: %s %s" % (str(message[2])[:50], type(e).__name__, e))
        await call.say(error(call.uid, "InternalError", type(e).__name__))


async def _act(call, message):
    action, payload = check(message)
    name = _ACTIONS.get(action)
    if not name:
        raise CallError(*loader.lend("ocpp.others").refusal(action))
    await loader.bring(("ocpp.fields", "ocpp." + name))
    await loader.lend("ocpp." + name).HANDLERS[action](call, payload)
