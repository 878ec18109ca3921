"""A voltage that changes slowly, at an ADC pin."""

from machine import ADC, Pin
from micropython import const

from pilotwire import loader

_READS = const(8)
_UV = const(1000)


class Analog:
    """The mean of a few reads: they take 0.5 ms."""

    def __init__(self, pin):
        self._read, _ = loader.lend("hal.adc_reader").reader(ADC(Pin(pin), atten=ADC.ATTN_11DB))

    def mv(self):
        """The voltage in mV, 0..3300. Raises OSError when the ADC fails."""
        self._read()  # the first read after one of another pin still has some of that one (facts evse-hardware 3.2)
        sum_uv = 0
        for _ in range(_READS):
            sum_uv += self._read()
        return (sum_uv + _READS * _UV // 2) // (_READS * _UV)
