"""Supervised tasks: a crash is logged, counted and the task started anew. Nothing fails silently."""

import asyncio
import sys

from micropython import const

_FIRST_PAUSE_MS = const(500)
_LONGEST_PAUSE_MS = const(30_000)


class Supervisor:
    """.crashes: of all tasks since the start."""

    def __init__(self, log):
        self._log = log
        self.crashes = 0

    def start(self, name, make, *args):
        """Runs the coroutine function make(*args) as the task NAME until it returns. -> the task, to be cancelled."""
        return asyncio.create_task(self._keep(name, make, args))

    async def _keep(self, name, make, args):
        pause_ms = _FIRST_PAUSE_MS
        while True:
            try:
                await make(*args)
                return
            except Exception as e:  # CancelledError passes: it is no Exception
                self.crashes += 1
                self._log.error("task %s crashed (%d): %s %s" % (name, self.crashes, type(e).__name__, e))
                sys.print_exception(e)
            await asyncio.sleep_ms(pause_ms)
            pause_ms = min(2 * pause_ms, _LONGEST_PAUSE_MS)
