"""From a request to its answer: brings in the code that answers, piece by piece, and lets it go when no one asks any
more. Each piece is small enough that the chip is never busy with it for longer than 20 ms.
"""

import asyncio

from micropython import const

from pilotwire import loader

_TRIES = const(8)
_PAUSE_MS = const(300)
_ROUTES = "api.gate", "api.routes"


class Door:
    """What the HTTP server asks. One /api/set at a time, whatever was released in between."""

    def __init__(self, box):
        self._box = box
        self._names = ("pilotwire", box.hostname)
        self.setting = False  # keys are being set: one request at a time
        self.waiting = ()  # addresses of who waits for a password to be looked at (login.py)
        self.wrong = self.wrong_ms = 0  # passwords, and ticks of the last one
        self.guessers = ()  # addresses that they came from

    async def answer(self, request):
        """An http.Request -> (status, content type, body, extra head lines). Short of memory it lets go what was lent
        and tries again: a key set twice is the same as set once. Raises MemoryError.
        """
        tries = _TRIES
        while True:
            try:
                await loader.bring(_ROUTES)
                piece, found, query = loader.lend("api.routes").find(self._box, self._names, request)
                if not piece:
                    return found
                await asyncio.sleep_ms(0)
                return await loader.lend(piece).answer(found, self, query)
            except MemoryError:
                tries -= 1
                if not tries:
                    raise
            loader.let_go()
            await asyncio.sleep_ms(_PAUSE_MS)
