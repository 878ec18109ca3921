"""Stalls: stretches in which no timer could run, told to the world with what is known of their cause.

Here timers run at wait points and before costed calls, on the chip between any two bytecodes: a stall seen here is an
upper bound of one there. What is known: the task (number in the order of their start, 1 is the main one), the
flash's share, whether memory was collected, and the call that ended it.

The world may order one, too (`Z`): then the wait that is under way goes on in a call in C of so long. Or it has
Ctrl-C raised there.
"""

import gc

import clock
import link
import run_queue

flash_us = 0  # inside calls of the file system, since the last wait
_used = 0  # bytes of the heap then


def watch():
    """The firmware goes on."""
    global flash_us, _used
    flash_us = 0
    if clock.cpu > 1:  # counting takes longer than a PC's whole turn
        _used = gc.mem_alloc()


def order():
    """A call in C: time passes, nothing runs but the watchdog. The inputs have changed meanwhile. Or Ctrl-C."""
    us, link.ordered_us = link.ordered_us, 0
    if us < 0:
        link.tell("K", "")
        link.flush()
        clock.leave()
        raise KeyboardInterrupt
    clock.now += us
    if clock.now >= clock.bite:
        link.reset("wdt", clock.bite)
    link.tell("Y", us, "ordered")
    link.sync(clock.now, clock.left)


def tell(us, cost):
    """One stall is over; cost: of the call that ended it in us, None a wait."""
    words = ["task %d" % run_queue.running()]
    if flash_us:
        words.append("flash %d ms" % (flash_us // 1000))
    if clock.cpu > 1 and gc.mem_alloc() < _used:
        words.append("gc")
    words.append("until wait" if cost is None else "until %d us" % cost)  # the world knows what costs so much
    link.tell("Y", us, ", ".join(words))
