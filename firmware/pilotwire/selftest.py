"""What is tested at each start, while no car is plugged in: the pilot's source (core/pilot_source.py).

A car that is there charges; the test waits until it has gone. Nothing of it is in memory when every outlet has passed.
"""

import asyncio

from micropython import const

from pilotwire import loader

_LOOK_MS = const(200)
_AGAIN_MS = const(60_000)


def start(box):
    """A task for each outlet, that ends when its source has passed."""
    for n, outlet in enumerate(box.outlets):
        box.tasks.start("pilot source", _prove, outlet, box.paths[n])


async def _prove(outlet, path):
    passed = None
    while not passed:
        while not _free(outlet):
            await asyncio.sleep_ms(_LOOK_MS)
        passed = await _test(outlet, path)
        if passed is False:
            outlet.faults.set("pilot_source")
            outlet.box.log.error("outlet %d: the pilot's source has failed its test" % outlet.number)
            await asyncio.sleep_ms(_AGAIN_MS)
    outlet.faults.clear("pilot_source")
    loader.release("selftest")


def _free(outlet):
    """Is the line believed, by levels that may be, and is there no car?"""
    connector = outlet.connector
    return connector.seen_b and not connector.plugged and "uncalibrated" not in outlet.holds


async def _test(outlet, path):
    """-> whether it has passed; None: a car came."""
    wire = outlet.parts.get("disconnect") or outlet.parts.get("phases")
    test = loader.use("core.pilot_source").Test(path.connector, wire)

    def look():
        test.look(path.last_ms, path.pilot.high_mv)

    path.polls += (look,)
    while not test.over:
        await asyncio.sleep_ms(_LOOK_MS)
    path.polls = tuple([poll for poll in path.polls if poll is not look])
    loader.release("core.pilot_source")
    return test.passed
