"""Time for the loader, which lets go what nobody asked for in a minute."""

import time

from pilotwire import loader


class Seconds:
    """Ticks for the loader that stand still, and go on when told: `with Seconds() as s: s.wait(59)`."""

    def __enter__(self):
        self._real, self._ms = loader.ticks_ms, time.ticks_ms()
        loader.ticks_ms = lambda: self._ms
        return self

    def __exit__(self, *_):
        loader.ticks_ms = self._real

    def wait(self, seconds):
        for _ in range(seconds):
            self._ms = time.ticks_add(self._ms, 1000)
            loader.sweep()
