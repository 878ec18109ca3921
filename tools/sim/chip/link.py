"""The link to the world, and the registers in which its inputs stand.

One socketpair, lines of text, times in us of the chip's clock. The chip tells what its outputs do and at
each sync (`S t idle`) waits for `T next`; before it the world says what the inputs are from then on.

  chip -> world                                    world -> chip
  P t pin 0|1|Z      output level, Z: released     A t pin high low noise pwm_pin   mV at an ADC pin
  D t pin duty freq  PWM, duty of 65535                while pwm_pin is high, low (-1: always high)
  U t id hex         UART bytes sent               G t pin 0|1   level of an input pin, -1: its pull's
  N t pin hex        neopixel bytes, RRGGBB...     R t id hex    UART bytes, readable from t
  I t bus addr what  I2C transfer, see i2c.py          or the answer to I or J
  J t bus mode hertz what  SPI transfer, see spi.py
  1 t pin what       1-wire, see onewire.py
  F t e|p bytes      one flash erase or program    N mode        network on, silent or reset
  M t hex            RTC memory                    T next        answer to S; next own event or -1
  C t seconds        clock set, s since 2000       X             please sync
  W t timeout_ms     watchdog armed                    O t guests cable hex     see radio.py
  H t ssid key       access point on (hex), or off
  B t port address   listening port bound            K p|e n     power goes in the n-th flash program or erase
  R t cause          reset now: reset soft wdt,    Q pin 1|0     measure the gaps between bursts of
                     or power: cut as K said           reads of this ADC pin anew, or stop
  L t text           a line for the log
  Q t pin us         a longer gap than told before     Z us      stall for so long from now on,
  K t                Ctrl-C was raised                     -1: raise Ctrl-C instead
  Y t us cause       a stall: no timer could run for so long
  V t us             time in timer callbacks since boot, told each second while Q measures
  S t idle           told everything up to t

Standalone (no link) a test plays the world with set_level(), set_analog(), feed() and set_network(), and
sees what would have been told in `heard`, when it has made that a list.
"""

import os

import clock
import uselect
from micropython import const

_T = const(84)
_PAUSE_US = const(2000)  # no read for so long: a new burst
_SHARE_US = const(1_000_000)
_FLUSH = const(6)  # lines kept back at most: they live in the firmware's heap

SYNC_US = 100_000  # the world is told at least this often
file = None  # our end of the socketpair; None: standalone
out = []  # lines not told yet
heard = None  # standalone: a list that takes (kind, us, a, b, c) instead
next_us = -1  # the world's next own event; -1: none
synced_us = 0  # time of the last S
ordered_us = 0  # a stall that the world has ordered; -1: Ctrl-C

levels = {}  # pin -> 0 or 1, inputs
analog = {}  # pin -> [high mV, low mV, noise mV, pwm pin], ADC inputs; changed in place
outputs = {}  # pin -> [duty 0..65535, period us]; changed in place
edges = {}  # pin -> what hears that its level was set, see irq.py
uarts = {}  # id -> machine.UART
network = "on"  # or "silent", "reset"
fuses = {}  # "p", "e" -> flash programs, erases until the power goes; see burns()
watchers = []  # called when the network mode has changed

_poller = uselect.poll()
_asked = False  # X came
_gauges = {}  # ADC pin whose reads are measured -> [longest gap told, begin of the burst, its last read]
_told_us = 0  # time of the last V
_read_us = 0  # last read of one of these


def open_fd(fd):
    """Speak to the world over this file descriptor from now on."""
    global file
    file = open(fd, "r+b")
    _poller.register(file, uselect.POLLIN)


def tell(kind, a, b="", c=""):
    """Tell the world, at the next sync, what happened now."""
    if file:
        if len(out) >= _FLUSH:
            flush()
        out.append(("%s %d %s %s %s" % (kind, clock.now, a, b, c)).rstrip() + "\n")
    elif heard is not None:
        heard.append((kind, clock.now, a, b, c))


def flush():
    """Send what was told."""
    if file and out:
        file.write("".join(out).encode())
        out.clear()


def scan(ms):
    """Wait for the world alone, at most so many real ms. Never finds anything for the firmware."""
    for _ in _poller.ipoll(ms):
        receive()
    return False


def receive():
    """Take one line of the world. -> its first letter."""
    global next_us, ordered_us, _asked
    line = file.readline()
    if not line:
        die()
    if line[0] == _T:  # by far the most: no garbage for the firmware's heap
        next_us = int(line[2:])
        return "T"
    words = line.decode().split()
    kind = words[0]
    if kind == "X":
        _asked = True
    elif kind == "N":
        set_network(words[1])
    elif kind == "Q":
        _gauges.pop(int(words[1]), None)
        if words[2] == "1":
            _gauges[int(words[1])] = [0, 0, 0]
    elif kind == "K":
        fuses[words[1]] = int(words[2])
    elif kind == "Z":
        ordered_us = int(words[1])
    elif int(words[1]) > clock.now:
        clock.at(int(words[1]), _apply, words)
    else:
        _apply(words)
    return kind


def _apply(words):
    kind = words[0]
    who = int(words[2])
    if kind == "A":
        set_analog(who, *[int(w) for w in words[3:7]])
    elif kind == "G":
        set_level(who, int(words[3]))
    elif kind == "R":
        feed(who, bytes.fromhex(words[3]))
    elif kind == "O":
        __import__("radio").take(words)


def set_level(pin, level):
    """An input pin reads this from now on; below 0: nothing drives it, its pull decides."""
    levels[pin] = level
    if level < 0:
        levels.pop(pin)
    if pin in edges:
        edges[pin]()


def set_analog(pin, high_mv, low_mv, noise_mv=0, pwm_pin=-1):
    """An ADC pin sees high_mv while pwm_pin is high (-1: always), else low_mv, +- noise_mv."""
    analog.setdefault(pin, [0, 0, 0, -1])[:] = [high_mv, low_mv, noise_mv, pwm_pin]


def sampled(pin):
    """An ADC pin is being read. Gaps count from the begin of a burst to the begin of the next."""
    global _read_us
    gauge = _gauges.get(pin)
    if gauge:
        us = clock.now
        if us - gauge[2] > _PAUSE_US:
            if gauge[1] and us - gauge[1] > gauge[0]:
                gauge[0] = us - gauge[1]
                tell("Q", pin, gauge[0])
            gauge[1] = us
        gauge[2] = _read_us = us


def burns(kind):
    """The flash begins a program ("p") or an erase ("e"). -> True when the power goes in the middle of it."""
    left = fuses.get(kind, 0)
    if left:
        fuses[kind] = left - 1
    return left == 1


def feed(uart, data):
    """These bytes arrived at a UART; lost when nobody has opened it."""
    if uart in uarts:
        uarts[uart].feed(data)


def set_network(mode):
    """The network is "on", "silent" (no byte passes, nothing closes) or "reset" (gone)."""
    global network
    network = mode
    for watcher in watchers:
        watcher()


def sync(now, left):
    """Ask the world whether anything happened, if there is a reason to.

    A world that called while the firmware was busy is first told when that began, so that its event is seen to wait as
    long as it would have on the chip; but not before the last read of the pilot, which has not seen it.
    """
    global _told_us
    if not file:
        return
    if _gauges and now - _told_us >= _SHARE_US:
        _told_us = now
        tell("V", clock.fired_us)
    began = max(left, _read_us)
    if _asked and began < now:
        while out and int(out[0].split(" ", 2)[1]) <= began:
            file.write(out.pop(0).encode())
        _sync(began, 0)
    if _asked or out or now >= next_us >= 0 or now - synced_us >= SYNC_US:
        flush()
        _sync(now, 1)


def _sync(us, idle):
    global _asked, synced_us
    _asked = False
    synced_us = us
    file.write(b"S %d %d\n" % (us, idle))
    while receive() != "T":
        pass


def reset(cause, us=None):
    """The chip resets now (or did at `us`): nothing of the firmware runs any more, no `finally` either."""
    if not file:
        raise SystemExit(cause)
    flush()
    file.write(b"R %d %s\n" % (clock.now if us is None else max(us, synced_us), cause.encode()))
    die()


def die():
    """End this process without another bytecode of the firmware."""
    os.system("kill -9 $PPID")
    while True:
        pass
