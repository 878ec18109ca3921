"""Sounds for who stands before the box: a card is read, accepted or refused, a fault has come. core/buzzer.py says
when; a task plays, and nobody waits for it.
"""

import asyncio

from micropython import const

from pilotwire.core.buzzer import TUNES, Ear

_PAUSE_MS = const(200)  # between two tunes


class Sounds:
    def __init__(self, box, buzzer):
        self._box = box
        self._buzzer = buzzer
        self._ear = Ear()
        self._next = None  # name of the tune to be played next: a newer one takes its place
        self._plays = False

    def step(self, now_ms):
        box = self._box
        tune = self._ear.listen(box.outlets, box.cards, now_ms)
        if tune and box.settings.get("snd"):
            self._next = tune
            if not self._plays:
                self._plays = True
                box.tasks.start("buzzer", self._play)

    async def _play(self):
        tone = self._buzzer.tone
        try:
            while self._next:
                tune, self._next = TUNES[self._next], None
                for hertz, ms in tune:
                    tone(hertz)
                    await asyncio.sleep_ms(ms)
                tone(0)
                await asyncio.sleep_ms(_PAUSE_MS)
        finally:
            tone(0)
            self._plays = False


def make(outlet, driver, safety):
    return Sounds(outlet.box, driver)
