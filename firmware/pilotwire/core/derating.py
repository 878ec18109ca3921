"""From the temperature of the box to the current it may give, and when it must stop. Pure.

Full current up to 15 degrees below the stop, then falling in whole amperes to 6 A at 5 degrees below it; at the stop
the fault `overheat`, until it is 10 degrees cooler. A reading that cannot be is the fault `sensor` at once, silence
after a minute: nobody knows then how hot it is. Facts evse-hardware 2.2: 65 degrees are usual for the stop.

What it remembers are attributes of any object, `heat`, which outlives this code (parts/__init__.py):
  .tenths_c  the last good reading, None before the first
  .limit_ma  what may be offered
  .fault     its name, or ""
  .wait_ms   from the last reading until the next one
  .calm_from, .calm_to   readings from here to there would change nothing but .tenths_c, .last and .heard_ms
"""

from micropython import const

from pilotwire.core import ticks

_FALLS = const(150)  # tenths of a degree below the stop: the current begins to fall
_LEAST = const(50)  # ... and is 6 A
_CLEARS = const(100)
_LEAST_MA = const(6000)
_STEP_MA = const(1000)
_STICKS = const(20)  # so much cooler it must be before the current rises: no car likes a new one every second
_COLDEST, _HOTTEST = const(-300), const(1250)
_JUMP = const(200)  # from one reading to the next: no wallbox heats up or cools down like that, in 10 s neither
_SILENT_MS = const(60_000)
_AGREE = const(5)  # readings in a row that must be good before a faulty sensor is believed again
_EVERY_MS = const(10_000)  # a reading
_SOON_MS = const(2000)  # ... of a sensor that is not there yet, or not believed


def begin(heat, stop_c, full_ma, now_ms):
    """Sets what is remembered. stop_c: of the board file, 40..90; full_ma: what the board carries when it is cool."""
    heat.tenths_c = None
    heat.limit_ma = 0  # until the first reading: who does not know how hot it is does not charge
    heat.fault = ""
    heat.stop = stop_c * 10
    heat.full_ma = full_ma
    heat.hot = False  # also while the sensor is not believed
    heat.last = None  # the last reading, good or not
    heat.good = _AGREE
    heat.heard_ms = now_ms
    _stir(heat)


def feed(heat, tenths_c, now_ms):
    """One reading in tenths of a degree Celsius, None: there was none. now_ms: ticks."""
    heat.wait_ms = _SOON_MS
    if tenths_c is None:
        if ticks.diff(now_ms, heat.heard_ms) >= _SILENT_MS:
            heat.heard_ms = ticks.add(now_ms, -_SILENT_MS)  # ticks wrap in a silence of days
            _distrust(heat)
        return
    heat.heard_ms = now_ms
    last, heat.last = heat.last, tenths_c
    if not _COLDEST <= tenths_c <= _HOTTEST or (last is not None and abs(tenths_c - last) > _JUMP):
        _distrust(heat)
    elif heat.good < _AGREE:
        heat.good += 1
    if heat.good == _AGREE:
        heat.wait_ms = _EVERY_MS
        _believe(heat, tenths_c)


def _stir(heat):
    """Each reading may change something."""
    heat.calm_from, heat.calm_to = 1, 0


def _distrust(heat):
    _stir(heat)
    heat.good = 0
    heat.last = None
    heat.fault = "sensor"


def _believe(heat, tenths_c):
    heat.tenths_c = tenths_c
    heat.hot = tenths_c > heat.stop - _CLEARS if heat.hot else tenths_c >= heat.stop
    heat.fault = "overheat" if heat.hot else ""
    allowed_ma = _allowed(heat, tenths_c)
    if 0 < heat.limit_ma < allowed_ma:
        allowed_ma = max(heat.limit_ma, _allowed(heat, tenths_c + _STICKS))
    heat.limit_ma = allowed_ma
    _stir(heat)
    if allowed_ma == heat.full_ma and not heat.hot:  # any two of these readings are no jump
        heat.calm_from = max(_COLDEST, tenths_c - _JUMP // 2)
        heat.calm_to = min(heat.stop - _FALLS, tenths_c + _JUMP // 2)


def _allowed(heat, tenths_c):
    above = tenths_c - (heat.stop - _FALLS)
    if above <= 0:
        return heat.full_ma
    fall_ma = (heat.full_ma - _LEAST_MA) * above // (_FALLS - _LEAST)
    return max(_LEAST_MA, (heat.full_ma - fall_ma) // _STEP_MA * _STEP_MA)
