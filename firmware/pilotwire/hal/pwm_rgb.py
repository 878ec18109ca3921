"""A colour lamp of three LEDs, each dimmed by the PWM of a pin; high is light."""

from machine import PWM, Pin

_FULL = 65535


class PwmRgb:
    """contract.Indicator. Channels of one frequency share a timer, so hertz is not the pilot's."""

    def __init__(self, pins, hertz):
        self._channels = [PWM(Pin(pin), freq=hertz, duty_u16=0) for pin in pins]

    def show(self, *colour):
        for channel, level in zip(self._channels, colour):
            channel.duty_u16(level * _FULL // 255)


def make(spec, board):
    return PwmRgb((spec["red"], spec["green"], spec["blue"]), spec["hertz"])
