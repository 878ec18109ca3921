"""Runs the chip's own code in place, outside the heap that is measured for the firmware.

Where the interpreter can map memory (it has ffi: Debian's 32-bit port), a folder of .mpy files is laid out as a
ROM file system there and bytecode is executed from it. Elsewhere the files are loaded into the heap.
"""

import os

_HEADER = b"\xd2\xcd\x31"  # the format: docs of MicroPython's vfs.VfsRom and mpremote's romfs
_DATA, _FILE = 2, 5
_READ_WRITE, _PRIVATE_ANONYMOUS = 3, 0x22  # mmap(2)


def use(folder):
    """-> where to import the modules of this folder from."""
    try:
        import ffi
        import uctypes
        import vfs
    except ImportError:
        return folder
    names = [name for name in os.listdir(folder) if name.endswith(".mpy")]
    if not names:
        return folder
    size = 64 * len(names) + sum(os.stat(folder + "/" + name)[6] for name in names)
    mmap = ffi.open("libc.so.6").func("p", "mmap", "piiiii")
    rom = uctypes.bytearray_at(mmap(0, size, _READ_WRITE, _PRIVATE_ANONYMOUS, -1, 0), size)
    end = at = len(_HEADER) + 3
    for name in names:
        with open(folder + "/" + name, "rb") as file:
            record = _record(_FILE, bytes((len(name),)) + name.encode() + _record(_DATA, file.read()))
        end = at + len(record)
        rom[at:end] = record
        at = end
    length = end - len(_HEADER) - 3
    rom[: len(_HEADER) + 3] = _HEADER + bytes((128 | length >> 14, 128 | length >> 7 & 127, length & 127))
    vfs.mount(vfs.VfsRom(rom), "/rom")
    return "/rom"


def _record(kind, payload):
    length = len(payload)
    return bytes((kind, 128 | length >> 14, 128 | length >> 7 & 127, length & 127)) + payload
