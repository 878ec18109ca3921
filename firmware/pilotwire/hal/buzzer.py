"""A buzzer at a pin: one that is given its tone, or one that has a tone of its own while the pin is high."""

from machine import PWM, Pin

_FULL = 65535
_HERTZ = 2637  # before the first tone: neither the pilot's nor a lamp's, with which it would share a timer


class Buzzer:
    """contract.Buzzer."""

    def __init__(self, pin, own_tone):
        self._pwm = PWM(Pin(pin), freq=_HERTZ, duty_u16=0)
        self._own_tone = own_tone

    def tone(self, hertz):
        if hertz and not self._own_tone:
            self._pwm.freq(hertz)
        self._pwm.duty_u16(0 if not hertz else _FULL if self._own_tone else _FULL // 2)


def make(spec, board):
    return Buzzer(spec["pin"], spec.get("own_tone", False))
