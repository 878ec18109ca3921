"""What main.py asks of an application, whatever its version: main.py is never updated over the network, so this stays
as it is. ready(board) -> (function, its argument); the function returns only by an exception.

In a slot the modules of a folder lie in one file, FOLDER.pak (tools/slot_tree.py): littlefs gives each file of its own
4 KB and needs dozens of reads to find it. The imports read them through the file system that is made here.

    NAME.pak   number of modules (2 bytes), for each CRC-32 of its name (4), where it begins (3), bytes (3); modules
"""

import io
import os
import sys
from binascii import crc32

import vfs
from micropython import const

_RECORD = const(10)
_LUMP = const(18)  # records read at once
_BUFFER_SIZE = const(11)  # what the import asks of a stream: how much it should read at once
_ENOENT = const(2)


class _Module(io.IOBase):
    """The module that was found last, as a stream: an import is done with it before the next one comes."""

    file = None
    at = left = 0

    def readinto(self, buf):
        self.file.seek(self.at)
        size = self.file.readinto(buf, min(len(buf), self.left))
        self.at += size
        self.left -= size
        return size

    def ioctl(self, request, argument):
        return 128 if request == _BUFFER_SIZE else 0


class _Packed:
    """A file system for imports. folder: where the .pak files are; names: of these."""

    def __init__(self, folder, names):
        self._folder = folder
        self._names = names
        self._name = None  # of the one that is open
        self._module = _Module()

    def mount(self, readonly, mkfs):
        pass

    def stat(self, path):
        if path[-4:] == ".mpy":
            if self._find(path[:-4].split("/")):
                return (0x8000,) + (0,) * 9
        elif path == "/pilotwire" or path[:11] == "/pilotwire/" and path[11:] in self._names:
            return (0x4000,) + (0,) * 9
        raise OSError(_ENOENT)

    def open(self, path, mode):
        if path[-4:] == ".mpy":
            return self._module  # stat() has just found it
        return open(self._folder + path, mode)  # what modules find by their __file__

    def _find(self, parts):
        name = parts[-2]
        if name not in self._names:
            return False
        if name != self._name:
            self._name = None
            self._module.file = open("%s/%s.pak" % (self._folder, name), "rb")
            self._name = name
        file, key = self._module.file, crc32(parts[-1].encode()).to_bytes(4, "big")
        file.seek(0)
        left = int.from_bytes(file.read(2), "big")
        while left > 0:
            records = file.read(_RECORD * min(left, _LUMP))
            at = records.find(key)
            while at % _RECORD and at > 0:
                at = records.find(key, at + 1)
            if at >= 0:
                self._module.at = int.from_bytes(records[at + 4 : at + 7], "big")
                self._module.left = int.from_bytes(records[at + 7 : at + 10], "big")
                return True
            left -= _LUMP
        return False


def mount():
    """The slot's modules can be imported; a tree of a developer has none that are packed."""
    names = [name[:-4] for name in os.listdir() if name[-4:] == ".pak"]
    if names:
        vfs.mount(_Packed(os.getcwd(), names), "/m")
        sys.path.insert(0, "/m")


def ready(board):
    """Makes the wallbox and forgets what only its start needs."""
    mount()
    from pilotwire import app, control, loader

    box = app.make(board)
    for name in ("boots", "saved", "records", "journal_boot", "journal_dead", "journal_room"):
        loader.release("store." + name)
    loader.release("app")
    del sys.modules["application"], globals()["ready"], globals()["mount"]
    return control.run, box
