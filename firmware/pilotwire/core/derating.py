"""From the temperature of the box to the current it may give, and when it must stop. Pure.

Full current up to 15 degrees below the stop, then falling in whole amperes to 6 A at 5 degrees below it; at the stop
the fault `overheat`, until it is 10 degrees cooler. A reading that cannot be is the fault `sensor` at once, silence
after a minute: nobody knows then how hot it is. Facts evse-hardware 2.2: 65 degrees are usual for the stop.
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
_JUMP = const(200)  # from one reading to the next: no wallbox heats up or cools down like that
_SILENT_MS = const(60_000)
_AGREE = const(5)  # readings in a row that must be good before a faulty sensor is believed again


class Derating:
    """tenths_c: the last good reading, None before the first. limit_ma: what may be offered. fault: its name, or ""."""

    def __init__(self, stop_c, full_ma, now_ms):
        """stop_c: of the board file, 40..90; full_ma: what the board carries when it is cool."""
        self.tenths_c = None
        self.limit_ma = 0  # until the first reading: who does not know how hot it is does not charge
        self.fault = ""
        self._stop = stop_c * 10
        self._full_ma = full_ma
        self._hot = False  # also while the sensor is not believed
        self._last = None  # the last reading, good or not
        self._good = _AGREE
        self._heard_ms = now_ms

    def feed(self, tenths_c, now_ms):
        """One reading in tenths of a degree Celsius, None: there was none. now_ms: ticks."""
        if tenths_c is None:
            if ticks.diff(now_ms, self._heard_ms) >= _SILENT_MS:
                self._heard_ms = ticks.add(now_ms, -_SILENT_MS)  # ticks wrap in a silence of days
                self._distrust()
            return
        self._heard_ms = now_ms
        last, self._last = self._last, tenths_c
        if not _COLDEST <= tenths_c <= _HOTTEST or (last is not None and abs(tenths_c - last) > _JUMP):
            self._distrust()
        elif self._good < _AGREE:
            self._good += 1
        if self._good == _AGREE:
            self._believe(tenths_c)

    def _distrust(self):
        self._good = 0
        self._last = None
        self.fault = "sensor"

    def _believe(self, tenths_c):
        self.tenths_c = tenths_c
        self._hot = tenths_c > self._stop - _CLEARS if self._hot else tenths_c >= self._stop
        self.fault = "overheat" if self._hot else ""
        allowed_ma = self._allowed(tenths_c)
        if 0 < self.limit_ma < allowed_ma:
            allowed_ma = max(self.limit_ma, self._allowed(tenths_c + _STICKS))
        self.limit_ma = allowed_ma

    def _allowed(self, tenths_c):
        above = tenths_c - (self._stop - _FALLS)
        if above <= 0:
            return self._full_ma
        fall_ma = (self._full_ma - _LEAST_MA) * above // (_FALLS - _LEAST)
        return max(_LEAST_MA, (self._full_ma - fall_ma) // _STEP_MA * _STEP_MA)
