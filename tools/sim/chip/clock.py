"""The simulated clock: what time it is on the chip, what is due, and how it waits.

Three kinds of time make it move, and nothing else:

busy  Real time between two calls into the chip is the firmware's own work. It counts `cpu`-fold.
      The chip's work (this folder) lies between enter() and leave() and does not count; nor does the way
      in and out of it, frames of Python that are a call in C on the chip (gauge.py).
cost  A hardware call adds its entry of `costs`, whatever the PC needed for it.
idle  In wait() time passes as fast as on the wall, `speed` times, never beyond what is due next. When
      costs and slow bytecode have put the chip's clock ahead, the wall catches up at the next wait.

Soft timers, inputs of the world with a later time stamp and the watchdog become due. They are looked
at after each costed call and at each wait point, as late as on the chip or later, never earlier.

Standalone (no link; unit tests): busy time does not count and idle time passes at once, so that
a test of an hour is over in a moment and gives the same result each time. A test that talks to another
process sets speed to 1.
"""

import link
import stall
from micropython import const
from utime import sleep_us as sleep_real_us
from utime import ticks_diff, ticks_us

NEVER = 1 << 60
_LONG_US = const(200)  # busy this long: ask the host whether it was really us
_STALL_US = const(20_000)  # no timer could run for so long: a stall

now = 0  # us since the boot of this chip
cpu = 0  # busy time counts so often; 0 standalone
speed = 0  # idle time passes so often as fast; 0 standalone: at once
due = NEVER  # when the next thing is due; only ever the least of the following
bite = NEVER  # when the watchdog bites; set by machine.WDT
timers = []  # running machine.Timer objects: .due_us, .fire()
events = []  # [(us, function, argument)] in order: inputs from the world that lie ahead
left = 0  # when the last wait ended
free = 0  # when timers could run last: the begin of a stall, if there is one
fired_us = 0  # in timer callbacks, since boot
schedstat = None  # open /proc/self/schedstat; power.py sets it
_line = bytearray(80)  # of it

way_ns = 0  # real time of the way into the chip and out again, for each call; gauge.py measures it
_owed_ns = 0  # busy time that has not been counted yet, or below zero: the way's share is yet to be taken off
mark = ticks_us()  # real time of the last enter() or leave()
_wall_real = mark
_wall_us = 0
_firing = False  # timer callbacks never nest
_held_us = 0  # when hold() began
_queued_us = 0  # real us that the host had us wait for a core, in all


def enter():
    """Begin a call into the chip: the firmware's work since the last one becomes time."""
    global now, mark, _owed_ns
    real = ticks_us()
    if cpu:
        busy = ticks_diff(real, mark)
        if busy > _LONG_US:
            busy = max(0, busy - _lost())
        _owed_ns += 1000 * busy - way_ns
        if _owed_ns > 0:
            now += _owed_ns * cpu // 1000
            _owed_ns = 0
    mark = real


def leave():
    """End a call into the chip."""
    global mark
    mark = ticks_us()


def spend(us):
    """Begin a hardware call that costs this much; run what is due. The caller ends it with leave()."""
    global now, free
    enter()
    now += us
    if not _firing and now - free > _STALL_US:
        stall.tell(now - free, us)
    if now >= due:
        run_due()
    if not _firing:
        free = now


def cost(us):
    """Add a cost inside a C call (file system), where no timer runs, as on the chip."""
    global now
    now += us
    stall.flash_us += us


def _lost():
    """Real us since the last time asked in which the host gave our core to others."""
    global _queued_us
    if schedstat is None:
        return 0
    schedstat.seek(0)
    size = schedstat.readinto(_line)
    before = _queued_us
    _queued_us = _second_number(size) // 1000
    return _queued_us - before


def _second_number(size):
    """Of the words in _line, without garbage: this is asked at every wait, and nobody collects for it."""
    number, word = 0, 0
    for i in range(size):
        if _line[i] == 32:
            word += 1
        elif word == 1:
            number = 10 * number + _line[i] - 48
    return number


def at(us, function, argument):
    """Call function(argument) when it is `us` on the chip."""
    i = len(events)
    while i and events[i - 1][0] > us:
        i -= 1
    events.insert(i, (us, function, argument))
    plan()


def hold(on):
    """A call in C begins, or ends, in which no timer runs however long it waits. Not to be called in a timer."""
    global _firing, _held_us, free
    if on:
        _held_us = now
    else:
        free = _held_us
    _firing = on
    plan()


def plan():
    """Find out what is due next. To be called by whoever changes timers, events or bite."""
    global due
    due = bite
    if events and events[0][0] < due:
        due = events[0][0]
    if not _firing:
        for timer in timers:
            if timer.due_us < due:
                due = timer.due_us


def run_due():
    """Apply inputs, let the watchdog bite, fire timers: what is due by now, each once."""
    global _firing, fired_us
    while events and events[0][0] <= now:
        _, function, argument = events.pop(0)
        function(argument)
    if now >= bite:
        link.reset("wdt", bite)
    if not _firing:
        _firing = True
        began = now
        plan()
        try:
            for timer in timers:
                if timer.due_us <= now:
                    timer.fire()
        finally:
            _firing = False
            fired_us += now - began
    plan()


def wait(until, scan):
    """Wait point: -> True as soon as `scan` finds something, False when it is `until` (us, NEVER).

    scan(ms): poll what is real, at most so many real ms; reads the link; says what it found.
    The caller has begun the call and ends it.
    """
    global left, free
    if not _firing and now - free > _STALL_US:
        stall.tell(now - free, None)
    if speed:
        _keep_pace()
    while True:
        found = scan(0)
        link.sync(now, left)
        if link.ordered_us and not _firing:
            stall.order()
        late = now >= due
        if late:
            run_due()
        if found or now >= until:
            break
        if late:
            continue  # what it brought or switched is seen and told before the chip idles
        stop = min(until, due)
        if link.file:
            stop = min(stop, link.synced_us + link.SYNC_US)
            if link.next_us >= 0:
                stop = min(stop, link.next_us)
        _idle(stop, scan)
        left = now
    left = free = now
    if not _firing:
        stall.watch()
    if cpu:
        _lost()  # what the host took while we idled is nobody's busy time
    return found


def _wall():
    """Where simulated time would be if it had passed as the wall's since the last look."""
    global _wall_us, _wall_real
    real = ticks_us()
    _wall_us += ticks_diff(real, _wall_real) * speed
    _wall_real = real
    return _wall_us


def _keep_pace():
    """Let the wall catch up with costs and slow bytecode: what comes in meanwhile comes now, as on the chip."""
    global _wall_us
    ahead = (now - _wall()) // speed
    if ahead >= 1000:
        sleep_real_us(ahead)
    elif ahead < -1000:
        _wall_us = now + 1000 * speed  # what the simulation itself took is not caught up


def _idle(stop, scan):
    """Let time pass up to `stop`, with the wall or, standalone, at once; something may come sooner."""
    global now
    if stop >= NEVER:
        stop = now + link.SYNC_US
        if not speed:
            scan(link.SYNC_US // 1000)  # only another process can end this wait
    if speed:
        ms = (stop - _wall()) // speed // 1000
        if ms > 0:
            began = ticks_us()
            scan(ms)
            if ticks_diff(ticks_us(), began) < ms * 1000:  # woken early
                now = min(stop, max(now, _wall()))
                return
    now = max(now, stop)


def sleep_us(us):
    """Wait point of time.sleep and its like; timers run meanwhile."""
    enter()
    wait(now + max(0, us), link.scan)
    leave()
