"""The settings: what people and central systems chose, kept over a power cut.

One small file per key that was ever changed (files.py): a change costs one record and can hurt no
other key. A key set back to its default keeps its file: it was chosen, and another default in a
later firmware shall not change it; and nothing is ever removed, so there is nothing between old
and new.

While the contactor is closed the flash rests: a change is in force at once, and its record waits
until flush() finds a minute gone by. Until then a power cut takes the change back.
"""

import json

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks
from pilotwire.store import files

_FORMAT = const(1)
_REST_MS = const(60_000)  # between two records while the contactor is closed
_SMALL = const(128)  # bytes; only such records are written while it is closed
_NOTICES = const(8)


class Settings:
    """The values of all rows of kind config and console.

    table: function that gives the module api.table. folder: path on littlefs, made when missing. log: Log.
    """

    def __init__(self, table, folder, log):
        self._table = table
        self._folder = folder
        self._log = log
        self._values = {}
        self.waiting = []  # keys whose record is due, oldest first, each once: a power cut takes the change back
        self._rest_from_ms = None  # last record while closed or failure; flush() ends the rest
        self._failing = False  # the last record could not be written
        self._closed = False  # the contactor, as flush() was told
        self.notices = []  # sentences for the owner, newest last, at most 8

    def load(self):
        """Reads every setting. What cannot be used becomes its default and a notice; no raise."""
        self._values = loader.use("store.saved").settings(self._table(), self._folder, self.notice)

    def get(self, key):
        """The value in force. KeyError: no setting."""
        return self._values[key]

    def set(self, key, value, who="", console=False):
        """Takes a new value. who: the door it came through, for the log. console: a person sits at
        the serial console.

        Raises ValueError, in go-e's words, when the value is not allowed, OSError naming the key
        when it cannot be saved, KeyError when it is no setting. Then nothing has changed.
        """
        if value == self._values[key] and type(value) is type(self._values[key]):
            return
        reason = self._refusal(key, value, console)
        if reason:
            raise ValueError("%s: failed: %s (%s)" % (key, reason, json.dumps(value)))
        if not self._closed:
            self._save(key, value)
            if key in self.waiting:
                self.waiting.remove(key)
        elif key not in self.waiting:
            self.waiting.append(key)
        self._values[key] = value
        self._log.info("%s set by %s" % (key, who or "the firmware"))

    @property
    def resting(self):
        """True while a change would wait longer than a second for its record: what has to be
        durable before it is answered is refused then."""
        return self._closed and (self._rest_from_ms is not None or bool(self.waiting))

    def flush(self, now_ms, closed):
        """Writes one waiting record when the flash may be used; never raises.

        Called a few times a second, right after a good sample of the pilot. closed: the contactor
        is closed, or not known to be open.
        """
        self._closed = closed
        rest_from_ms = self._rest_from_ms
        if rest_from_ms is not None and ticks.diff(now_ms, rest_from_ms) >= _REST_MS:
            self._rest_from_ms = rest_from_ms = None
        resting = rest_from_ms is not None and (closed or self._failing)
        key = None if resting else self._due(closed)
        if key:
            self._rest_from_ms = now_ms
            self._write(key)

    def notice(self, text):
        """Tells the owner something, once, and the log."""
        if text not in self.notices:
            self._log.warn(text)
            self.notices.append(text)
            del self.notices[:-_NOTICES]

    def _write(self, key):
        self.waiting.remove(key)
        try:
            self._save(key, self._values[key])
            self._failing = False
        except OSError as e:
            self.waiting.append(key)  # behind the others: they may fit where this one does not
            self._failing = True
            self.notice(str(e))

    def _refusal(self, key, value, console):
        row = self._table().row(key)
        if row.kind == "console" and not console:
            return "only the console may set this"
        most_ma = self._values["installer_max_ma"]
        if key == "ama" and type(value) is int and value * 1000 > most_ma:
            return "Value %d exceeds the installer's limit of %d mA" % (value, most_ma)
        return self._table().wrong(row, value)

    def _due(self, closed):
        """The oldest waiting key whose record may be written now, else None."""
        for key in self.waiting:
            if not closed or len(files.record(_FORMAT, _payload(self._values[key]))) <= _SMALL:
                return key
        return None

    def _save(self, key, value):
        try:
            files.write(self._folder + "/" + key, _FORMAT, _payload(value))
        except OSError as e:
            raise OSError("%s: could not be saved, flash full or failing (%s)" % (key, e))


def _payload(value):
    return json.dumps(value).encode()
