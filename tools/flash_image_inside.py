"""The part of flash_image.py that runs inside MicroPython: the image's littlefs, mounted as /flash.

IMAGE put FOLDER SLOT VERSION BOARD GOOD | read | write FILE_OF_JSON. The last line it prints is the answer, as JSON.
"""

import json
import os
import sys

import vfs

from pilotwire import slots

_BLOCK = 4096
_FOLDER = 0x4000


class Image:
    def __init__(self, path):
        self._file = open(path, "r+b")  # noqa: SIM115 (as long as the program runs)
        self._blocks = os.stat(path)[6] // _BLOCK

    def readblocks(self, block, buf, offset=0):
        self._file.seek(block * _BLOCK + offset)
        self._file.readinto(buf)

    def writeblocks(self, block, buf, offset=0):
        self._file.seek(block * _BLOCK + offset)
        self._file.write(buf)

    def ioctl(self, request, argument):
        if request == 4:
            return self._blocks
        if request == 5:
            return _BLOCK
        if request == 6:
            self.writeblocks(argument, b"\xff" * _BLOCK)
        if request in (2, 3):
            self._file.flush()
        return 0


def files(folder):
    """-> paths below a folder, in order."""
    for name, kind, *_ in sorted(os.ilistdir(folder)):
        if kind == _FOLDER:
            yield from files(folder + "/" + name)
        else:
            yield folder + "/" + name


def save(path, data):
    """Writes it where it differs."""
    parts = path.split("/")
    for n in range(3, len(parts)):
        try:
            os.mkdir("/".join(parts[:n]))
        except OSError:
            pass
    try:
        with open(path, "rb") as file:
            if file.read() == data:
                return
    except OSError:
        pass
    with open(path, "wb") as file:
        file.write(data)


def put(folder, slot, version, board, good):
    slots.SLOTS = tuple(["/flash" + name for name in ("/app_a", "/app_b")])
    slot = "/flash" + slot
    slots.begin(slot)
    wanted = {"/flash" + path[len(folder) :]: path for path in files(folder)}
    for top in (slot, "/flash/safe"):
        try:
            gone = [path for path in files(top) if path not in wanted]
        except OSError:
            continue
        for path in gone:
            os.remove(path)
    for path, source in wanted.items():
        with open(source, "rb") as file:
            save(path, file.read())
    slots.finish(slot, version, board)
    if good == "1":
        slots.write(slot, "good", "1")
    size = os.statvfs("/flash")
    return {"blocks": size[2] - size[3]}


def read():
    found = {}
    for path in files("/flash"):
        with open(path, "rb") as file:
            found[path[6:]] = file.read(256).hex()
    return {"files": found}


def write(path):
    with open(path) as file:
        changes = json.load(file)
    for path, data in changes.items():
        if data is None:
            os.remove("/flash" + path)
        else:
            save("/flash" + path, bytes.fromhex(data))
    return {}


image = Image(sys.argv[1])
try:
    vfs.mount(image, "/flash")
except OSError:
    first = bytearray(_BLOCK)
    image.readblocks(0, first)
    if first != b"\xff" * _BLOCK:
        raise
    vfs.VfsLfs2.mkfs(image)
    vfs.mount(image, "/flash")
done = {"put": put, "read": read, "write": write}[sys.argv[2]](*sys.argv[3:])
vfs.umount("/flash")
print("\n" + json.dumps(done))
