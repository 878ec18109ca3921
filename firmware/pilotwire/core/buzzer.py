"""When a buzzer sounds, and what: told by what is seen of the outlets five times a second."""

from micropython import const

from pilotwire.core import ticks

_ANSWER_MS = const(60_000)  # a card that is read is accepted or refused within it
_QUIET_MS = const(60_000)  # a fault that comes and goes does not sound all the time

# (hertz, ms) of each tone; 0 hertz: silence. Rising and falling as SmartEVSE has them; the last one of a refusal is
# long, for buzzers that have one tone only.
TUNES = {
    "read": ((2794, 100),),
    "accepted": ((2637, 100), (2794, 100), (3136, 100)),
    "refused": ((3136, 100), (2794, 100), (2637, 600)),
    "fault": ((2794, 100), (0, 100), (2794, 100), (0, 100), (2794, 100)),
}


class Ear:
    """Listens to all outlets of a box."""

    def __init__(self):
        self._read_at = None  # of the card that was read last, as Cards.last_at_ms
        self._asked_ms = None  # ticks: a card was read that is neither accepted nor refused
        self._fault_ms = None  # ticks of the last fault that sounded
        self._seen = ()

    def listen(self, outlets, cards, now_ms):
        """-> name of the tune that is due, None. cards: None without a reader; now_ms: ticks."""
        tune = self._read(cards, now_ms)
        seen, before = [_look(outlet) for outlet in outlets], self._seen
        if seen != before:
            self._seen = seen
            for now, was in zip(seen, before):
                if now[3] > was[3] and self._alarm(now_ms):
                    return "fault"
                tune = self._answer(now, was) or tune
        return tune

    def _read(self, cards, now_ms):
        at_ms = cards.last_at_ms if cards else None
        if at_ms != self._read_at:
            self._read_at, self._asked_ms = at_ms, now_ms
            return "read"
        if self._asked_ms is not None and ticks.diff(now_ms, self._asked_ms) >= _ANSWER_MS:
            self._asked_ms = None
        return None

    def _answer(self, now, was):
        """What an outlet makes of the card that was read, None: nothing yet."""
        if self._asked_ms is None:
            return None
        if now[0] and now[0] is not was[0]:
            answer = "refused"
        elif now[1] is not was[1] or now[2] and not was[2]:
            answer = "accepted"
        else:
            return None
        self._asked_ms = None
        return answer

    def _alarm(self, now_ms):
        if self._fault_ms is not None and ticks.diff(now_ms, self._fault_ms) < _QUIET_MS:
            return False
        self._fault_ms = now_ms
        return True


def _look(outlet):
    """(why a card was refused, who has it, why it ends, is there a fault)"""
    return outlet.denied, outlet.transaction or outlet.id_tag or outlet.trx, outlet.ending, outlet.faults.any
