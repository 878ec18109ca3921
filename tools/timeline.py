"""The printed story: lines of several threads, in the order of simulated time."""

import heapq
import itertools
import threading
import time

from tools.story import Story, message
from tools.wallbox import WallboxError

_SETTLE_S = 0.15  # a line waits so long for one that happened before it


class Timeline:
    """follow(box) makes it tell what the world does, message() what OCPP says; a context."""

    def __init__(self, out=print):
        self.prompt = ""  # shown again after each line
        self._out = out
        self._story = Story()
        self._waiting, self._order = [], itertools.count()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._clock = lambda: 0

    def __enter__(self):
        threading.Thread(target=self._print_ripe, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        self.flush()

    def follow(self, box):
        asking, watching = box.new_control(), box.new_control()
        self._clock = lambda: asking.send(ask="state")["at_ms"]
        threading.Thread(target=self._watch, args=(watching,), daemon=True).start()

    def message(self, record):
        """Called by the central system with each message of the charge point."""
        try:
            self.say(*message(record))
        except WallboxError:
            pass  # the wallbox has just ended

    def say(self, who, what):
        """A line of now."""
        self.add(self._clock(), who, what)

    def add(self, at_ms, who, what):
        with self._lock:
            entry = (at_ms, next(self._order), time.monotonic() + _SETTLE_S, who, what)
            heapq.heappush(self._waiting, entry)

    def flush(self):
        """Print what waits."""
        with self._lock:
            while self._waiting:
                self._print(heapq.heappop(self._waiting))

    def _watch(self, control):
        try:
            for event in control.events():
                line = self._story.event(event)
                if line:
                    self.add(event["at_ms"], *line)
        except OSError:
            pass  # the wallbox has ended

    def _print_ripe(self):
        while not self._ended.wait(0.05):
            with self._lock:
                while self._waiting and self._waiting[0][2] <= time.monotonic():
                    self._print(heapq.heappop(self._waiting))

    def _print(self, entry):
        at_ms, _, _, who, what = entry
        line = f"{at_ms / 1000:8.2f} s  {who:<10} {what}"
        if self.prompt:
            line = "\r\033[K" + line + "\n" + self.prompt
        self._out(line, end="" if self.prompt else "\n", flush=True)
