"""machine of the ESP32 port, as far as the firmware uses it. Registers stand in `link`, time in `clock`."""

import sys
import time

import clock
import costs
import link
from micropython import const
from uart import UART  # noqa: F401 (a file of its own)

PWRON_RESET, HARD_RESET, WDT_RESET, SOFT_RESET = 1, 2, 3, 5

_ADC_FULL_MV = const(3100)  # 11 dB attenuation, facts 7: saturates at about 3.1 V

cause = PWRON_RESET  # start.py sets it
_noise = 1  # state of the noise generator


class Pin:
    IN, OUT = 1, 3
    PULL_DOWN, PULL_UP = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    _all = {}

    def __new__(cls, number, *args, **kwargs):
        # The port has one object for each pin; what it outputs outlives the name.
        if isinstance(number, Pin):
            return number
        pin = cls._all.get(number)
        if pin is None:
            pin = cls._all[number] = object.__new__(cls)
            pin.number = number
            pin.mode = pin.pull = None
            pin.level = 0
            link.outputs.setdefault(number, [0, 1000])
        return pin

    def __init__(self, number, mode=-1, pull=-1, *, value=None):
        if mode != -1 or value is not None:
            self.init(mode, pull, value=value)
        elif pull != -1:
            self.pull = pull

    def init(self, mode=-1, pull=-1, *, value=None):
        clock.spend(costs.PIN)
        was = self.mode
        if pull != -1:
            self.pull = pull
        if mode != -1:
            self.mode = mode
        if value is not None:
            self.level = 1 if value else 0
        if self.mode == Pin.OUT:
            self._drive()
        elif was == Pin.OUT:
            link.tell("P", self.number, "Z")
        clock.leave()

    def _drive(self):
        link.outputs[self.number][0] = 65535 * self.level
        link.tell("P", self.number, self.level)

    def value(self, level=None):
        clock.spend(costs.PIN)
        if level is None:
            if self.mode == Pin.OUT:
                level = self.level
            else:
                level = link.levels.get(self.number, 1 if self.pull == Pin.PULL_UP else 0)
        else:
            level = 1 if level else 0
            if level != self.level:
                self.level = level
                if self.mode == Pin.OUT:
                    self._drive()
            level = None
        clock.leave()
        return level

    __call__ = value

    def irq(self, handler=None, trigger=3):
        __import__("irq").watch(self, handler, trigger)  # few boards have one: a file of its own, imported only then

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)


class PWM:
    """LEDC: runs without Python. duty 0 and 65535 are steady levels."""

    def __init__(self, pin, *, freq=5000, duty_u16=None):
        self._pin = Pin(pin).number
        self._state = link.outputs[self._pin]
        self.init(freq=freq, duty_u16=duty_u16)

    def init(self, *, freq=None, duty_u16=None):
        clock.spend(costs.PWM)
        state = self._state
        if freq:
            state[1] = 1_000_000 // freq
        if duty_u16 is not None:
            if not 0 <= duty_u16 <= 65535:
                raise ValueError("duty_u16 must be from 0 to 65535")
            state[0] = duty_u16
        link.tell("D", self._pin, state[0], 1_000_000 // state[1])
        clock.leave()

    def duty_u16(self, duty=None):
        if duty is None:
            return self._state[0]
        return self.init(duty_u16=duty)

    def freq(self, hertz=None):
        if hertz is None:
            return 1_000_000 // self._state[1]
        return self.init(freq=hertz)

    def deinit(self):
        clock.spend(costs.PWM)
        self._state[0] = 0
        link.tell("P", self._pin, "Z")
        clock.leave()


class ADC:
    """One-shot reads of the level that the wire has in this very microsecond of the PWM period."""

    ATTN_11DB = 3

    def __init__(self, pin, *, atten=3):
        self._pin = Pin(pin).number
        self._wire = link.analog.setdefault(self._pin, [0, 0, 0, -1])

    def atten(self, atten):
        pass

    def _mv(self):
        # Allocates nothing. The level is high while the phase, of 65536, is below the duty.
        global _noise
        clock.spend(costs.ADC_READ)
        link.sampled(self._pin)
        wire = self._wire
        high = wire[3] < 0
        if not high:
            pwm = link.outputs.get(wire[3])
            high = pwm and (clock.now % pwm[1] << 16) < pwm[0] * pwm[1]
        mv = wire[0] if high else wire[1]
        spread = wire[2]
        if spread:
            _noise = (_noise * 75 + 74) % 65537  # a full cycle of 65537 values, evenly spread
            mv += (_noise * (2 * spread + 1) >> 16) - spread
        return 0 if mv < 0 else _ADC_FULL_MV if mv > _ADC_FULL_MV else mv

    def read_uv(self):
        uv = self._mv() * 1000
        clock.leave()
        return uv

    def read_u16(self):
        raw = self._mv() * 4095 // _ADC_FULL_MV  # 12 bits, repeated to fill 16
        clock.leave()
        return raw << 4 | raw >> 8


class Timer:
    """Soft timer: the callback runs between bytecodes, so a late one runs once and keeps its grid. The port has one for
    each number; here only deinit() knows that."""

    ONE_SHOT, PERIODIC = 0, 1

    def __init__(self, number=-1, **settings):
        self.due_us = 0
        self.id = number
        if settings:
            self.init(**settings)

    def init(self, *, mode=1, freq=None, period=-1, callback=None):
        clock.enter()
        self._period_us = int(1_000_000 // freq) if freq else period * 1000
        self._mode = mode
        self._callback = callback
        self.due_us = clock.now + self._period_us
        if self not in clock.timers:
            clock.timers.append(self)
        clock.plan()
        clock.leave()

    def deinit(self):
        for timer in clock.timers[:]:
            if timer.id == self.id:
                clock.timers.remove(timer)
        clock.plan()

    def fire(self):
        if self._mode == Timer.PERIODIC:
            self.due_us += ((clock.now - self.due_us) // self._period_us + 1) * self._period_us
        else:
            clock.timers.remove(self)
        if self._callback:
            clock.leave()
            try:
                self._callback(self)
            except Exception as e:  # the port prints it and goes on
                sys.print_exception(e)
            clock.enter()


class WDT:
    """Cannot be stopped; a second one sets a new period, as on the ESP32."""

    _us = 0

    def __init__(self, id=0, timeout=5000):
        WDT._us = timeout * 1000
        clock.enter()
        link.tell("W", timeout)
        clock.leave()
        self.feed()

    def feed(self):
        clock.spend(costs.PIN)
        clock.bite = clock.now + WDT._us
        clock.plan()
        clock.leave()


class RTC:
    stored = b""  # start.py sets it after a reset

    def memory(self, data=None):
        if data is None:
            return RTC.stored
        clock.enter()
        RTC.stored = bytes(data)
        link.tell("M", RTC.stored.hex())
        return clock.leave()

    def datetime(self, when=None):
        """(year, month, day, weekday, hours, minutes, seconds, microseconds), UTC."""
        if when is None:
            y, mo, d, h, mi, s, wd, _ = time.gmtime()
            return (y, mo, d, wd, h, mi, s, time.time_ns() // 1000 % 1_000_000)
        seconds = time.mktime((when[0], when[1], when[2], when[4], when[5], when[6]))
        clock.enter()
        time.set_us = clock.now - seconds * 1_000_000 - when[7]
        link.tell("C", seconds)
        return clock.leave()


def __getattr__(name):
    if name in ("I2C", "SPI", "Counter"):  # few boards have a part for it: a file of its own, imported only then
        return getattr(__import__(name.lower()), name)
    raise AttributeError(name)


def reset_cause():
    return cause


def reset():
    clock.enter()
    link.reset("reset")


def soft_reset():
    clock.enter()
    link.reset("soft")


def unique_id():
    return b"\x24\x0a\xc4\x50\x57\x01"


def freq(hertz=None):
    return 160_000_000 if hertz is None else None


def idle():
    clock.sleep_us(1000)
