"""The values of the keys as JSON text, made piece by piece: the whole answer is never in memory."""

import io
import json
from time import ticks_diff, ticks_ms

from micropython import const

from pilotwire import loader
from pilotwire.api import shown

_PIECE = const(320)  # bytes after which a piece goes out
_TURN_MS = const(8)  # ... or the time, because the loop wants its turn
_MINE = "api.shown", "api.status"  # stay until the last piece is told
_BY_NAME = const(45)  # "-"
_SHORT = const(40)  # pauses for want of memory until the answer is given up


def value(box, mark, key, text):
    """The key's value: what json.dumps takes, or bytes that are JSON text already. None where unknown. mark, text: of
    its line (shown.py)."""
    try:
        if mark == b"@":
            return getattr(loader.lend(str(text, "utf-8")), key)(box)
        if mark == b".":
            return _at(box, str(text, "utf-8"))
        if mark == b"v":
            return box.settings.values.get(key, text)
        return loader.lend("cards_slots").read(box, key) if mark == b"*" else text
    except MemoryError:
        raise
    except Exception as e:  # one value that fails does not take the others along
        box.log.error("key %s: %s %s" % (key, type(e).__name__, e))
        return None


def stream(box, keys=None):
    """Yields one JSON object of all keys that can be read except details, or of those in the list `keys`, in pieces
    of up to about 200 bytes. Keys that the box does not have are left out (facts goe-api 1.4).
    """
    return _pieces(_Text(box, keys))  # its memory is had before the answer begins


def _pieces(text):
    """b"" where there is nothing to say yet and the turn is over; short of memory it asks for a pause by None, and goes
    on where it was.
    """
    began_ms, shorts = ticks_ms(), 0
    more, due = True, False
    loader.hold(_MINE)
    try:
        while more or due:
            try:
                if not due:
                    more = text.add()
                    due = not more or text.is_long() or ticks_diff(ticks_ms(), began_ms) >= _TURN_MS
                piece = text.take() if due else None
            except MemoryError:
                shorts += 1
                if shorts > _SHORT:
                    raise
                loader.let_go()
                yield None
                continue
            if due:
                yield piece
                began_ms, due = ticks_ms(), False
    finally:
        loader.free(_MINE)


class _Text:
    """What is to be sent next."""

    def __init__(self, box, keys):
        self._box = box
        self._keys = keys
        self._left = len(set(keys or ()))  # keys that were asked for by name and not told yet
        self._out = io.BytesIO(_PIECE)
        self._mark = "{"
        self._block = 0
        self._lines = []  # of that block, the next one last
        self._rest = None  # of a list of objects, which may be long: they come one by one, too

    def add(self):
        """Adds the next key. -> False when that was all. MemoryError: nothing has changed."""
        size = self._out.tell()
        try:
            return self._add_object() if self._rest else self._add_key()
        except MemoryError:
            self._out.seek(size)
            raise

    def _add_object(self):
        json.dump(self._rest[0], self._out)
        self._out.write("," if len(self._rest) > 1 else "]")
        self._rest.pop(0)
        return True

    def _add_key(self):
        if not self._lines:
            self._lines = shown.lines(self._block)
            self._lines.reverse()
            self._block += 1
        line = self._lines[-1] if self._lines else b""
        keys = self._keys
        if not line or (line[0] == _BY_NAME if keys is None else not self._left):
            self._out.write("}" if self._mark == "," else "{}")
            return False
        tab = line.find(b"\t")
        key = str(line[1:tab], "utf-8")
        if keys is None or key in keys:
            self._write(key, value(self._box, line[:1], key, line[tab + 1 :]))
            self._left -= 1
        self._lines.pop()
        return True

    def _write(self, key, found):
        out = self._out
        out.write('%s"%s":' % (self._mark, key))
        if isinstance(found, bytes):
            out.write(found)
        elif isinstance(found, list) and found and isinstance(found[0], dict):
            out.write("[")
            self._rest = found
        else:
            json.dump(found, out)
        self._mark = ","

    def is_long(self):
        return self._out.tell() >= _PIECE

    def take(self):
        """-> what there is to send. MemoryError: it is still there."""
        size = self._out.tell()
        self._out.seek(0)
        try:
            piece = self._out.read(size)
        except MemoryError:
            self._out.seek(size)
            raise
        self._out.seek(0)
        return piece


def _at(found, path):
    """What stands there: "outlet.meter.energy_wh", or what that function says; None as soon as something on the way is
    None.
    """
    for name in path.split("."):
        if found is not None:
            found = getattr(found, name)
    return found() if callable(found) else found
