"""The log: leveled, bounded, printed to the console and kept in a short ring for whoever asks later."""

LEVELS = ("debug", "info", "warn", "error")


class Log:
    """Keeps the newest lines of the level asked for, and counts what it let go.

    clock_ms: function that gives ms since boot. keep: lines kept. level: the least level that is kept and printed.
    """

    def __init__(self, clock_ms, keep=24, level="info", out=print):
        self._clock_ms = clock_ms
        self._keep = keep
        self._out = out
        self._lines = []
        self.dropped = 0
        self.level = level

    def debug(self, text):
        self._add(0, text)

    def info(self, text):
        self._add(1, text)

    def warn(self, text):
        self._add(2, text)

    def error(self, text):
        self._add(3, text)

    def lines(self):
        """The kept lines, oldest first: "12.345 info text"."""
        return tuple(self._lines)

    def _add(self, level, text):
        if level < LEVELS.index(self.level):
            return
        ms = self._clock_ms()
        line = "%d.%03d %s %s" % (ms // 1000, ms % 1000, LEVELS[level], text[:200])
        self._out(line)
        if len(self._lines) >= self._keep:
            self._lines.pop(0)
            self.dropped += 1
        self._lines.append(line)
