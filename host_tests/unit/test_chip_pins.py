"""PWM, ADC, pins and UART of the simulated chip: the arithmetic that the pilot and the meter rest on."""

# Runs on the simulated chip.

import time

import link
import machine
import micropython
from check import eq, raises
from neopixel import NeoPixel


def reads(adc, count=1000):
    return [adc.read_uv() // 1000 for _ in range(count)]


def wire(duty, noise_mv=0):
    """ADC pin 36 sees the PWM on pin 27: 2000 mV while it is high, 400 mV while it is low."""
    machine.PWM(machine.Pin(27), freq=1000, duty_u16=duty)
    link.set_analog(36, 2000, 400, noise_mv, 27)
    return machine.ADC(machine.Pin(36), atten=machine.ADC.ATTN_11DB)


def test_reads_are_high_as_often_as_the_duty_says():
    for percent in (10, 26, 50, 90):
        values = reads(wire(65535 * percent // 100))
        eq(set(values), {2000, 400})
        assert abs(values.count(2000) - 10 * percent) <= 20, (percent, values.count(2000))


def test_full_duty_is_always_high_and_none_always_low():
    eq(set(reads(wire(65535))), {2000})
    eq(set(reads(wire(0))), {400})


def test_a_pwm_that_was_given_back_is_low():
    adc = wire(65535)
    machine.PWM(machine.Pin(27), freq=1000, duty_u16=65535).deinit()
    eq(set(reads(adc, 20)), {400})


def test_a_plain_output_pin_drives_the_wire_too():
    link.set_analog(39, 2000, 400, 0, 4)
    adc = machine.ADC(machine.Pin(39))
    pin = machine.Pin(4, machine.Pin.OUT, value=1)
    eq(set(reads(adc, 20)), {2000})
    pin.value(0)
    eq(set(reads(adc, 20)), {400})


def test_noise_spreads_evenly_and_never_beyond_its_amplitude():
    values = reads(wire(65535, noise_mv=10), 4000)
    eq((min(values), max(values)), (1990, 2010))
    mean = sum(values) // len(values)
    assert 1999 <= mean <= 2000, mean


def test_the_adc_saturates():
    link.set_analog(35, 5000, 5000)
    eq(machine.ADC(machine.Pin(35)).read_uv(), 3_100_000)
    eq(machine.ADC(machine.Pin(35)).read_u16(), 65535)


def test_a_burst_allocates_nothing():
    read = wire(6553, noise_mv=5).read_uv
    burst = [0] * 64
    micropython.heap_lock()
    try:
        for i in range(64):
            burst[i] = read()
    finally:
        micropython.heap_unlock()
    eq(len(burst), 64)


def test_a_pin_is_one_object_and_tells_only_changes():
    link.heard = []
    pin = machine.Pin(12, machine.Pin.OUT, value=0)
    assert machine.Pin(12) is pin
    pin.value(1)
    pin.on()
    pin.value(0)
    machine.Pin(12, machine.Pin.IN)
    told = [(kind, a, b) for kind, _, a, b, _ in link.heard]
    link.heard = None
    eq(told, [("P", 12, 0), ("P", 12, 1), ("P", 12, 0), ("P", 12, "Z")])


def test_an_input_reads_what_the_world_says_and_else_its_pull():
    eq(machine.Pin(15, machine.Pin.IN, machine.Pin.PULL_UP).value(), 1)
    eq(machine.Pin(16, machine.Pin.IN).value(), 0)
    link.set_level(15, 0)
    eq(machine.Pin(15).value(), 0)


def test_a_duty_beyond_16_bits_is_refused():
    pwm = machine.PWM(machine.Pin(27), freq=1000, duty_u16=0)
    raises(ValueError, pwm.duty_u16, 65536)
    raises(ValueError, pwm.duty_u16, -1)


def test_a_frame_leaves_the_uart_at_its_baud_rate():
    uart = machine.UART(1, 9600, tx=25, rx=32)
    uart.write(b"12345678")  # 8 characters of 10 bits: 8.3 ms
    time.sleep_ms(8)
    eq(uart.txdone(), False)
    time.sleep_ms(1)
    eq(uart.txdone(), True)


def test_flush_waits_until_the_last_bit_is_out():
    uart = machine.UART(1, 9600)
    began_us = time.ticks_us()
    uart.write(b"12345678")
    uart.flush()
    assert 8300 < time.ticks_diff(time.ticks_us(), began_us) < 8600


def test_bytes_arrive_and_what_does_not_fit_is_lost():
    uart = machine.UART(1, 9600, rxbuf=8)
    eq(uart.read(), None)
    link.feed(1, b"123456789")
    eq(uart.any(), 8)
    eq(uart.read(3), b"123")
    buf = bytearray(8)
    eq(uart.readinto(buf), 5)
    eq(bytes(buf[:5]), b"45678")
    eq(uart.read(), None)


def test_a_lamp_tells_its_colour_in_the_order_red_green_blue():
    link.heard = []
    lamp = NeoPixel(machine.Pin(18, machine.Pin.OUT), 2)
    lamp[0] = (255, 1, 16)
    lamp.write()
    told = link.heard[-1]
    link.heard = None
    eq((told[0], told[2], told[3]), ("N", 18, "ff0110000000"))
