"""Supervised tasks: a crash is logged, counted and the task is started anew. Nothing fails silently."""

import asyncio

_FIRST_PAUSE_MS = 500
_LONGEST_PAUSE_MS = 30_000


class Supervisor:
    """Starts tasks and keeps them running. .crashes counts per name."""

    def __init__(self, log):
        self._log = log
        self._tasks = {}
        self.crashes = {}

    def start(self, name, make, *args):
        """Runs the coroutine function make(*args) as the task NAME until stop(NAME); a task that returns is done."""
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._keep(name, make, args))

    def stop(self, name):
        """Cancels the task NAME; an unknown name is no error."""
        task = self._tasks.pop(name, None)
        if task:
            task.cancel()

    async def _keep(self, name, make, args):
        pause_ms = _FIRST_PAUSE_MS
        while True:
            try:
                await make(*args)
                self._tasks.pop(name, None)
                return
            except Exception as e:  # CancelledError passes: it is no Exception
                self.crashes[name] = self.crashes.get(name, 0) + 1
                self._log.error("task %s crashed and starts again: %s %s" % (name, type(e).__name__, e))
                _trace(e)
            await asyncio.sleep_ms(pause_ms)
            pause_ms = min(2 * pause_ms, _LONGEST_PAUSE_MS)


def _trace(e):
    import sys

    sys.print_exception(e)
