"""The values of the keys as JSON text, made piece by piece: the whole answer is never in memory."""

import io
import json
from time import ticks_diff, ticks_ms

from micropython import const

from pilotwire import loader
from pilotwire.api import table

_PIECE = const(96)  # bytes after which a piece goes out
_TURN_MS = const(6)  # ... or the time, because the loop wants its turn
_MINE = "api.table", "api.status"  # stay until the last piece is told
_SHORT = const(40)  # pauses for want of memory until the answer is given up


def value(box, key, kind, default):
    """The key's value: what json.dumps takes, or bytes that are JSON text already (numbers with decimals). None where
    unknown. kind, default: the key's, as table.readable() tells them."""
    try:
        if kind == "config" or kind == "option":
            getter = getattr(loader.lend("api.get_settings"), key, None)
            return getter(box) if getter else _setting(box.settings.values, key, default)
        if kind == "const":
            return default or None
        if not default:
            return loader.lend("cards_slots").read(box, key)
        where = json.loads(default)
        return getattr(loader.lend(where[1:]), key)(box) if where[0] == "@" else _at(box, where)
    except MemoryError:
        raise
    except Exception as e:  # one value that fails does not take the others along
        box.log.error("key %s: %s %s" % (key, type(e).__name__, e))
        return None


def _setting(values, key, default):
    """settings.peek(), as the default is here already."""
    return values[key] if key in values else json.loads(default) if default else None


def stream(box, keys=None):
    """Yields one JSON object of all keys that can be read except details, or of those in the list `keys`, in pieces
    of up to about 200 bytes. Keys that the box does not have are left out (facts goe-api 1.4).
    """
    return _pieces(_Text(box, keys))  # its memory is had before the answer begins


def _pieces(text):
    """b"" where there is nothing to say yet and the turn is over; short of memory it asks for a pause by None, and says
    the key again.
    """
    began_ms, shorts = ticks_ms(), 0
    more = True
    loader.hold(_MINE)
    try:
        while more:
            try:
                more = text.add()
            except MemoryError:
                shorts += 1
                if shorts > _SHORT:
                    raise
                loader.let_go()
                yield None
                continue
            if not more or text.is_long() or ticks_diff(ticks_ms(), began_ms) >= _TURN_MS:
                yield text.take()
                began_ms = ticks_ms()
    finally:
        loader.free(_MINE)


class _Text:
    """What is to be sent next."""

    def __init__(self, box, keys):
        self._box = box
        self._keys = keys
        self._out = io.BytesIO(2 * _PIECE)
        self._mark = "{"
        self._at = 0  # place in the key table
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
        found = table.readable(self._at)
        if not found:
            self._out.write("}" if self._mark == "," else "{}")
            return False
        if _wanted(found, self._keys):
            self._out.write(self._mark)
            self._rest = _write(self._out, found[1], value(self._box, *found[1:]))
            self._mark = ","
        self._at = found[0]
        return True

    def is_long(self):
        return self._out.tell() >= _PIECE

    def take(self):
        size = self._out.tell()
        self._out.seek(0)
        piece = self._out.read(size)
        self._out.seek(0)
        return piece


def _wanted(found, keys):
    _, key, kind, _ = found
    return key in keys if keys is not None else kind != "detail" and kind != "option"


def _at(found, path):
    """What stands there: "outlet.meter.energy_wh", or what that function says; None as soon as something on the way is
    None.
    """
    for name in path.split("."):
        if found is not None:
            found = getattr(found, name)
    return found() if callable(found) else found


def _write(out, key, found):
    """-> the objects of a list of such, which are left to write, and the end of the list."""
    out.write('"')
    out.write(key)
    out.write('":')
    if isinstance(found, bytes):
        out.write(found)
    elif isinstance(found, list) and found and isinstance(found[0], dict):
        out.write("[")
        return found
    else:
        json.dump(found, out)
    return None
