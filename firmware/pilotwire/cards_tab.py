"""What a card in the list charges without OCPP. In memory while one is at work."""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_READING_MS = const(8_000)  # after the end of a session, until the meter has told its last


class Tab:
    """From the card to the booking on its slot: it waits for the car, counts, and waits for the last reading."""

    def __init__(self, outlet, now_ms):
        self._outlet = outlet
        self._trx = outlet.trx  # slot + 1
        self._since_ms = now_ms  # the card was held; later, when it was last seen to charge
        self._began_ms = None  # of the session, None without a car
        self._from_wh = self._wh = 0

    def turn(self, now_ms):
        """Some times a second. -> False when it is over."""
        outlet, session = self._outlet, self._outlet.session
        if self._began_ms is None:
            return self._await_car(now_ms)
        same = session.began_ms == self._began_ms
        if same:
            self._wh = session.wh
        if same and not outlet.box.restarting:
            if outlet.trx == self._trx:
                self._since_ms = now_ms
                return True
            if not outlet.trx and ticks.diff(now_ms, self._since_ms) < _READING_MS:
                return True
        return self._book(now_ms)

    def _await_car(self, now_ms):
        """As long as a central system would have it (ConnectionTimeOut)."""
        outlet = self._outlet
        limit_ms = outlet.settings.get("txt") * 1000
        if outlet.trx and outlet.plugged:
            self._trx, self._began_ms = outlet.trx, outlet.session.began_ms
            self._from_wh = self._wh = outlet.session.wh
        elif limit_ms and ticks.diff(now_ms, self._since_ms) >= limit_ms:
            outlet.trx = None
        return bool(outlet.trx)

    def _book(self, now_ms):
        try:
            loader.lend("cards_slots").book(self._outlet.settings, self._trx - 1, self._wh - self._from_wh)
            return False
        except OSError:  # the settings have told it; soon again
            self._since_ms = now_ms
            return True
