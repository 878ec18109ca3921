"""Waits beside an application that has just started, until trial_check.py finds it healthy: then its slot is good. All
that is in memory meanwhile is this task, and nothing afterwards.
"""

import asyncio
import os

from micropython import const

from pilotwire import loader

_FIRST_MS = const(135_000)
_LOOK_MS = const(45_000)  # in which no task crashes: one that always does is started anew each 30 s


async def watch(box):
    """Returns at once where no slot runs: frozen in, or a developer's tree."""
    if os.getcwd()[:5] == "/app_":
        await asyncio.sleep_ms(_FIRST_MS)
        passed = False
        while not passed:
            crashes = box.tasks.crashes
            await asyncio.sleep_ms(_LOOK_MS)
            try:
                passed = await loader.use("trial_check").passed(box, box.tasks.crashes == crashes)
            finally:
                loader.release("trial_check")
    loader.release("trial")
