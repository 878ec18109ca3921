"""The safety path of one outlet: a timer callback that samples the pilot, asks the connector, and
moves contactor and pilot.

It is the only place that closes a contactor. It runs from machine.Timer, which interrupts bytecode
but not C calls, so Python may be late here and the answer to that is part of the path: every gap
between two samples is measured, and after a long one the contactor opens and the sequence starts
anew. Whatever is raised opens the contactor first. The callback allocates nothing and tells
nobody: `beat()`, called by the main loop, logs what happened, and is the loop's sign of life
without which the watchdog is not fed.

When a burst says that the car may have left C, the callback waits for the next one itself: the main
loop could be late once more, and the contactor has to open in time whatever the chip is busy with.
"""

from time import sleep_ms, ticks_diff, ticks_ms

import micropython
from machine import WDT, Timer
from micropython import const

WATCHDOG_MS = 3000  # longer than any allowed stall, and the most a hung chip may go on
_BEAT_MS = const(2000)  # the main loop must have given a sign of life within this
_REST_MS = const(100)  # sampling period of a connector that is idle
_SOON_MS = const(15)  # a period below this is waited for in place
_LOOKS = const(3)  # ... so often at the most; the filter has decided by then
_QUEUED_MS = const(7)  # after a stall the timer's queued calls come behind a burst of 5 ms: they are no samples
_LATE_MS = const(80)  # a gap that raises an alarm: four samples are missing
_BLIND_MS = const(250)  # a gap that opens the contactor
_CTRL_C = const(3)


class Guard:
    """What the safety paths of one chip share: the watchdog, and Ctrl-C, which is off while any
    contactor may be closed."""

    def __init__(self, outlets=1):
        self._all = (1 << outlets) - 1
        self._ran = 0  # bit per outlet: has run since the watchdog was fed
        self._closed = 0  # bit per outlet: commanded closed and not yet proven open
        self._beat_ms = ticks_ms()
        self._watchdog = WDT(timeout=WATCHDOG_MS)

    def beat(self):
        self._beat_ms = ticks_ms()

    def ran(self, bit, now_ms):
        """An outlet's path has run. The watchdog is fed when all have, and the main loop is
        alive."""
        self._ran |= bit
        if self._ran == self._all and ticks_diff(now_ms, self._beat_ms) < _BEAT_MS:
            self._ran = 0
            self._watchdog.feed()

    def hold(self, bit):
        self._closed |= bit
        micropython.kbd_intr(-1)

    def release(self, bit):
        if self._closed & bit:
            self._closed &= ~bit
            if not self._closed:
                micropython.kbd_intr(_CTRL_C)


class Safety:
    """The safety path of outlet number 1, 2, ... Figures: gap_ms_max and late (closed contactor
    only), blind, errors."""

    def __init__(self, number, pilot, contactor, connector, guard, log):
        self.pilot = pilot
        self.contactor = contactor
        self.connector = connector
        self._guard = guard
        self._bit = 1 << (number - 1)
        self._log = log
        self._timer = Timer(number - 1)
        self._callback = self._on_timer  # bound once: binding allocates
        self._period_ms = 0
        self.last_ms = ticks_ms()  # when the last burst began
        self.gap_ms_max = 0
        self.late = 0  # gaps above 80 ms
        self.blind = 0  # gaps above 250 ms: the contactor was opened
        self.errors = 0  # exceptions in the callback
        self._error = None  # the last one, for the log
        self.polls = ()  # what else is looked at with every burst: functions that allocate nothing and set faults
        self._told = [0, 0, 0]  # late, blind, errors as last logged
        self.notice = log.warn  # what takes the sentence that the owner is told, once

    def start(self):
        """Takes the outlet into service. From here on the main loop must call beat() at least once
        in two seconds."""
        self.contactor.open()
        self._guard.beat()
        self.last_ms = ticks_ms()
        self._arm(_REST_MS)

    def stop(self):
        """Takes it out of service: contactor open, pilot at rest. Without start() the watchdog
        will end the program."""
        self.contactor.open()
        self._timer.deinit()
        self._period_ms = 0
        self.pilot.offer(65535)

    def beat(self):
        """The main loop lives. Logs what the callback met since."""
        self._guard.beat()
        told = self._told
        late = told[0] != self.late or told[1] != self.blind
        if told[0] != self.late:
            self._log.warn("pilot sampled late %d times, worst %d ms" % (self.late, self.gap_ms_max))
            told[0] = self.late
        if told[1] != self.blind:
            self._log.error("contactor opened: no pilot sample for 250 ms (%d times)" % self.blind)
            told[1] = self.blind
        if told[2] != self.errors:
            self._log.error("contactor opened: safety path: %r (%d times)" % (self._error, self.errors))
            told[2] = self.errors
        if late:
            self.notice("the pilot was sampled late while a car charged: gap tells how often")

    def _arm(self, period_ms):
        if period_ms != self._period_ms:
            self._period_ms = period_ms
            self._timer.init(mode=Timer.PERIODIC, period=period_ms, callback=self._callback)

    def _on_timer(self, _timer):
        try:
            now_ms = ticks_ms()
            gap_ms = ticks_diff(now_ms, self.last_ms)
            if gap_ms < _QUEUED_MS:
                return
            self.last_ms = now_ms
            self._measure(now_ms, gap_ms)
            self._step(now_ms)
            for _ in range(_LOOKS):
                if self.connector.period_ms >= _SOON_MS:
                    break
                sleep_ms(max(0, self.connector.period_ms - ticks_diff(ticks_ms(), now_ms)))
                now_ms = self.last_ms = ticks_ms()
                self._step(now_ms)
            self._arm(self.connector.period_ms)
        except BaseException as e:
            self.contactor.open()
            self.errors += 1
            self._error = e
            self.connector.restart(now_ms)
            self.pilot.offer(self.connector.duty)
            if not isinstance(e, Exception):
                raise
        self._guard.ran(self._bit, now_ms)

    def _measure(self, now_ms, gap_ms):
        if not self.contactor.commanded:
            return
        if gap_ms > self.gap_ms_max:
            self.gap_ms_max = gap_ms
        if gap_ms > _BLIND_MS:
            self.contactor.open()
            self.blind += 1
            self.connector.restart(now_ms)
        elif gap_ms > _LATE_MS:
            self.late += 1

    def _step(self, now_ms):
        pilot = self.pilot
        contactor = self.contactor
        connector = self.connector
        pilot.sample()
        for poll in self.polls:
            poll()
        connector.tick(now_ms, pilot.high_mv, pilot.low_mv, contactor.feedback())
        if connector.close:
            self._guard.hold(self._bit)
            contactor.close()
        else:
            contactor.open()
            if connector.is_open:
                self._guard.release(self._bit)
        pilot.offer(connector.duty)
