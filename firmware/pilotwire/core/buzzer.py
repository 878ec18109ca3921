"""When a buzzer sounds, and what: told by what is seen of the outlets and of the reader.

What it remembers are attributes of any object, `ear`, which outlives this code:
  .seen      of the outlets
  .read_at   of the card that was read last
  .asked_ms  ticks: a card was read that is neither accepted nor refused
  .fault_ms  ticks of the last fault that sounded
Nothing is to be done while seen and read_at are as they were and asked_ms is None.
"""

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


def begin(ear):
    ear.read_at = ear.asked_ms = ear.fault_ms = None
    ear.seen = ()


def listen(ear, outlets, at_ms, now_ms):
    """-> name of the tune that is due, None. outlets: of each (why a card was refused, who has it, why it ends, is
    there a fault); at_ms: Cards.last_at_ms, None without a reader; now_ms: ticks."""
    tune = _read(ear, at_ms, now_ms)
    before = ear.seen
    if outlets != before:
        ear.seen = outlets
        for now, was in zip(outlets, before):
            if now[3] > was[3] and _alarm(ear, now_ms):
                return "fault"
            tune = _answer(ear, now, was) or tune
    return tune


def _read(ear, at_ms, now_ms):
    if at_ms != ear.read_at:
        ear.read_at, ear.asked_ms = at_ms, now_ms
        return "read"
    if ear.asked_ms is not None and ticks.diff(now_ms, ear.asked_ms) >= _ANSWER_MS:
        ear.asked_ms = None
    return None


def _answer(ear, now, was):
    """What an outlet makes of the card that was read, None: nothing yet."""
    if ear.asked_ms is None:
        return None
    if now[0] and now[0] is not was[0]:
        answer = "refused"
    elif now[1] is not was[1] or now[2] and not was[2]:
        answer = "accepted"
    else:
        return None
    ear.asked_ms = None
    return answer


def _alarm(ear, now_ms):
    if ear.fault_ms is not None and ticks.diff(now_ms, ear.fault_ms) < _QUIET_MS:
        return False
    ear.fault_ms = now_ms
    return True
