"""Puts an update that was checked into the slot that does not run. Whatever happens on the way, the slot that runs
stays as it is, and the other one is not started before all of it is there (slots.py).
"""

import os

from micropython import const

from pilotwire import loader

_BLOCK = const(4096)
_SPARE = const(16)  # blocks that stay free: for bills, settings, and what littlefs needs to move
_FOLDER = const(0x4000)
_PIECES = "slots", "update.work", "update.manifest", "update.contents"


async def install(path, at, version, board, turn):
    """path: a checked update file whose contents begin at `at`; turn: async, called between pieces. Raises ValueError
    with the reason when there is no room, OSError.
    """
    loader.hold(_PIECES)
    try:
        await loader.bring(_PIECES)
        slots = loader.lend("slots")
        slot = slots.other(os.getcwd())
        _check_room(path, slot)
        slots.begin(slot)
        await _clear(slot, turn)
        _make(slot)
        await loader.lend("update.contents").through(path, at, turn, lambda name: _Writer(slot + "/" + name))
        slots.finish(slot, version, board)
    finally:
        loader.free(_PIECES)


def _check_room(path, slot):
    """Raises ValueError when the flash cannot hold it beside what has to stay."""
    manifest = loader.lend("update.manifest")
    need = _SPARE
    with open(path, "rb") as f:
        for size, _, _ in manifest.files(f, manifest.read_fields(f)[1]):
            need += _blocks(size)
    free = loader.lend("update.work").free(slot.rpartition("/")[0] or "/") // _BLOCK + _held(slot)
    if need > free:
        raise ValueError("the flash has no room: %d blocks wanted, %d free" % (need, free))


def _held(folder):
    """Blocks of the files in a folder, which its removal gives back."""
    try:
        entries = os.listdir(folder)
    except OSError:
        return 0
    held = 0
    for name in entries:
        name = folder + "/" + name
        mode, _, _, _, _, _, size = os.stat(name)[:7]
        held += _held(name) if mode & _FOLDER else _blocks(size)
    return held


def _blocks(size):
    return 0 if size <= 128 else (size + _BLOCK - 1) // (_BLOCK - 16)


async def _clear(folder, turn):
    """Removes what is in a folder, if there is one."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        name = folder + "/" + name
        if os.stat(name)[0] & _FOLDER:
            await _clear(name, turn)
            os.rmdir(name)
        else:
            os.remove(name)
        await turn()


def _make(folder):
    try:
        os.mkdir(folder)
    except OSError:
        if not os.stat(folder)[0] & _FOLDER:
            raise


class _Writer:
    """A file of the slot, and the folders on its way."""

    def __init__(self, path):
        at = path.find("/", 1)
        while at > 0:
            _make(path[:at])
            at = path.find("/", at + 1)
        self._file = open(path, "wb")
        self.write, self.close = self._file.write, self._file.close  # littlefs reads back what it has programmed

    def abandon(self):
        try:
            self._file.close()
        except OSError:
            pass
