"""Both halves of the simulator together, with firmwares of a few lines."""

import asyncio
import contextlib
import socket

import pytest
from world_play import DEVKIT, a_world

from tools.sim.world import names, options
from tools.sim.world.link import Link
from tools.sim.world.process import Chip, NoChip
from tools.sim.world.run import chip_folder

PILOT, COIL = DEVKIT.PILOT, DEVKIT.CONTACTOR

ECHO = f"""
import asyncio
from machine import ADC, PWM, Pin
coil = Pin({COIL["coil"]}, Pin.OUT, value=0)
mirror = Pin({COIL["mirror"]}, Pin.IN)
adc = ADC(Pin({PILOT["adc"]}), atten=ADC.ATTN_11DB)
pilot = PWM(Pin({PILOT["pwm"]}), freq=1000, duty_u16=65535)

async def main():
    print("firmware runs")
    while True:
        mv = max(adc.read_uv() for _ in range(20)) // 1000
        coil.value(abs(mv - 1960) < 100)
        if mirror.value() == {COIL["mirror_closed"]}:
            print("closed")
        await asyncio.sleep_ms(20)

asyncio.run(main())
"""


class Bench:
    """A chip with a firmware of one file in a world of its own."""

    def __init__(self, folder, main, **settings):
        self.log = []
        self.world = a_world()
        self.link = Link(self.world, self.log.append)
        build = folder / "build"
        build.mkdir()
        (build / "main.py").write_text(main)
        path = options.interpreter(None)
        command = [path, "-X", f"heapsize={options.heap(None, path)}", "-m", "start"]
        settings = {"data": folder, "build": build, "speed": 1, "cpu": 1, "slow_flash": 0, **settings}
        self.chip = Chip(command, chip_folder(), settings, self.world, self.link, self.log.append)

    async def __aenter__(self):
        self._task = asyncio.create_task(self.chip.run())
        return self

    async def __aexit__(self, *_):
        self._task.cancel()
        self.chip.kill()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def until(self, true, seconds=10):
        """Wait until true() is; the log is in the failure."""
        for _ in range(seconds * 100):
            if true():
                return
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.01)
        raise AssertionError("\n".join(["never came true; the log:", *self.log]))

    async def do(self, act):
        return await self.link.moment(act)


def on_a_bench(folder, main, story, **settings):
    async def play():
        async with Bench(folder, main, **settings) as bench:
            await story(bench)

    asyncio.run(play())


def test_what_the_car_does_reaches_the_adc_and_what_the_coil_does_reaches_the_world(tmp_path):
    async def story(bench):
        await bench.until(lambda: "firmware runs" in bench.log)
        outlet = bench.world.outlet(1)
        car = {"phases": 3, "amps": 16, "kwh": None, "cable": 32, "reply_s": 0.2}
        await bench.do(lambda: outlet.plug(on=True, ventilation=False, **car))
        await bench.until(lambda: outlet.contactor.closed)
        await bench.until(lambda: "closed" in bench.log)
        await bench.do(lambda: outlet.ready(False))
        await bench.until(lambda: not outlet.contactor.closed)
        assert 0 < outlet.timing.coil_ms_last < 40
        late_ms = outlet.timing.open_ms_last - outlet.timing.coil_ms_last
        assert late_ms == pytest.approx(COIL["release_ms"])

    on_a_bench(tmp_path, ECHO, story)


def test_the_gap_between_pilot_samples_is_measured_while_closed(tmp_path):
    async def story(bench):
        outlet = bench.world.outlet(1)
        car = {"phases": 3, "amps": 16, "kwh": None, "cable": 32, "reply_s": 0.2}
        await bench.do(lambda: outlet.plug(on=True, ventilation=False, **car))
        await bench.until(lambda: outlet.contactor.closed)
        await bench.until(lambda: outlet.timing.gap_ms_max is not None)
        assert 15 < outlet.timing.gap_ms_max < 40

    on_a_bench(tmp_path, ECHO, story)


def test_a_reset_keeps_rtc_memory_and_clock_and_counts(tmp_path):
    firmware = """
import machine, time
rtc = machine.RTC()
if machine.reset_cause() == machine.PWRON_RESET:
    rtc.memory(b"kept")
    rtc.datetime((2030, 1, 2, 0, 3, 4, 5, 0))
    time.sleep_ms(200)
    machine.reset()
print("again", rtc.memory(), time.gmtime()[:6])
while True:
    time.sleep_ms(50)
"""

    async def story(bench):
        await bench.until(lambda: any(line.startswith("again") for line in bench.log))
        assert "again b'kept' (2030, 1, 2, 3, 4, 5)" in bench.log
        assert bench.world.resets == 1
        assert "sim: chip reset: reset" in bench.log

    on_a_bench(tmp_path, firmware, story)


def test_an_exception_opens_the_contactor_and_starts_the_chip_again(tmp_path):
    firmware = f"""
import time
from machine import Pin
Pin({COIL["coil"]}, Pin.OUT, value=1)
time.sleep_ms(300)
1 / 0
"""

    async def story(bench):
        closed = []
        bench.world.listeners.append(lambda e: e["event"] == "contactor" and closed.append(e))
        await bench.until(lambda: bench.world.resets == 2)
        assert sum("ZeroDivisionError" in line for line in bench.log) == 2
        assert [event["closed"] for event in closed][:2] == [True, False]

    on_a_bench(tmp_path, firmware, story)


def test_a_firmware_that_hangs_is_bitten_by_its_watchdog_and_the_world_lives(tmp_path):
    firmware = f"""
import machine, time
print("cause", machine.reset_cause() == machine.WDT_RESET)
machine.Pin({COIL["coil"]}, machine.Pin.OUT, value=1)
machine.WDT(timeout=1000)
time.sleep_ms(100)
while True:
    pass
"""

    async def story(bench):
        await bench.until(lambda: bench.world.outlet(1).contactor.closed)
        await asyncio.sleep(0.5)
        await bench.do(lambda: bench.world.fault(1, "diode", True))
        await bench.until(lambda: "cause True" in bench.log, 15)
        assert "sim: chip reset: wdt" in bench.log

    on_a_bench(tmp_path, firmware, story)


def test_an_interpreter_that_cannot_start_is_an_error_not_a_loop(tmp_path):
    bench = Bench(tmp_path, "")
    bench.chip = Chip(["/bin/echo"], "", {}, bench.world, bench.link, bench.log.append)
    with pytest.raises(NoChip, match="before the chip started"):
        asyncio.run(bench.chip.run())


def test_the_heap_has_room_for_the_chip_itself(tmp_path):
    firmware = """
import gc, sys, time
gc.collect()
print("taken", gc.mem_alloc(), 8 if sys.maxsize >> 31 > 1 else 4)
time.sleep(10)
"""

    async def story(bench):
        await bench.until(lambda: any(line.startswith("taken") for line in bench.log))
        taken, word = next(line.split()[1:] for line in bench.log if line.startswith("taken"))
        assert int(taken) <= options.CHIP_HEAP[int(word)]

    on_a_bench(tmp_path, firmware, story)


def test_a_name_is_looked_up_and_the_time_is_the_worlds(tmp_path):
    firmware = """
import socket, time
a_query = b"\\x12\\x34\\x01\\0\\0\\1\\0\\0\\0\\0\\0\\0\\x09localhost\\0\\0\\1\\0\\1"
for port, message in ((53, a_query), (123, b"\\x23" + b"\\0" * 47)):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(3)
    s.sendto(message, ("192.168.1.1", port))
    print(port, s.recvfrom(512)[0])
while True:
    time.sleep_ms(50)
"""

    async def play():
        async def moment(act):
            return act()

        doors = {
            "dns": await names.listen(names.Names()),
            "ntp": await names.listen(names.Time(moment, lambda: 1_900_000_000)),
        }
        async with Bench(tmp_path, firmware, **doors) as bench:
            await bench.until(lambda: any(line.startswith("123 ") for line in bench.log))
            answers = dict(line.split(" ", 1) for line in bench.log if line[0] in "15")
            assert socket.inet_aton("127.0.0.1") == eval(answers["53"])[-4:]
            seconds = int.from_bytes(eval(answers["123"])[40:44], "big")
            assert seconds == 1_900_000_000 + names._NTP_EPOCH_S

    asyncio.run(play())
