"""What three plain LEDs show (INDICATOR of kind leds), in the patterns of esp32-evse.

charging  on: the car charges; half a second on and off: a car is plugged in, or awaited; short dark: it asks for
          current and is not offered any
error     a fault, by the number of its flashes as a coloured light shows it; steady: it has none. A refused card too
wifi      on: connected; half a second on and off: not yet, or not any more; short flashes: the access point is on

Colours mean nothing here, brightness only whether it is 0. Turns are those of light.py.
"""

from micropython import const

from pilotwire import light

_SECOND = const(5)  # turns


class Lights:
    def __init__(self, outlet, leds):
        self._outlet = outlet
        self._leds = leds
        self._turn = 0
        self._what = None  # the first fault, or the outlet's `car`
        self._since = 0  # the turn in which that came
        self._flashes = 0

    def step(self, now_ms):
        outlet = self._outlet
        self._turn += 1
        what = outlet.faults.first() or outlet.car
        if what != self._what:
            self._what, self._since = what, self._turn
            self._flashes = light.flashes(what) if type(what) is tuple else 0
        if self._dark():
            self._leds.show(False, False, False)
        else:
            self._leds.show(self._charging(), self._error(), self._wifi())

    def _dark(self):
        get = self._outlet.settings.get
        return not get("lbr") or get("lse") and light.stands_by(self._outlet, self._turn - self._since)

    def _charging(self):
        outlet = self._outlet
        if self._what == 2:
            return True
        if self._what == 1:
            return light.awaited(outlet) and self._blinks()
        if type(self._what) is tuple:
            return False
        if outlet.connector.letter == "C" and not outlet.offered_ma:
            return self._turn % (2 * _SECOND) != 0
        return self._blinks()

    def _error(self):
        if type(self._what) is tuple:
            return light.lit(self._turn - self._since, self._flashes)
        return light.refused(self._outlet)

    def _wifi(self):
        wifi = self._outlet.box.wifi
        if wifi.ap and not wifi.connected:
            return self._turn % _SECOND == 0
        return wifi.connected or self._blinks()

    def _blinks(self):
        return self._turn % _SECOND < 3


def make(outlet, driver, safety):
    return Lights(outlet, driver)
