"""The temperature sensors on the simulated chip, and what the outlet makes of them."""

# Runs on the simulated chip.

import clock
import link
import machine
from box import Plain, part_outlet
from check import eq, raises
from one_wire import Slave, crc8

from pilotwire import hal, loader
from pilotwire.core.faults import FaultSet
from pilotwire.core.limits import Limits
from pilotwire.parts import temperature

PIN, ADC = 16, 36
CURVE = ((105385, -20), (33621, 0), (10000, 25), (3588, 50), (1760, 70), (934, 90), (529, 110))  # 10 kOhm, beta 3950
DS18B20 = {"kind": "ds18b20", "pin": PIN, "stop_c": 65}
MCP9700 = {"kind": "mcp9700", "adc": ADC, "stop_c": 65}
NTC = {"kind": "ntc", "adc": ADC, "pull_up_ohm": 10000, "supply_mv": 3300, "curve": CURVE, "stop_c": 65}


def made(spec):
    return hal.make(Plain(TEMPERATURE=spec), "TEMPERATURE")


def volts(mv, noise_mv=0):
    link.set_analog(ADC, mv, mv, noise_mv)


class Sensor(Slave):
    """A DS18B20 (data sheet, table 3); trouble is a function of its answer."""

    def __init__(self):
        super().__init__()
        self.tenths = 250
        self.trouble = lambda answer: answer
        self.power_up()

    def power_up(self):
        self.pad = bytearray(b"\x50\x05\x4b\x46\x7f\xff\x0c\x10")
        self.heard, self.answer = b"", b""

    def told(self):
        if self.heard == b"\xcc\x44":
            raw = self.tenths * 16 // 10 & 0xFFFF
            self.pad[0], self.pad[1] = raw & 255, raw >> 8
        elif self.heard == b"\xcc\xbe":
            self.answer = self.trouble(bytes(self.pad) + crc8(self.pad))
        elif self.heard[:2] == b"\xcc\x4e" and len(self.heard) == 5:
            self.pad[2:5] = self.heard[2:]


def ds18b20():
    """-> (driver, sensor), the first conversion begun."""
    sensor = Sensor()
    driver = made(DS18B20)
    eq(driver.read(), None)
    return driver, sensor


# --- MCP9700


def test_mcp9700_at_the_points_of_its_data_sheet():
    sensor = made(MCP9700)
    for mv, tenths in ((500, 0), (750, 250), (1150, 650), (1450, 950), (300, -200), (1750, 1250)):
        volts(mv)
        eq(sensor.read(), tenths)


def test_mcp9700_noise_is_averaged():
    sensor = made(MCP9700)
    volts(750, 20)
    for _ in range(20):
        assert abs(sensor.read() - 250) < 20


def test_mcp9700_unplugged_tells_what_cannot_be():
    sensor = made(MCP9700)
    for mv in (0, 142, 3300):  # 142: where an ESP32's ADC ends
        volts(mv)
        assert not -300 <= sensor.read() <= 1250


def test_a_read_of_an_analog_sensor_takes_half_a_millisecond():
    sensor = made(MCP9700)
    began = clock.now
    sensor.read()
    assert clock.now - began < 1000


# --- NTC


def test_ntc_at_the_points_of_its_curve_and_between_them():
    sensor = made(NTC)
    for ohm, c in CURVE + ((17960, 12.6), (5826, 37.7), (2488, 59.9), (1268, 79.8), (697, 99.9)):
        volts(3300 * ohm // (ohm + 10000))
        assert abs(sensor.read() - c * 10) <= 20, (ohm, sensor.read())


def test_ntc_broken_or_shorted_is_an_error():
    sensor = made(NTC)
    for mv in (0, 100, 3100, 3300):
        volts(mv)
        raises(OSError, sensor.read)
    volts(1650)
    eq(sensor.read(), 250)


# --- DS18B20


def test_ds18b20_tells_what_it_measured_since_the_last_read():
    driver, sensor = ds18b20()
    for tenths in (250, 255, -105, 0, 850, 1250, -550, -5):
        sensor.tenths = tenths
        driver.read()
        assert abs(driver.read() - tenths) <= 1


def test_ds18b20_is_not_believed_before_it_has_measured():
    driver, sensor = ds18b20()
    eq(driver.read(), 250)
    sensor.power_up()  # it lost its supply for a moment: 85 degrees, and other marks than ours
    raises(OSError, driver.read)
    eq(driver.read(), None)
    eq(driver.read(), 250)


def test_ds18b20_that_is_not_there():
    driver, sensor = ds18b20()
    sensor.there = False
    for _ in range(3):
        raises(OSError, driver.read)
    sensor.there = True
    sensor.power_up()
    eq(driver.read(), None)
    eq(driver.read(), 250)


def test_ds18b20_never_there():
    sensor = Sensor()
    sensor.there = False
    raises(OSError, made(DS18B20).read)


def test_ds18b20_garbage_silence_and_a_wire_at_ground():
    for trouble in (
        lambda answer: bytes((answer[0] ^ 1,)) + answer[1:],
        lambda answer: answer[:8] + bytes((answer[8] ^ 0x80,)),
        lambda answer: answer[:4],
        lambda answer: b"",
        lambda answer: bytes(9),  # its CRC is right
        lambda answer: b"\xff" * 9,
    ):
        driver, sensor = ds18b20()
        sensor.trouble = trouble
        raises(OSError, driver.read)
        sensor.trouble = lambda answer: answer
        eq(driver.read(), None)
        eq(driver.read(), 250)


def test_ds18b20_a_DS18S20_is_another_sensor():
    driver, sensor = ds18b20()
    sensor.trouble = lambda answer: b"\x32\x00\x55\x2a\xff\xff\x0c\x10"
    raises(OSError, driver.read)


def test_a_read_of_a_ds18b20_takes_10_ms_and_lets_timers_run():
    driver, _ = ds18b20()
    began = clock.now
    driver.read()
    assert clock.now - began < 10_000
    fired = []
    timer = machine.Timer(3)
    timer.init(mode=machine.Timer.PERIODIC, period=1, callback=lambda _: fired.append(1))
    driver.read()
    timer.deinit()
    assert len(fired) >= 6


# --- the part


class Driver:
    """Tells what it is given; None as None, an error is raised."""

    stop_c = 65

    def __init__(self):
        self.says = 250
        self.reads = 0

    def read(self):
        self.reads += 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


class Clock:
    now = 0

    def ms(self):
        return self.now


class Bench:
    """The part at tick 0, before its first turn: .part .driver .outlet."""

    def __init__(self, says=250):
        self.clock = Clock()
        self.driver = Driver()
        self.driver.says = says
        faults = FaultSet()
        self.outlet = part_outlet(
            faults,
            limits=Limits(),
            box=Plain(clock=self.clock, board=Plain(LIMITS={"ma": 16000, "phases": 3})),
            held=[],
        )
        self.outlet.hold = lambda name, on: self.outlet.held.append((name, on))
        self.part = temperature.make(self.outlet, self.driver, None)
        self.outlet.parts = {"temperature": self.part}

    def turn(self, seconds=0):
        """Turns for so long, and one at the end."""
        for _ in range(seconds * 5):
            self.part.step(self.clock.now)
            self.clock.now += 200
        self.part.step(self.clock.now)
        return self

    def reads(self, tenths_c):
        """It has told it when it was read next."""
        self.driver.says = tenths_c
        return self.turn(10)


def test_the_part_reads_each_ten_seconds_from_the_start():
    bench = Bench().turn()
    eq((bench.driver.reads, bench.part.tenths_c), (1, 250))
    eq(bench.turn(50).driver.reads, 6)


def test_the_part_reads_each_two_seconds_until_it_knows():
    bench = Bench(None).turn(10)
    eq((bench.driver.reads, bench.part.tenths_c), (6, None))
    bench.driver.says = OSError("nobody there")
    eq(bench.turn(10).driver.reads, 11)
    bench.reads(250)
    eq((bench.driver.reads, bench.part.tenths_c), (12, 250))


def test_news_of_the_outlet_make_no_reading():
    bench = Bench().turn(2)
    for _ in range(30):
        bench.outlet.connector.plugged = not bench.outlet.connector.plugged
        bench.turn()
        bench.clock.now += 200
    eq(bench.driver.reads, 1)
    eq(bench.turn(10).driver.reads, 2)


def test_the_part_limits_the_outlet():
    bench = Bench().turn()
    eq(bench.outlet.limits.items(), [("temperature", 16000)])
    bench.reads(430).reads(560)
    eq(bench.outlet.limits.items(), [("temperature", 10000)])
    eq(bench.part.tenths_c, 560)


def test_the_part_stops_a_hot_box_and_lets_it_go_on():
    bench = Bench().turn().reads(430).reads(600).reads(650)
    eq(bench.outlet.faults.names(), ["overheat"])
    eq(bench.reads(550).outlet.faults.names(), [])


def test_the_part_without_a_sensor_is_a_fault_after_a_minute():
    bench = Bench().turn()
    bench.driver.says = OSError("nobody there")
    eq(bench.turn(58).outlet.faults.names(), [])
    eq(bench.turn(4).outlet.faults.names(), ["sensor"])
    eq(bench.part.tenths_c, 250)  # the last one that was good
    bench.driver.says = 300
    eq(bench.turn(10).outlet.faults.names(), [])


def test_a_jump_from_one_reading_to_the_next_is_a_fault_until_it_is_steady():
    bench = Bench().turn().reads(460)
    eq(bench.outlet.faults.names(), ["sensor"])
    bench.turn(8)
    eq(bench.outlet.faults.names(), ["sensor"])
    eq(bench.turn(2).outlet.faults.names(), [])


def test_nothing_is_offered_while_nobody_knows():
    bench = Bench(None)
    eq(bench.outlet.limits.items(), [("temperature", 0)])
    eq(bench.turn(10).outlet.limits.items(), [("temperature", 0)])


def test_what_decides_comes_only_for_a_reading_that_may_change_something():
    bench = Bench().turn()
    loader.let_go()
    bench.reads(290).reads(340).reads(250)
    eq((bench.part.tenths_c, loader.here("core.derating")), (250, False))
    bench.reads(430)
    eq((bench.part.tenths_c, loader.here("core.derating")), (430, True))


def test_a_slow_change_is_no_jump_however_far_it_goes():
    bench = Bench().turn()
    for tenths_c in (300, 350, 270, 200, 155, 100, 20):
        eq(bench.reads(tenths_c).outlet.faults.names(), [])


def test_without_memory_for_it_the_outlet_is_held_back_until_there_is_some():
    bench = Bench().turn()
    lend = loader.lend

    def none(name):
        raise MemoryError

    loader.lend = none
    try:
        bench.reads(600)
        eq(bench.outlet.held, [("memory", True)])
    finally:
        loader.lend = lend
    bench.turn()
    eq((bench.outlet.held[1:], bench.outlet.faults.names()), ([("memory", False)], ["sensor"]))
