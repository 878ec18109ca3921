"""One small record in one file: whole, or not there, or known to be damaged."""

import os

from check import eq, raises
from nor import Mounted, fill, formatted

from pilotwire.store import files, records

PATH = "/nor/x"


def put(data):
    with open(PATH, "wb") as f:
        f.write(data)


def test_a_record_comes_back():
    with Mounted(formatted()):
        for payload in (b"16", b"", b"a b  c", bytes(range(256)), b"\n"):
            files.write(PATH, 1, payload)
            eq(records.read(PATH, 1), payload)


def test_the_format_on_flash_is_as_documented():
    eq(files.record(1, b"16"), b"1 58799413 16")


def test_an_empty_file_is_no_record():
    with Mounted(formatted()):
        put(b"")
        eq(records.read(PATH, 1), None)


def test_a_missing_file_is_an_oserror():
    with Mounted(formatted()):
        raises(OSError, records.read, PATH, 1)


def test_any_single_wrong_bit_is_noticed():
    good = files.record(1, b'"no-card"')
    with Mounted(formatted()):
        for bit in range(len(good) * 8):
            bad = bytearray(good)
            bad[bit // 8] ^= 1 << bit % 8
            put(bad)
            try:
                eq(records.read(PATH, 1), b'"no-card"')  # 8F3A is 8f3a: a letter's case is no damage
                assert bad.lower() == good, bit
            except ValueError as e:
                assert str(e) in ("damaged", "written by a newer firmware"), e


def test_any_cut_off_record_is_noticed():
    good = files.record(1, b"12345")
    with Mounted(formatted()):
        for length in range(1, len(good)):
            put(good[:length])
            raises(ValueError, records.read, PATH, 1)


def test_junk_is_damaged():
    with Mounted(formatted()):
        for junk in (b" ", b"   ", b"1", b"1 ", b"x y z", b"\xff" * 64, bytes(500), b"1 -1 5"):
            put(junk)
            eq(str(raises(ValueError, records.read, PATH, 1)), "damaged")


def test_a_big_file_is_damaged_and_not_read_whole():
    with Mounted(formatted(40)):
        with open(PATH, "wb") as f:
            for _ in range(6):
                f.write(bytes(16384))
        eq(str(raises(ValueError, records.read, PATH, 1)), "damaged")


def test_a_newer_format_is_named():
    with Mounted(formatted()):
        files.write(PATH, 2, b"16")
        eq(str(raises(ValueError, records.read, PATH, 1)), "written by a newer firmware")
        eq(records.read(PATH, 2), b"16")


def test_an_older_format_is_read():
    with Mounted(formatted()):
        files.write(PATH, 1, b"16")
        eq(records.read(PATH, 2), b"16")


def test_a_full_flash_raises_and_keeps_the_old_record():
    with Mounted(formatted()) as folder:
        files.write(PATH, 1, b"old")
        fill(folder)
        raises(OSError, files.write, PATH, 1, b"n" * 4000)
        eq(records.read(PATH, 1), b"old")


def test_a_file_set_aside_is_still_there_for_whoever_looks():
    with Mounted(formatted()) as folder:
        put(b"junk")
        records.set_aside(PATH)
        eq(os.listdir(folder), ["x.bad"])
        records.set_aside(PATH)  # nothing left to set aside
