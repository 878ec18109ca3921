"""A crash is logged, counted and the task starts anew; other tasks never notice."""

import asyncio

from check import eq

from pilotwire.log import Log
from pilotwire.tasks import Supervisor


class Crashing:
    def __init__(self, times):
        self.times = times
        self.runs = 0

    async def run(self):
        self.runs += 1
        if self.runs <= self.times:
            raise ValueError("broken")
        await asyncio.sleep_ms(10_000)


def _watch(crashing, ms):
    lines = []
    supervisor = Supervisor(Log(lambda: 0, out=lines.append))

    async def main():
        task = supervisor.start("door", crashing.run)
        await asyncio.sleep_ms(ms)
        task.cancel()
        await asyncio.sleep_ms(10)

    asyncio.new_event_loop()
    asyncio.run(main())
    return supervisor, lines


def test_a_crashed_task_is_counted_and_started_again():
    crashing = Crashing(1)
    supervisor, lines = _watch(crashing, 700)
    eq(crashing.runs, 2)
    eq(supervisor.crashes, 1)
    eq(lines, ["0.000 error task door crashed (1): ValueError broken"])


def test_a_task_that_crashes_at_once_does_not_spin():
    crashing = Crashing(1000)
    _watch(crashing, 1300)
    eq(crashing.runs, 2)


def test_a_stopped_task_stays_stopped():
    crashing = Crashing(0)
    supervisor, lines = _watch(crashing, 50)
    eq(crashing.runs, 1)
    eq((supervisor.crashes, lines), (0, []))
