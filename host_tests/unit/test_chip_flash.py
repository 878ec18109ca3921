"""The flash image of the simulated chip: the rules of NOR flash, what it costs, and littlefs on it."""

# Runs on the simulated chip.

import io
import os

import clock
import costs
import flash
import link
import vfs
from check import eq, raises

SECTORS = 32


def blank(**settings):
    return flash.Flash(io.BytesIO(b"\xff" * (SECTORS * flash.SECTOR)), SECTORS, **settings)


def content(device, sector, size, offset=0):
    buf = bytearray(size)
    device.readblocks(sector, buf, offset)
    return bytes(buf)


def test_a_program_only_clears_bits():
    device = blank()
    device.writeblocks(1, b"\x0f\xff", 16)
    eq(device.violations, 0)
    device.writeblocks(1, b"\x3c\xff", 16)
    eq(content(device, 1, 2, 16), b"\x0c\xff")
    eq(device.violations, 1)


def test_an_erase_sets_one_sector_to_ones():
    device = blank()
    device.writeblocks(1, b"\x00" * 4, 0)
    device.writeblocks(2, b"\x00" * 4, 0)
    device.ioctl(6, 1)
    eq(content(device, 1, 4), b"\xff" * 4)
    eq(content(device, 2, 4), b"\x00" * 4)


def test_a_write_without_an_offset_erases_first():
    device = blank()
    device.writeblocks(1, b"\x00" * 4096)
    device.writeblocks(1, b"\x55" * 4096)
    eq(content(device, 1, 4096), b"\x55" * 4096)
    eq((device.violations, device.erases), (0, 2))


def test_a_program_across_a_page_is_two_programs():
    device = blank()
    link.heard = []
    device.writeblocks(0, b"\x00" * 100, 200)
    heard, link.heard = link.heard, None
    eq([(kind, a, b) for kind, _, a, b, _ in heard], [("F", "p", 56), ("F", "p", 44)])
    eq((device.programs, device.bytes), (2, 100))


def test_programs_and_erases_take_the_time_of_the_table():
    for slow, program_us, erase_us in (
        (False, costs.FLASH_PROGRAM, costs.FLASH_ERASE),
        (True, costs.FLASH_PROGRAM_SLOW, costs.FLASH_ERASE_SLOW),
    ):
        device = blank(slow=slow)
        began_us = clock.now
        device.writeblocks(0, b"\x00" * 256, 0)
        eq(clock.now - began_us, program_us)
        began_us = clock.now
        device.ioctl(6, 0)
        eq(clock.now - began_us, erase_us)


def test_littlefs_formats_a_blank_flash_and_keeps_to_the_rules():
    device = blank()
    assert flash.is_blank(device)
    raises(OSError, vfs.mount, device, "/flash")
    vfs.VfsLfs2.mkfs(device)
    assert not flash.is_blank(device)
    vfs.mount(device, "/flash")
    try:
        for i in range(40):
            with open("/flash/a.txt", "w") as f:
                f.write("value %d" % i)
        eq(open("/flash/a.txt").read(), "value 39")
        eq(os.stat("/flash/a.txt")[6], 8)
    finally:
        vfs.umount("/flash")
    eq(device.violations, 0)
    assert 0 < device.erases < 10, device.erases  # a small file costs almost no erase, facts 5.2


def test_what_was_written_is_there_after_a_power_cut():
    path = "/tmp/pilotwire-test-flash.%d" % id(SECTORS)
    try:
        device = flash.Flash(flash.open_image(path, SECTORS * flash.SECTOR), SECTORS)
        vfs.VfsLfs2.mkfs(device)
        vfs.mount(device, "/flash")
        with open("/flash/a.txt", "w") as f:
            f.write("kept")
        vfs.umount("/flash")
        again = flash.Flash(flash.open_image(path, SECTORS * flash.SECTOR), SECTORS)
        vfs.mount(again, "/flash")
        eq(open("/flash/a.txt").read(), "kept")
        vfs.umount("/flash")
    finally:
        os.remove(path)


def test_a_test_can_cut_the_power_at_any_write():
    device = blank()
    seen = []
    device.before = lambda kind, address, size: seen.append((kind, address, size))
    device.ioctl(6, 3)
    device.writeblocks(3, b"\x00" * 8, 8)
    eq(seen, [("e", 3 * 4096, 4096), ("p", 3 * 4096 + 8, 8)])

    def cut(kind, address, size):
        raise OSError("cut")

    device.before = cut
    raises(OSError, device.ioctl, 6, 3)
    eq(content(device, 3, 8, 8), b"\x00" * 8)


def test_the_power_goes_in_the_middle_of_the_program_it_was_told():
    device = blank()
    link.fuses["p"] = 2
    device.writeblocks(1, b"\x00" * 8, 0)
    raises(SystemExit, device.writeblocks, 1, b"\x00" * 8, 16)
    eq(content(device, 1, 24), b"\x00" * 8 + b"\xff" * 8 + b"\x00" * 4 + b"\xff" * 4)
    device.writeblocks(1, b"\x00", 23)  # and not again
    eq(content(device, 1, 1, 23), b"\x00")


def test_the_power_goes_in_the_middle_of_the_erase_it_was_told():
    device = blank()
    device.writeblocks(1, b"\x00" * 4096)
    link.fuses["e"] = 1
    raises(SystemExit, device.ioctl, 6, 1)
    eq(content(device, 1, 4096), b"\xff" * 2048 + b"\x00" * 2048)
