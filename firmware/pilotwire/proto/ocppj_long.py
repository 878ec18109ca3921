"""A message that is too long to be taken: its beginning still says whom to tell. Loaded when one comes."""

from micropython import const

from pilotwire.proto.ocppj import CALL, ERROR

_HEAD = const(64)  # characters that are enough
_WHY = "InternalError", "the message is too long for this charge point"


def message(text):
    """The message that stands in for the one that begins with the text: a CALL with the error to answer it with (see
    ocppj_call.check), or a CALLERROR in place of an answer to us. Raises ValueError when the text does not tell.
    """
    kind, _, rest = text[:_HEAD].partition('"')
    uid, mark, _ = rest.partition('"')
    kind = "".join(kind.split())
    if not mark or "\\" in uid or kind not in ("[2,", "[3,", "[4,"):
        raise ValueError("no OCPP-J message")
    return [CALL, uid, _WHY, None] if kind == "[2," else [ERROR, uid, _WHY[0], _WHY[1]]
