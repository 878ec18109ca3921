"""A message that is long. Of one that is too long the beginning still says whom to tell. Of a CALL that brings a long
list the elements are given one by one as they come, so that neither the text nor all of them are in memory at once.
Loaded when one comes.
"""

from micropython import const

from pilotwire.proto.ocppj import CALL, ERROR, parsed
from pilotwire.proto.ocppj_call import CallError

_HEAD = const(64)  # characters that are enough
_WHY = "InternalError", "the message is too long for this charge point"
_LISTS = {b"SendLocalList": "localAuthorizationList"}  # action: the list in its payload
_AHEAD = const(2048)  # bytes that wait for who works with them, one element among them
_QUOTE, _BACKSLASH = const(34), const(92)
_BEGINS, _ENDS = b"[{", b"]}"


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


def begin(head):
    """The CALL that begins with these bytes, a Long in place of its payload; None: another message."""
    words = bytes(head).split(b'"', 4)
    if len(words) < 5 or words[3] not in _LISTS or b"\\" in words[1]:
        return None
    if b"".join(words[0].split()) != b"[2," or words[2].strip() != b",":
        return None
    long = Long(_LISTS[words[3]])
    long.feed(head)
    return [CALL, str(words[1], "utf-8"), str(words[3], "utf-8"), long]


class Long:
    """A CALL while it comes. Who feeds it sets .ended; who takes elements from it keeps in .taken how far it is.

    What nobody takes, and what is too long, is let pass: then it ends with a CallError.
    """

    ended = False

    def __init__(self, name):
        self.taken = []
        self._name = name.encode() + b'"'
        self._data = bytearray()  # the CALL, with a 0 in place of each element that was given
        self._at = self._depth = self._key = self._element = 0
        self._quoted = self._listed = False

    def __len__(self):
        return 1 << 20  # it is never put together (ws.py)

    def feed(self, piece):
        if self._data is not None:
            try:
                self._data += piece
            except MemoryError:
                self._data = None
            if len(self._data or b"") > _AHEAD:
                self._data = None

    def next(self):
        """The next element, an object, as bytes; None: it is not whole yet. Raises CallError."""
        self._is_there()
        while self._at < len(self._data):
            if self._quoted:
                self._string()
            else:
                self._at += 1
                if self._step(self._data[self._at - 1]):
                    return self._cut()
        return None

    def load(self):
        """What is around the elements, once it has ended: the list is a list of as many zeros. Raises CallError."""
        self._is_there()
        try:
            payload = parsed(str(self._data, "utf-8"))[3]
        except (ValueError, IndexError):
            raise CallError("FormationViolation", "the message is no JSON")
        if type(payload) is not dict:
            raise CallError("FormationViolation", "the payload is no object")
        return payload

    def _is_there(self):
        if self._data is None:
            raise CallError(*_WHY)

    def _string(self):
        """Goes to the end of a string, or of what is there of it."""
        end = self._data.find(b'"', self._at)
        self._at = end + 1 or len(self._data)
        while end > 0 and self._data[end - 1] == _BACKSLASH:
            end -= 1
        # an even number of backslashes before it: it is an end
        self._quoted = end < 0 or (self._at - 1 - end) & 1 == 1

    def _step(self, c):
        """One character outside of strings. -> whether an element ends with it."""
        if c == _QUOTE:
            self._quoted = True
            if self._depth == 2:
                self._key = self._at
        elif c in _BEGINS:
            self._depth += 1
            if self._depth == 3:
                self._listed = self._data[self._key : self._key + len(self._name)] == self._name
            elif self._depth == 4:
                self._element = self._at - 1
        elif c in _ENDS:
            self._depth -= 1
            return self._depth == 3 and self._listed
        return False

    def _cut(self):
        """Takes the element that ends here out of what is there."""
        data, begin, end = self._data, self._element, self._at
        element = data[begin:end]
        data[begin:end] = b"0"
        self._at = begin + 1
        return element
