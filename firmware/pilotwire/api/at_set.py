"""Answers /api/set: keys set, by one request at a time. What checks and writes comes for it and is let go again."""

import asyncio

from micropython import const

from pilotwire import loader

_TURN_MS = const(20)
_PIECES = "proto.query", "api.table", "api.rules", "api.values", "api.set"  # who needs others stands behind them


async def answer(box, door, asked):
    """asked: (the query, who asks, for the log) -> (status, content type, body, extra head lines)."""
    while door.setting:  # a Lock would cost 400 bytes of heap for good
        await asyncio.sleep_ms(_TURN_MS)
    door.setting = True
    loader.hold(_PIECES)
    try:
        await loader.bring(_PIECES)
        return await loader.lend("api.set").answer(box, *asked)
    finally:
        door.setting = False
        loader.free(_PIECES)
        loader.release("api.set")
        loader.release("api.values")
