"""What the meter says of the mains and of the car, against what may be. Pure.

A fault needs readings that are wrong for a while, and goes with readings that are right for 60 s. Right is better than
not wrong, so that mains at the edge do not switch a car on and off. Three voltages of 0 say nothing: there are meters
behind the contactor. Limits in volts are those of 230 V, and on other mains as much of them.

What it remembers are attributes of any object, `supply`, which outlives this code:
  .held  of each of FAULTS, and of the uneven load: is it there?
  .ms    of each of them: for how long the readings have said otherwise, None: they do not
  .each  of each phase: (least mV, most mV, least mA, most mA) of a reading that is no news
"""

from micropython import const

from pilotwire.core import ticks
from pilotwire.core.duty import OFF, STEADY

FAULTS = ("overvoltage", "undervoltage", "phase_loss", "overcurrent")
UNEVEN = 4  # index behind those of FAULTS
_OVER, _UNDER, _LOSS, _CURRENT = const(0), const(1), const(2), const(3)

_VOLTS = const(230)
_HIGH_MV = const(264_000)  # facts evse-hardware 2.1, over-voltage: 264 V for 1 s
_HIGH_MS = const(1000)
_NOT_HIGH_MV = const(253_000)  # EN 50160: 10 % above nominal
_LOW_MV = const(184_000)  # facts 2.1, under-voltage, OVE R37: 0.80 pu for 3 s
_LOW_MS = const(3000)
_NOT_LOW_MV = const(195_500)  # EN 50160: 15 % below nominal
_LIVE_MV = const(100_000)  # a phase with less is missing, or was never there; induced voltages stay below
_RIGHT_MS = const(60_000)  # facts 2.1: OVE R37 waits 60 s before reconnecting
_PERCENT = const(110)  # facts 2.1, over-current (EVerest): 10 % and 0.5 A above the offer for 7 s
_NOISE_MA = const(500)
_CURRENT_MS = const(7000)
_ADAPT_MS = const(5000)  # IEC 61851-1 table A.6, seq. 6: the car follows a new duty within this
_DRAWS_MA = const(1000)  # a phase that the car uses: no car charges with less
_IDLE_MA = const(500)  # ... and one that it does not: facts 1.6, auto 3->1 detection (WARP)
_UNEVEN_MS = const(5000)  # phases may begin one after the other, within the time of seq. 6
_GAP_MS = const(3000)  # between two readings; a longer silence proves no more than that
_LINEAR = const(55705)  # duty of 85 %
_ANY = const(0x3FFFFFFF)


def begin(supply, phases, volts):
    """Sets what is remembered. phases: that the board has, 1 or 3; volts: nominal, of a phase against N."""
    supply.phases = phases
    supply.volts = volts
    supply.held = [False] * 5
    supply.ms = [None] * 5
    supply.seen = 0  # bit per phase: it was live since boot
    supply.duty = STEADY
    supply.closed = False
    supply.before_ma = 0  # what was offered before the last change
    supply.changed_ms = 0  # ticks: of the offer or the contactor
    supply.adapts = False  # the car may still follow the last change
    supply.at_ms = None  # ticks of the last reading
    supply.each = ()


def follow(supply, now_ms, duty, closed, plugged, phases):
    """What the outlet does as the next reading is taken. duty: of the pilot; closed: the contactor is told to; plugged:
    a car is; phases: that are switched through, 1 or 3.
    """
    if duty != supply.duty or closed != supply.closed:
        supply.before_ma = current_for(supply.duty)
        supply.duty, supply.closed = duty, closed
        supply.changed_ms, supply.adapts = now_ms, closed
    if not closed:
        _forget(supply, _CURRENT)
        supply.ms[UNEVEN] = None
    if not plugged or phases != supply.phases:
        _forget(supply, UNEVEN)
        supply.phases = phases


def feed(supply, at_ms, volts_mv, amps_ma):
    """One reading, of L1, L2 and L3. at_ms: ticks. -> whether the next one is needed, even within .each."""
    dt_ms = 0 if supply.at_ms is None else max(0, min(_GAP_MS, ticks.diff(at_ms, supply.at_ms)))
    supply.at_ms = at_ms
    if supply.adapts:
        supply.adapts = ticks.diff(at_ms, supply.changed_ms) < _ADAPT_MS
    _watch_volts(supply, volts_mv, dt_ms)
    if supply.closed:
        _watch_amps(supply, [abs(ma) for ma in amps_ma], dt_ms)  # a meter may be wired the wrong way round
    says_nothing = not any(volts_mv)
    supply.each = [_bounds(supply, i, says_nothing) + _around(supply, abs(amps_ma[i])) for i in range(3)]
    return supply.adapts or any(supply.held[:_CURRENT]) or any([ms is not None for ms in supply.ms])


def current_for(duty):
    """mA that a car may take at this duty, 0 without PWM. IEC 61851-1:2017 Annex A, vehicle side."""
    if duty in (STEADY, OFF):
        return 0
    if duty <= _LINEAR:
        return (duty * 4000 + 4368) // 4369  # duties are rounded down
    return (duty - 41942) * 50000 // 13107


def _forget(supply, i):
    supply.held[i], supply.ms[i] = False, None


def _count(supply, i, found, after_ms, dt_ms):
    """found: what the reading says; it counts when others have said so for after_ms, or 60 s if all is right again."""
    ms = supply.ms
    if found == supply.held[i]:
        ms[i] = None
        return
    ms[i] = 0 if ms[i] is None else ms[i] + dt_ms
    if ms[i] >= (after_ms if found else _RIGHT_MS):
        supply.held[i], ms[i] = found, None


def _watch_volts(supply, volts_mv, dt_ms):
    if not any(volts_mv):
        for i in (_OVER, _UNDER, _LOSS):
            supply.ms[i] = None
        return
    live_mv = _at(supply, _LIVE_MV)
    for i in range(supply.phases):
        if volts_mv[i] >= live_mv:
            supply.seen |= 1 << i
    _count(supply, _OVER, max(volts_mv[: supply.phases]) > _most_mv(supply), _HIGH_MS, dt_ms)
    _count(supply, _LOSS, _is_any(supply, _lost, volts_mv), _LOW_MS, dt_ms)
    _count(supply, _UNDER, _is_any(supply, _low, volts_mv), _LOW_MS, dt_ms)


def _is_any(supply, wrong, volts_mv):
    """Is one of the phases, of those that were ever live?"""
    return any([supply.seen >> i & 1 and wrong(supply, volts_mv, i) for i in range(supply.phases)])


def _gone(supply, volts_mv, i):
    """It is missing while another one is there."""
    live_mv = _at(supply, _LIVE_MV)
    return volts_mv[i] < live_mv and max(volts_mv[:i] + volts_mv[i + 1 :]) >= live_mv


def _lost(supply, volts_mv, i):
    return _gone(supply, volts_mv, i) or supply.held[_LOSS] and volts_mv[i] < _at(supply, _NOT_LOW_MV)


def _low(supply, volts_mv, i):
    """One that is gone for good is lost; one that comes and goes is low all the time."""
    return volts_mv[i] < _least_mv(supply) and not (supply.held[_LOSS] and _gone(supply, volts_mv, i))


def _most_mv(supply):
    return _at(supply, _NOT_HIGH_MV if supply.held[_OVER] else _HIGH_MV)


def _least_mv(supply):
    return _at(supply, _NOT_LOW_MV if supply.held[_UNDER] else _LOW_MV)


def _at(supply, mv):
    """The limit of 230 V on these mains."""
    return mv // 100 * supply.volts // _VOLTS * 100


def _watch_amps(supply, amps_ma, dt_ms):
    if not supply.held[_CURRENT]:
        after_ms = _ANY if supply.adapts else _CURRENT_MS
        _count(supply, _CURRENT, max(amps_ma) > _most_ma(supply), after_ms, dt_ms)
    if supply.phases == 1:
        return
    drawing = sum([ma > _DRAWS_MA for ma in amps_ma])
    if drawing == supply.phases:
        _forget(supply, UNEVEN)
    else:
        idle = min(amps_ma) < _IDLE_MA
        _count(supply, UNEVEN, supply.held[UNEVEN] or drawing and idle, _UNEVEN_MS, dt_ms)


def _most_ma(supply):
    """What the car may take. While it may still follow a change, what was offered before is right, too."""
    ma = current_for(supply.duty)
    if supply.adapts:
        ma = max(ma, supply.before_ma)
    return ma * _PERCENT // 100 + _NOISE_MA


# What the next reading may be without being news


def _bounds(supply, i, says_nothing):
    """Voltages that mean the same as those of now, of this phase."""
    if i >= supply.phases:
        return 0, _ANY
    if says_nothing:
        return 0, 0
    if supply.seen >> i & 1:
        return _least_mv(supply), _most_mv(supply)
    return 0, _at(supply, _LIVE_MV) - 1


def _around(supply, ma):
    """Currents that mean the same as this one."""
    if not supply.closed:
        return 0, _ANY
    most_ma = _most_ma(supply)
    if supply.phases == 1:
        return 0, most_ma
    if ma > _DRAWS_MA:
        return _DRAWS_MA + 1, most_ma
    return (0, _IDLE_MA - 1) if ma < _IDLE_MA else (_IDLE_MA, _DRAWS_MA)
