"""A NOR flash in RAM with a littlefs on it, which can lose its power at any moment.

An erase sets a block of 4 KiB to 0xFF, a program only clears bits. Power may be cut at the k-th
program or erase: torn(data) bytes of it still arrive, and from then on every access fails.
"""

import os

import vfs

_BLOCK = 4096
_ERASED = b"\xff"
_EIO = -5  # returned, not raised: MicroPython prints what a block device raises


class Nor:
    """The block device. .erases .programs .bytes count what was done, .misuses the bytes that a
    program was to set bits in, which flash cannot do.

    cut_at: number of the program or erase (from 1) at which the power goes; torn: how many bytes of
    it still arrive, as a function of its length. .dead after that, .cut_in_erase.
    """

    def __init__(self, blocks=16, image=None):
        self.image = bytearray(image or _ERASED * (blocks * _BLOCK))
        self.erases = self.programs = self.bytes = self.misuses = 0
        self.cut_at = None
        self.torn = TORN[0]
        self.dead = self.cut_in_erase = False

    def readblocks(self, block, buf, offset=0):
        if self.dead:
            return _EIO
        at = block * _BLOCK + offset
        buf[:] = memoryview(self.image)[at : at + len(buf)]
        return 0

    def writeblocks(self, block, buf, offset):
        if self.dead:
            return _EIO
        self.programs += 1
        length = self._arriving(len(buf))
        self.bytes += length
        at = block * _BLOCK + offset
        for i in range(length):
            self.misuses += buf[i] & ~self.image[at + i] != 0
            self.image[at + i] &= buf[i]
        return _EIO if self.dead else 0

    def ioctl(self, op, arg):
        if op == 4:
            return len(self.image) // _BLOCK
        if op == 5:
            return _BLOCK
        if op == 6:
            return self._erase(arg)
        return 0

    def _erase(self, block):
        if self.dead:
            return _EIO
        self.erases += 1
        length = self._arriving(_BLOCK)
        at = block * _BLOCK
        self.image[at : at + length] = _ERASED * length
        self.cut_in_erase = self.dead
        return _EIO if self.dead else 0

    def _arriving(self, length):
        self.dead = self.programs + self.erases == self.cut_at
        return self.torn(length) if self.dead else length


# What still arrives of the operation at which the power goes.
TORN = (lambda n: 0, lambda n: n // 2, lambda n: n - 1, lambda n: n)


class Mounted:
    """with Mounted(nor) as folder: the littlefs of a flash, mounted as the ESP32 mounts it."""

    def __init__(self, nor, folder="/nor"):
        self._nor = nor
        self._folder = folder

    def __enter__(self):
        fs = vfs.VfsLfs2(self._nor, readsize=32, progsize=32, lookahead=32)
        vfs.mount(fs, self._folder)
        return self._folder

    def __exit__(self, *_):
        vfs.umount(self._folder)


def formatted(blocks=16):
    """A flash with an empty littlefs."""
    nor = Nor(blocks)
    vfs.VfsLfs2.mkfs(nor, readsize=32, progsize=32, lookahead=32)
    return nor


def fill(folder):
    """Fills the flash to the last block, then the ends of blocks that bigger files leave free."""
    for size in (3000, 100):
        i = 0
        try:
            while True:
                with open("%s/ballast%d-%d" % (folder, size, i), "wb") as f:
                    f.write(bytes(size))
                i += 1
        except OSError:
            pass


def make_room(folder):
    """Takes away again what fill() wrote."""
    for name in os.listdir(folder):
        if name.startswith("ballast"):
            os.remove(folder + "/" + name)
