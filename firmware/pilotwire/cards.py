"""The task of the card reader: a card that is held to it is told once."""

import asyncio
from binascii import hexlify

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_TURN_MS = const(120)  # two make one look for a card
_PAUSE_MS = const(1000)  # after an error
_DEAD_MS = const(10_000)  # without a good answer: the reader has failed
_AWAY_MS = const(1000)  # the place before the reader was empty for so long, and ...
_AGAIN_MS = const(2000)  # ... so long has passed since a card was told: the next one is told


class Cards:
    """box.cards, where the board has a reader."""

    def __init__(self, box, reader):
        self.last = None  # UID of the last card, upper-case hex
        self.last_at_ms = None  # since boot
        self.learning = None  # (slot, ms since boot until when the next card goes into it)
        self._box = box
        self._reader = reader
        self._good_ms = None  # the reader's at_ms
        self._held = False
        self._told_ms = self._seen_ms = 0
        self._tabs = {}  # number of an outlet: Tab, while a card without OCPP is at work there

    async def watch(self):
        while True:
            pause_ms = _TURN_MS
            now_ms = self._box.clock.ms()
            uid = None
            try:
                uid = self._reader.poll()
            except OSError:
                pause_ms = _PAUSE_MS
            self._watch_reader(now_ms)
            if self._is_new(uid, now_ms):
                await self._tell(uid)
            self._count(now_ms)
            await asyncio.sleep_ms(pause_ms)

    def _watch_reader(self, now_ms):
        box, good_ms = self._box, self._reader.at_ms
        if box.reader_fault:
            if good_ms != self._good_ms:
                box.reader_fault = False
                box.log.info("the card reader answers again")
        elif ticks.diff(now_ms, good_ms) >= _DEAD_MS:
            box.reader_fault = True
            box.log.warn("the card reader does not answer")
        self._good_ms = good_ms

    def _is_new(self, uid, now_ms):
        """A card that stays, or comes back at once, is no other (A32)."""
        if uid:
            self._seen_ms = now_ms
            if self._held:
                return False
            self._held = True
            self._told_ms = now_ms
            return True
        if self._held and ticks.diff(now_ms, self._seen_ms) >= _AWAY_MS:
            self._held = ticks.diff(now_ms, self._told_ms) < _AGAIN_MS
        return False

    async def _tell(self, uid):
        if len(uid) == 4 and uid[0] == 8:  # ISO 14443-3: made up anew each time, as telephones do
            self._box.log.info("a card with a random number is no use")
            return
        await loader.bring(("cards_slots", "cards_tap"))
        loader.lend("cards_tap").tap(self._box, str(hexlify(uid), "utf-8").upper())

    def _count(self, now_ms):
        """What cards charge without OCPP; with it `trx` is never above 0."""
        tabs = self._tabs
        for outlet in self._box.outlets:
            tab = tabs.get(outlet.number)
            if outlet.trx and not tab:
                tab = tabs[outlet.number] = loader.use("cards_tab").Tab(outlet, now_ms)
            if tab and not tab.turn(now_ms):
                del tabs[outlet.number]
                if not tabs:
                    loader.release("cards_tab")
