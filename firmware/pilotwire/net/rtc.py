"""The chip's own clock, which keeps the time over machine.reset() (H06): asked at start, set when UTC is. Loaded late.

Only this module knows that the chip counts seconds since 2000 and the PC since 1970.
"""

import time


def unix_s():
    """What it says; a chip that was without power says less than 2025."""
    return int(time.time()) + _epoch()


def write(rtc, s, ms):
    """Sets machine.RTC to unix seconds and ms."""
    y, mo, d, h, mi, sec, wd = time.gmtime(s - _epoch())[:7]  # the ports add one or two more
    rtc.datetime((y, mo, d, wd, h, mi, sec, ms * 1000))


def _epoch():
    return 946684800 if time.gmtime(0)[0] == 2000 else 0
