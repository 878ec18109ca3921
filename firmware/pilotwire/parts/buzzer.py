"""Sounds for who stands before the box: a card is read, accepted or refused, a fault has come. core/buzzer.py, which is
lent, says when; a task plays, and nobody waits for it.
"""

import asyncio

from micropython import const

from pilotwire import loader

_PAUSE_MS = const(200)  # between two tunes


class Sounds:
    """.read_at .asked_ms .seen: as core/buzzer.py remembers them."""

    def __init__(self, box, buzzer):
        self._box = box
        self._buzzer = buzzer
        self._next = None  # the tune to be played next: a newer one takes its place
        self._plays = False
        loader.lend("core.buzzer").begin(self)

    def step(self, now_ms):
        box = self._box
        seen = [_look(outlet) for outlet in box.outlets]
        at_ms = box.cards.last_at_ms if box.cards else None
        if seen == self.seen and at_ms == self.read_at and self.asked_ms is None:
            return
        try:
            core = loader.lend("core.buzzer")
        except MemoryError:
            self.seen, self.read_at, self.asked_ms = seen, at_ms, None  # no sound for this
            return
        tune = core.listen(self, seen, at_ms, now_ms)
        if tune and box.settings.get("snd"):
            self._next = core.TUNES[tune]
            if not self._plays:
                self._plays = True
                box.tasks.start("buzzer", self._play)

    async def _play(self):
        tone = self._buzzer.tone
        try:
            while self._next:
                tune, self._next = self._next, None
                for hertz, ms in tune:
                    tone(hertz)
                    await asyncio.sleep_ms(ms)
                tone(0)
                await asyncio.sleep_ms(_PAUSE_MS)
        finally:
            tone(0)
            self._plays = False


def _look(outlet):
    """(why a card was refused, who has it, why it ends, is there a fault)"""
    return outlet.denied, outlet.transaction or outlet.id_tag or outlet.trx, outlet.ending, outlet.faults.any


def make(outlet, driver, safety):
    return Sounds(outlet.box, driver)
