"""The settings: what people and central systems chose, kept over a power cut.

One small file per key that was ever changed (files.py): a change costs one record and can hurt no
other key. A key set back to its default keeps its file: it was chosen, and another default in a
later firmware shall not change it; and nothing is ever removed, so there is nothing between old
and new.

While the contactor is closed the flash rests: a change is in force at once, and its record waits
until flush() finds a minute gone by. Until then a power cut takes the change back.

Here is what is asked all the time; a change is made by changes.py, which comes for it.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_REST_MS = const(60_000)  # between two records while the contactor is closed


class Settings:
    """The values of all rows of kind config, option and console.

    table: function that gives the module api.table. folder: path on littlefs, made when missing. log: Log.
    """

    def __init__(self, table, folder, log):
        self.table = table
        self.folder = folder
        self.log = log
        self.values = {}  # key: value, of those that were ever changed, or asked for by get()
        self.waiting = []  # keys whose record is due, oldest first, each once: a power cut takes the change back
        self.rest_from_ms = None  # last record while closed or failure; flush() ends the rest
        self.failing = False  # the last record could not be written
        self.closed = False  # the contactor, as flush() was told
        self.changes = 0  # how many there were since the start
        self.paths = ()  # the safety paths of safety.py, as Box has them
        self.notices = []  # sentences for the owner, newest last, at most 8

    def load(self):
        """Reads every setting. What cannot be used becomes its default and a notice; no raise."""
        self.values = loader.use("store.saved").settings(self.table(), self.folder, self.notice)

    def get(self, key):
        """The value in force, kept from then on: for who asks again and again. KeyError: no setting."""
        values = self.values
        if key not in values:
            values[key] = self.peek(key)
        return values[key]

    def peek(self, key):
        """The value in force, for who asks once. KeyError: no setting."""
        if key in self.values:
            return self.values[key]
        row = self.table().row(key)
        if not row or row.kind not in ("config", "option", "console"):
            raise KeyError(key)
        return row.default

    def set(self, key, value, who="", console=False):
        """Takes a new value. who: the door it came through, for the log. console: a person sits at
        the serial console.

        Raises ValueError, in go-e's words, when the value is not allowed, OSError naming the key
        when it cannot be saved, KeyError when it is no setting. Then nothing has changed.
        """
        before = self.peek(key)
        late = not self.closed and key in self.waiting  # in force, and to be durable when this returns
        if late or value != before or type(value) is not type(before):
            loader.lend("store.changes").change(self, key, value, who, console)

    @property
    def resting(self):
        """True while a change would wait longer than a second for its record: what has to be
        durable before it is answered is refused then."""
        return self.closed and (self.rest_from_ms is not None or bool(self.waiting))

    def flush(self, now_ms, closed):
        """Writes one waiting record when the flash may be used; never raises.

        Called a few times a second. closed: the contactor is closed, or not known to be open; then
        it waits for the next look at the pilot, 20 ms at the most (moment.py).
        """
        self.closed = closed
        if self.rest_from_ms is not None and ticks.diff(now_ms, self.rest_from_ms) >= _REST_MS:
            self.rest_from_ms = None
        if self.waiting and (self.rest_from_ms is None or not (closed or self.failing)):
            loader.lend("store.changes").write_one(self, now_ms)

    def notice(self, text):
        """Tells the owner something, once, and the log."""
        loader.lend("store.changes").notice(self, text)
