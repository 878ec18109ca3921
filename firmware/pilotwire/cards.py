"""The task of the card reader: a card that is held to it is told once, and a card's energy is counted."""

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
_READING_MS = const(8_000)  # until the meter has told the last of a session


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
        self._tabs = [Tab(outlet) for outlet in box.outlets]

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
            for tab in self._tabs:
                tab.turn(now_ms)
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


class Tab:
    """Without OCPP: what a card in the list has charged at an outlet, booked when its session is over."""

    def __init__(self, outlet):
        self._outlet = outlet
        self._trx = 0  # whose energy is counted: slot + 1
        self._since_ms = 0  # a card waits for the car; its session is over
        self._began_ms = self._from_wh = self._wh = 0

    def turn(self, now_ms):
        """Some times a second."""
        outlet, session = self._outlet, self._outlet.session
        trx, same = outlet.trx, session.began_ms == self._began_ms
        if not self._trx:
            if not trx:
                self._since_ms = now_ms
            elif outlet.plugged:
                self._trx, self._began_ms = trx, session.began_ms
                self._from_wh = self._wh = session.wh
            else:
                self._await_car(now_ms)
            return
        if same:
            self._wh = session.wh
        if same and trx == self._trx:
            self._since_ms = now_ms
        elif not same or trx or ticks.diff(now_ms, self._since_ms) >= _READING_MS:
            self._book(now_ms)

    def _await_car(self, now_ms):
        """As long as a central system would have it (ConnectionTimeOut)."""
        limit_ms = self._outlet.settings.get("txt") * 1000
        if limit_ms and ticks.diff(now_ms, self._since_ms) >= limit_ms:
            self._outlet.trx = None

    def _book(self, now_ms):
        try:
            loader.lend("cards_slots").book(self._outlet.settings, self._trx - 1, self._wh - self._from_wh)
            self._trx = 0
        except OSError:  # the settings have told it
            self._since_ms = now_ms
