"""Supervised tasks: a crash is logged and the task is started anew. Nothing fails silently."""

import asyncio
import sys

from micropython import const

_FIRST_PAUSE_MS = const(500)
_LONGEST_PAUSE_MS = const(30_000)


class Supervisor:
    def __init__(self, log):
        self._log = log

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
                self._log.error("task %s crashed and starts again: %s %s" % (name, type(e).__name__, e))
                sys.print_exception(e)
            await asyncio.sleep_ms(pause_ms)
            pause_ms = min(2 * pause_ms, _LONGEST_PAUSE_MS)
