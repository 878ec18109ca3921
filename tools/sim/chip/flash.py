"""A NOR flash in an image file, as a block device: what is flashed survives the end of this process.

Rules of the part: an erase sets a sector of 4096 bytes to 0xFF, a program clears bits inside a page of
256 bytes. Setting a bit by a program is a mistake of whoever writes: the bit stays 0, as on the chip, it
is counted in `violations` and logged.
"""

import clock
import costs
import link
from micropython import const

SECTOR = 4096
PAGE = 256
_EIO = const(5)


class Flash:
    """file: open for reading and writing, at its full size; slow: the worst times a data sheet allows.

    before(kind, address, size), if set, is called before each erase ("e") and program ("p"): a test cuts
    the power there by raising.
    """

    def __init__(self, file, sectors, slow=False):
        self._file = file
        self._sectors = sectors
        self._page = bytearray(PAGE)
        self._erase_us = costs.FLASH_ERASE_SLOW if slow else costs.FLASH_ERASE
        self._program_us = costs.FLASH_PROGRAM_SLOW if slow else costs.FLASH_PROGRAM
        self.before = None
        self.erases = self.programs = self.bytes = self.violations = 0

    def readblocks(self, block, buf, offset=0):
        clock.enter()
        clock.cost(costs.FLASH_READ)
        self._file.seek(block * SECTOR + offset)
        self._file.readinto(buf)
        clock.leave()

    def writeblocks(self, block, buf, offset=None):
        """Program these bytes; without an offset the sectors are erased first, like esp32.Partition."""
        clock.enter()
        if offset is None:
            offset = 0
            for i in range(len(buf) // SECTOR):
                self._erase(block + i)
        address = block * SECTOR + offset
        data = memoryview(buf)
        while len(data):
            size = min(len(data), PAGE - address % PAGE)
            self._program(address, data[:size])
            address += size
            data = data[size:]
        clock.leave()

    def ioctl(self, request, argument):
        if request == 4:
            return self._sectors
        if request == 5:
            return SECTOR
        if request == 6:
            clock.enter()
            self._erase(argument)
            clock.leave()
        return 0

    def _erase(self, sector):
        self._begin("e", sector * SECTOR, SECTOR, self._erase_us)
        self.erases += 1
        blank = b"\xff" * PAGE
        cut = link.burns("e")
        self._file.seek(sector * SECTOR)
        for _ in range(SECTOR // PAGE // (2 if cut else 1)):
            self._file.write(blank)
        if cut:
            link.reset("power")

    def _program(self, address, data):
        size = len(data)
        self._begin("p", address, size, self._program_us)
        self.programs += 1
        self.bytes += size
        cut = link.burns("p")
        if cut:
            size //= 2
        page = memoryview(self._page)[:size]
        self._file.seek(address)
        self._file.readinto(page)
        lost = False
        for i in range(size):
            page[i] &= data[i]
            lost = lost or page[i] != data[i]
        if lost:
            self.violations += 1
            link.tell("L", "flash: program at %d without erase" % address)
        self._file.seek(address)
        self._file.write(page)
        if cut:
            link.reset("power")

    def _begin(self, kind, address, size, us):
        if self.before:
            self.before(kind, address, size)
        clock.cost(us)
        link.tell("F", kind, size)


def open_image(path, size):
    """-> the image file, made blank when it does not exist yet."""
    try:
        return open(path, "r+b")
    except OSError:
        with open(path, "wb") as image:
            for _ in range(size // SECTOR):
                image.write(b"\xff" * SECTOR)
        return open(path, "r+b")


def is_blank(flash):
    """Nothing was ever written to the first sector."""
    sector = bytearray(SECTOR)
    flash.readblocks(0, sector)
    return sector == b"\xff" * SECTOR
