"""Modbus RTU: frames, checksums, and registers turned into integers."""

import struct

from check import eq, raises

from pilotwire.proto.modbus import answer, crc, f32_milli, request
from pilotwire.proto.modbus_number import number, scaled


def framed(*body):
    """These bytes as a frame, with their checksum."""
    check = crc(bytes(body))
    return bytes(body) + bytes((check & 0xFF, check >> 8))


def f32(value):
    return struct.pack(">f", value)


def milli(value):
    return f32_milli(int.from_bytes(f32(value), "big"))


ANSWER = framed(1, 4, 4, 0x43, 0x66, 0x33, 0x34)  # 230.2 V


def test_the_checksum_is_that_of_the_standard():
    eq(crc(b"\x02\x07"), 0x1241)  # the example of its appendix B
    eq(crc(b"123456789"), 0x4B37)  # the check value that every table of CRCs gives


def test_a_question_is_address_function_start_count_checksum():
    eq(request(1, 4, 0x0034, 2), b"\x01\x04\x00\x34\x00\x02\x30\x05")
    eq(request(247, 3, 0xABCD, 125)[:6], b"\xf7\x03\xab\xcd\x00\x7d")


def test_a_question_for_no_register_or_too_many_is_refused():
    raises(ValueError, request, 1, 4, 0, 0)
    raises(ValueError, request, 1, 4, 0, 126)


def test_an_answer_is_found_whole_and_byte_by_byte():
    eq(answer(ANSWER, 1, 4, 2), ANSWER[3:7])
    for size in range(len(ANSWER)):
        eq(answer(ANSWER[:size], 1, 4, 2), None)


def test_bytes_behind_an_answer_do_not_spoil_it():
    eq(answer(ANSWER + b"\x00\xff", 1, 4, 2), ANSWER[3:7])


def test_the_noise_of_a_transceiver_that_turns_round_is_skipped():
    for noise in (b"\x00", b"\xff\xfe", b"\x01", b"\x01\x04", b"\x01\x04\x01", b"\x01\x01\x04"):
        eq(answer(noise + ANSWER, 1, 4, 2), ANSWER[3:7])


def test_our_own_question_that_comes_back_as_an_echo_is_skipped():
    eq(answer(request(1, 4, 0, 2) + ANSWER, 1, 4, 2), ANSWER[3:7])


def test_any_wrong_bit_in_the_answer_is_noticed():
    for i in range(8 * len(ANSWER)):
        broken = bytearray(ANSWER)
        broken[i // 8] ^= 1 << i % 8
        try:
            eq(answer(bytes(broken), 1, 4, 2), None)
        except ValueError:
            pass


def test_another_meters_answer_is_not_ours():
    eq(answer(framed(2, 4, 4, 1, 2, 3, 4), 1, 4, 2), None)
    eq(answer(framed(1, 3, 4, 1, 2, 3, 4), 1, 4, 2), None)


def test_an_answer_of_another_length_is_not_ours():
    eq(answer(framed(1, 4, 2, 1, 2), 1, 4, 2), None)


def test_a_refusal_names_the_exception_code():
    eq(str(raises(ValueError, answer, framed(1, 0x84, 2), 1, 4, 2)), "exception 2")


def test_a_wrong_checksum_is_called_so():
    eq(str(raises(ValueError, answer, ANSWER[:-1] + b"\x00", 1, 4, 2)), "checksum")


def test_floats_become_thousandths_within_half_of_the_registers_own_step():
    for value, want in (
        (0, 0),
        (9999.99, 9999990),
        (98765.432, 98765430),  # the register steps by 7.8 Wh here: 98765.4296875
        (131072, 131072000),
        (230.2, 230200),
        (-16.001, -16001),
        (0.0004, 0),
        (0.0006, 1),
        (-0.0006, -1),
        (16777216, 16777216000),
        (3.0e38, int(struct.unpack(">f", f32(3.0e38))[0]) * 1000),
    ):
        eq(milli(value), want)


def test_a_register_that_counts_up_never_seems_to_fall():
    bits = int.from_bytes(f32(98765.0), "big")
    last = 0
    for i in range(500):
        now = f32_milli(bits + i)
        assert now - last in (7, 8) or not last  # 1/128 kWh: the register's own step
        last = now


def test_what_is_no_number_is_missing():
    for bits in (0x7FC00000, 0xFFFFFFFF, 0x7F800000, 0xFF800000, 0x7F800001):
        eq(f32_milli(bits), None)


def test_minus_zero_and_the_smallest_numbers_are_zero():
    for bits in (0x80000000, 1, 0x007FFFFF, 0x00800000):
        eq(f32_milli(bits), 0)


def test_each_kind_of_register_is_read_with_its_sign_and_word_order():
    data = b"\xff\xfe\x00\x01\x00\x00\x00\x02"
    eq(number("u16", data, 0), 0xFFFE)
    eq(number("i16", data, 0), -2)
    eq(number("u32", data, 2), 0x00010000)
    eq(number("u32s", data, 2), 0x00000001)
    eq(number("i32", data, 0), -0x1FFFF)
    eq(number("i32s", data, 0), 0x0001FFFE)
    eq(number("u64", data, 0), 0xFFFE000100000002)
    eq(number("u64s", data, 0), 0x000200000001FFFE)
    eq(number("f32", b"\x00\x00" + f32(230.2), 2), 230200)
    eq(number("f32s", b"\x33\x33\x43\x66", 0), 230200)


def test_integers_that_mark_a_missing_value_are_missing():
    eq(number("u16", b"\xff\xff", 0), None)
    eq(number("u32", b"\xff\xff\xff\xff", 0), None)
    eq(number("u64", b"\xff" * 8, 0), None)
    eq(number("i32", b"\x7f\xff\xff\xff", 0), None)
    eq(number("i32s", b"\xff\xff\x7f\xff", 0), None)
    eq(number("f32", b"\x7f\xc0\0\0", 0), None)
    for kind in ("u16", "i16", "u32", "i32", "i32s", "u64", "i64", "f32"):
        eq(number(kind, b"\xff" * 8, 0), None)  # all ones, as facts 5 want it: a real -1 is no loss


def test_integers_next_to_the_missing_ones_are_numbers():
    eq(number("i32", b"\x7f\xff\xff\xfe", 0), 0x7FFFFFFE)
    eq(number("i32", b"\xff\xff\xff\xfe", 0), -2)
    eq(number("i32", b"\x80\0\0\0", 0), -0x80000000)
    eq(number("u32", b"\x7f\xff\xff\xff", 0), 0x7FFFFFFF)
    eq(number("u16", b"\xff\xfe", 0), 0xFFFE)


def test_a_scale_multiplies_or_divides_to_the_nearest_and_keeps_what_is_missing():
    eq(scaled(2302, 100), 230200)
    eq(scaled(-3, 10), -30)
    eq([scaled(value, -10) for value in (2302000, 14, 15, 16, -14, -16)], [230200, 1, 2, 2, -1, -2])
    eq(scaled(0, 100), 0)
    eq((scaled(None, 100), scaled(None, -10)), (None, None))
