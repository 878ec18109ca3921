"""The log: leveled, with the time since boot, printed to the console and kept nowhere."""

LEVELS = ("debug", "info", "warn", "error")


class Log:
    """Prints the lines of the level asked for and above.

    clock_ms: function that gives ms since boot. level: the least level that is printed. .errors: since the start.
    """

    errors = 0

    def __init__(self, clock_ms, level="info", out=print):
        self._clock_ms = clock_ms
        self._least = LEVELS.index(level)
        self._out = out

    def debug(self, text):
        self._say(0, text)

    def info(self, text):
        self._say(1, text)

    def warn(self, text):
        self._say(2, text)

    def error(self, text):
        self.errors += 1
        self._say(3, text)

    def _say(self, level, text):
        if level >= self._least:
            ms = self._clock_ms()
            self._out("%d.%03d %s %s" % (ms // 1000, ms % 1000, LEVELS[level], text[:200]))
