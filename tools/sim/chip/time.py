"""time of the ESP32 port on the simulated clock: ticks wrap at 2**30, the epoch is 2000, seconds are whole."""

import clock
import run_queue  # noqa: F401 (asyncio imports time first: now its queue runs on our ticks)
import utime
from micropython import const

_PERIOD = const(0x4000_0000)
_MASK = const(0x3FFF_FFFF)
_HALF = const(0x2000_0000)
_EPOCH_S = const(946_684_800)  # 2000-01-01 on the host's clock

set_us = 0  # clock.now when it was 2000-01-01; machine.RTC changes it


def ticks_us():
    clock.spend(0)  # between bytecodes like any other call: timers run
    us = clock.now & _MASK
    clock.leave()
    return us


def ticks_ms():
    clock.spend(0)
    ms = clock.now // 1000 & _MASK
    clock.leave()
    return ms


def ticks_add(ticks, delta):
    return ticks + delta & _MASK


def ticks_diff(end, start):
    return (end - start + _HALF & _MASK) - _HALF


def sleep_us(us):
    clock.sleep_us(us)


def sleep_ms(ms):
    clock.sleep_us(ms * 1000)


def sleep(seconds):
    clock.sleep_us(int(seconds * 1_000_000))


def time_ns():
    clock.enter()
    ns = (clock.now - set_us) * 1000
    clock.leave()
    return ns


def time():
    return time_ns() // 1_000_000_000


def gmtime(seconds=None):
    return utime.gmtime((time() if seconds is None else seconds) + _EPOCH_S)[:8]


localtime = gmtime


def mktime(when):
    # Days by the civil calendar: the host's mktime would apply the host's time zone.
    year, month, day, hour, minute, second = when[:6]
    year -= month < 3
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5
    return ((days + day - 730_426) * 24 + hour) * 3600 + minute * 60 + second
