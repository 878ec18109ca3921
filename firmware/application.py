"""What main.py asks of an application, whatever its version: main.py is never updated over the network, so this stays
as it is. ready(board) -> (function, its argument); the function returns only by an exception.

In a slot all modules lie in one file, modules.pak (tools/slot_tree.py): littlefs gives each file of its own 4 KB, and
needs hundreds of reads to find one among many. The imports read them through the file system that is made here, each as
if its file was _.mpy: MicroPython keeps the path of every module for good, 160 of them would take 2.5 KB of the heap.

    number of records (2 bytes); for each CRC-32 of its name (4), where it begins (3), bytes (3); the modules

Records are in order of their CRC. A name is that of the module (tools/flatten.py).
"""

import builtins
import gc
import io
import os
import sys
from binascii import crc32

import vfs
from micropython import const

_RECORD = const(10)
_BUFFER_SIZE = const(11)  # what the import asks of a stream: how much it should read at once
_ENOENT = const(2)
_FILE = (0x8000,) + (0,) * 9  # what stat() says
_NAME, _PATH = "_", "_.mpy"  # of whatever is imported next
_TIDY = const(4096)  # bytes between two collections: garbage between modules tears the heap (control.py has its own)


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
    """A file system in place of the slot's folder: its files, and the module that is imported next. The pack stays
    open, and searching in it leaves hardly any garbage, which would lie where what is imported should.
    """

    def __init__(self, folder):
        self._folder = "/" + folder  # the second slash goes past what is mounted there
        self._module = _Module()
        self._module.file = open(folder + "/modules.pak", "rb")
        self._count = int.from_bytes(self._module.file.read(2), "big")
        self._key, self._place = bytearray(4), bytearray(6)

    def mount(self, readonly, mkfs):
        self._import, builtins.__import__ = builtins.__import__, self.imported

    def umount(self):
        builtins.__import__ = self._import

    def chdir(self, path):
        pass

    def getcwd(self):
        return "/"

    def stat(self, path):
        if path.lstrip("/") == _PATH:
            return _FILE
        if path[-3:] == ".py" or path[0] != "/":  # an import asks: is there a folder, a source of that name?
            raise OSError(_ENOENT)  # a new one each time: raised again, the old one's traceback grows for ever
        return os.stat(self._path(path))

    def open(self, path, mode):
        if path.lstrip("/") == _PATH:
            return self._module
        return open(self._path(path), mode)

    def ilistdir(self, path):
        return os.ilistdir(self._path(path))

    def remove(self, path):
        os.remove(self._path(path))

    def imported(self, name, *more):
        """What `import` calls: a module of the pack gets its own name as soon as another one is imported, or it is done
        with."""
        modules = sys.modules
        if name in modules and "." not in name:
            return modules[name]
        if len(more) == 4 and more[3]:  # a relative one would be seen from here; only asyncio has some
            return self._import(("asyncio." + name).rstrip("."), None, None, more[2])
        if "." in name or not self._find(name):
            return self._import(name, *more)
        self._name_it()
        self._wanted = name
        try:
            module = modules[name] = self._import(_NAME)
        except BaseException:
            modules.pop(name, None)  # a torn one
            raise
        finally:
            modules.pop(_NAME, None)
        return module

    def _name_it(self):
        module = sys.modules.pop(_NAME, None)
        if module:
            sys.modules[self._wanted] = module

    def _path(self, path):
        return self._folder + "/" + path

    def _find(self, name):
        want, found, file = crc32(name).to_bytes(4, "big"), self._key, self._module.file
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            file.seek(2 + _RECORD * middle)
            file.readinto(found)
            if found == want:
                place = self._place
                file.readinto(place)
                self._module.at = place[0] << 16 | place[1] << 8 | place[2]
                self._module.left = place[3] << 16 | place[4] << 8 | place[5]
                return True
            if found < want:
                low = middle + 1
            else:
                high = middle
        return False


def mount():
    """The slot's modules can be imported; a tree of a developer has none that are packed."""
    folder = os.getcwd()
    if "modules.pak" in os.listdir():
        vfs.mount(_Packed(folder), folder)
        os.chdir(folder)


def ready(board):
    """Makes the wallbox and forgets what only its start needs."""
    mount()
    gc.threshold(_TIDY)
    from pilotwire import app, control, loader

    box = app.make(board)
    for name in ("boots", "saved", "records", "journal_boot", "journal_dead", "journal_room"):
        loader.release("store." + name)
    loader.release("app")
    del sys.modules["application"], globals()["ready"], globals()["mount"]
    return control.run, box
