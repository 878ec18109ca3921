"""The world's end of the socketpair to the chip: text lines, times in µs of the chip's clock.

The chip tells what it does (pins, PWM, UART, flash ...), then says `S t`: everything up to t has
been told. The world replays it, moves on to t, tells what the input pins see and says `T next`,
the time of its own next event, beyond which the chip does not wait without saying S again. `X`
asks for an S soon. Every line is explained in `tools/sim/README.md`.
"""

import asyncio
import time

from .air import Air
from .calls import named

_I2C = 100  # a bus is answered as if it were the UART of this number and more
_SPI = 150  # so is one of these
_ONEWIRE = 300  # so is a pin with a 1-wire bus
_PATIENCE_S = 0.5  # a request of the control port waits this long for a busy chip, Ctrl-C too


class Link:
    """One per program; `live()` runs once for each life of the chip.

    world: the model. log(text): one line for people. Process reads `spoke`, `ended`,
    `rtc_memory`, `rtc_us()`, `watchdog_ms` and `heard_at`; `bound(port, address)` hears of the
    chip's doors.
    """

    def __init__(self, world, log):
        self._world = world
        self._log = log
        self._writer = None
        self._waiting = []  # (act, future) for the next sync
        self._told = {}
        self._interrupted = None  # the future of a Ctrl-C that is on its way
        self._base_us = 0  # world time at which the chip's clock was 0
        self.bound = lambda port, address: None
        self.rtc_memory = ""
        self.clock = None  # (µs since 2000, world time at which it was so), None: never set
        self.watchdog_ms = 0
        self.heard_at = 0.0  # host's monotonic time of the last line
        self.spoke = False  # the chip has said something in this life
        self.ended = None  # why this life ended, as far as the chip could say
        for outlet in world.outlets.values():
            outlet.timing.on_closed = lambda closed, n=outlet.number: self._measure_gaps(n, closed)
            if outlet.meter:
                outlet.meter.send = lambda data, uart=outlet.meter.uart: self._uart(uart, data)
            if outlet.earth:
                outlet.earth.send = self._uart
        if world.reader:
            world.reader.send = self._uart

    # --- a life of the chip

    async def live(self, reader, writer):
        """Serve the chip until it goes. Afterwards `ended` is its cause, or None."""
        self._writer, self._told, self.ended = writer, {}, None
        self._base_us = self._world.timeline.now_us
        self.watchdog_ms, self.spoke = 0, False
        self.heard_at = time.monotonic()
        try:
            while line := await reader.readline():
                self.heard_at, self.spoke = time.monotonic(), True
                self._take(line.decode().rstrip("\n"))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # killed: the process side says why
        finally:
            self._writer = None
            self._run_waiting()

    def rtc_us(self):
        """What the RTC reads now, in µs since 2000, when it was ever set."""
        then_us2000, at_us = self.clock
        return then_us2000 + self._world.timeline.now_us - at_us

    async def moment(self, act):
        """Run act() at the next instant the chip agrees to; at once when there is no chip, and
        without its consent when it is too busy or hung. Returns or raises what act() does.
        """
        if self._writer is None:
            return act()
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((act, future))
        self._send("X")
        try:
            return await asyncio.wait_for(asyncio.shield(future), _PATIENCE_S)
        except asyncio.TimeoutError:
            self._run_waiting()
            return await future

    async def interrupted(self):
        """Ctrl-C -> whether the chip has raised it; not: it waits for nothing, and nothing comes of it any more."""
        self._interrupted = asyncio.get_running_loop().create_future()
        self._send("Z -1")
        done, _ = await asyncio.wait([self._interrupted], timeout=_PATIENCE_S)
        if not done:
            self._send("Z 0")
        return bool(done)

    def _run_waiting(self):
        waiting, self._waiting = self._waiting, []
        for act, future in waiting:
            if future.done():
                continue  # whoever asked has gone
            try:
                future.set_result(act())
            except Exception as error:
                future.set_exception(error)

    # --- from the chip

    def _take(self, line):
        letter, _, rest = line.partition(" ")
        stamp, _, rest = rest.partition(" ")
        self._world.advance(self._base_us + int(stamp))
        self._TAKE[letter](self, *rest.split(" ", self._FIELDS.get(letter, 9) - 1))

    def _pin(self, pin, level):
        self._world.output(int(pin), None if level == "Z" else int(level))

    def _pwm(self, pin, duty, hertz):
        self._world.pwm(int(pin), int(duty), int(hertz))

    def _uart_sent(self, number, data):
        self._world.uart(int(number), bytes.fromhex(data))

    def _transfer(self, bus, address, what):
        """what: how many bytes are read, or "w" and those that are written. The chip waits for the answer."""
        what = bytes.fromhex(what[1:]) if what[0] == "w" else int(what)
        came = self._world.i2c(int(address), what)
        self._uart(_I2C + int(bus), b"\x00" if came is None else b"\x01" + came)

    def _onewire(self, pin, what):
        """what: "r" a reset, "w" and a byte that is written, "1" a byte is read. The chip waits for the answer."""
        self._uart(_ONEWIRE + int(pin), bytes((self._world.onewire(int(pin), what),)))

    def _spi(self, bus, mode, hertz, what):
        """what: "w" and bytes in hex that are sent, or "x" when the chip waits for what comes back."""
        came = self._world.spi(int(mode), int(hertz), bytes.fromhex(what[1:]))
        if what[0] == "x":
            self._uart(_SPI + int(bus), came)

    def _light(self, pin, colours):
        self._world.light(int(pin), colours)

    def _hotspot(self, ssid="", key=""):
        self._world.hotspot(bytes.fromhex(ssid).decode(), bytes.fromhex(key).decode())

    def _flash(self, kind, count):
        self._world.flashed(kind, int(count))

    def _memory(self, data=""):
        self.rtc_memory = data

    def _watchdog(self, timeout_ms):
        self.watchdog_ms = int(timeout_ms)
        self._world.armed_us = self._world.timeline.now_us

    def _bound(self, port, address):
        self.bound(int(port), address)

    def _reset(self, cause):
        self.ended = cause

    def _was_interrupted(self, _=""):
        if self._interrupted and not self._interrupted.done():
            self._interrupted.set_result(None)

    def _said(self, text=""):
        self._log(text)

    def _clock_set(self, s2000):
        self.clock = int(s2000) * 1_000_000, self._world.timeline.now_us

    def _gap(self, pin, us):
        for n, outlet in self._world.outlets.items():
            if self._world.boards[n].PILOT["adc"] == int(pin):
                outlet.timing.gap(int(us))

    def _stall(self, us, cause):
        for outlet in self._world.outlets.values():
            outlet.timing.stall(int(us), named(cause))

    def _share(self, us):
        for outlet in self._world.outlets.values():
            outlet.timing.busy(int(us))

    def _sync(self, _idle="1"):
        self._run_waiting()
        self._world.advance(self._world.timeline.now_us)  # what is due at once
        self._tell_inputs()
        due = self._world.timeline.next_us()
        self._send("T %s" % (-1 if due is None else due - self._base_us))

    _TAKE = {
        "P": _pin, "D": _pwm, "U": _uart_sent, "I": _transfer, "1": _onewire, "N": _light, "F": _flash, "M": _memory,
        "W": _watchdog, "B": _bound, "R": _reset, "L": _said, "C": _clock_set,
        "J": _spi, "H": _hotspot, "Q": _gap, "Y": _stall, "V": _share, "S": _sync, "K": _was_interrupted,
    }  # fmt: skip
    _FIELDS = {"L": 1, "Y": 2}  # free text in the end

    # --- to the chip

    def _tell_inputs(self):
        now = self._now()
        for key, values in self._world.inputs().items():
            if self._told.get(key) != values:
                self._told[key] = values
                self._send("{} {} {} {}".format(key[0], now, key[1], " ".join(map(str, values))))
        while self._world.fuses:
            self._send("K {} {}".format(*self._world.fuses.pop(0)))
        if self._world.stall_ms:
            self._send(f"Z {self._world.stall_ms * 1000}")
            self._world.stall_ms = None
        if self._told.get("O", Air().words()) != (air := self._world.air.words()):
            self._told["O"] = air
            self._send("O {} {} {} {}".format(self._now(), *air))
        if self._told.get("N") != self._world.network:
            self._told["N"] = self._world.network
            self._send("N " + self._world.network)

    def _uart(self, number, data):
        self._send(f"R {self._now()} {number} {data.hex()}")

    def _measure_gaps(self, number, closed):
        pilot = self._world.boards[number].PILOT
        if pilot:
            self._send(f"Q {pilot['adc']} {int(closed)}")

    def _now(self):
        return self._world.timeline.now_us - self._base_us

    def _send(self, line):
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(line.encode() + b"\n")
