"""The control pilot: a PWM pin that drives it and an ADC pin that sees it through a divider.

The reads are not synchronous with the 1 kHz: a burst of 64 (about 50 us each) spans three to four
periods; sorted, the means of its three highest and three lowest are the two plateaus. Below 10 or
above 90 percent duty a plateau is so short that few reads meet it, so more follow: they replace
the middle of the sorted burst, and what is already known to be extreme stays.
"""

from time import sleep_us, ticks_diff, ticks_us

from machine import ADC, PWM, Pin
from micropython import const

from pilotwire import loader

_READS = const(64)
_SHORT = const(6500)  # 10 % (6 A rounds down to 6553: still two reads of every period)
_LONG = const(59000)  # 90 %
_ROUNDS = const(2)
_SHIFT_US = const(17)  # a third of a read: reads that divide the period would all miss a short plateau
_ENOUGH_US = const(8500)  # no further 3 ms of reads after this: the contract says 12 ms


class AdcPilot:
    """contract.Pilot. levels: pairs (ADC mV, pilot mV), falling, at least two; between them it
    interpolates, beyond them it goes on."""

    def __init__(self, pwm_pin, adc_pin, levels):
        # The frequency is set once: setting it again restarts the period, and the car sees a
        # glitch.
        self._pwm = PWM(Pin(pwm_pin), freq=1000, duty_u16=65535)
        self.duty = 65535
        adc = ADC(Pin(adc_pin), atten=ADC.ATTN_11DB)
        self.read, self.exact = loader.lend("hal.adc_reader").reader(adc)
        self._burst = [0] * _READS
        self.levels = levels
        self.high_mv = self.low_mv = 0

    def offer(self, duty_u16):
        if duty_u16 != self.duty:
            self._pwm.duty_u16(duty_u16)
            self.duty = duty_u16

    def sample(self):
        start = ticks_us()
        burst = self._burst
        read = self.read
        for i in range(_READS):
            burst[i] = read()
        burst.sort()
        if 0 < self.duty < _SHORT or _LONG < self.duty < 65535:
            for _ in range(_ROUNDS):
                sleep_us(_SHIFT_US)
                for i in range(3, _READS - 3):
                    burst[i] = read()
                burst.sort()
                if ticks_diff(ticks_us(), start) > _ENOUGH_US:
                    break
        self.high_mv = self._pilot_mv((burst[-1] + burst[-2] + burst[-3] + 1500) // 3000)
        self.low_mv = self._pilot_mv((burst[0] + burst[1] + burst[2] + 1500) // 3000)

    def _pilot_mv(self, adc_mv):
        levels = self.levels
        i = 1
        while adc_mv < levels[i][0] and i < len(levels) - 1:
            i += 1
        top, top_mv = levels[i - 1]
        low, low_mv = levels[i]
        span = top - low
        return low_mv + ((adc_mv - low) * (top_mv - low_mv) + (span >> 1)) // span


def make(spec, board):
    return AdcPilot(spec["pwm"], spec["adc"], spec["levels"])
