"""The files of an update, unpacked one after the other and compared with their hashes."""

from hashlib import sha256

import deflate
from micropython import const

from pilotwire import loader
from pilotwire.update import manifest

_LUMP = const(190)  # bytes unpacked at once
_WINDOW = const(10)  # 1 KB: memory in one piece


async def through(path, at, turn, take=None):
    """Unpacks all contents of the update file at `path`, which begin at `at`. Raises ValueError when they are damaged,
    OSError.

    take: makes the writer of a file, given its path: with write(data), then close(), or abandon() when it is not right.
    """
    with open(path, "rb") as listed, open(path, "rb") as packed:
        _, end = manifest.read_fields(listed)
        packed.seek(at)
        stream = loader.roomy(deflate.DeflateIO, packed, deflate.RAW, _WINDOW)
        for size, digest, name in manifest.files(listed, end):
            await _one(stream, size, digest, name, turn, take and take(name))


async def _one(stream, size, digest, name, turn, writer):
    try:
        found = sha256()
        while size:
            data = _piece(stream, min(size, _LUMP), name)
            found.update(data)
            size -= len(data)
            if writer:
                writer.write(data)
            await turn()
        if found.digest() != digest:
            raise ValueError("the update is damaged: " + name)
    except BaseException:
        if writer:
            writer.abandon()
        raise
    if writer:
        writer.close()


def _piece(stream, size, name):
    try:
        data = stream.read(size)
    except (OSError, EOFError, ValueError):
        data = b""
    if not data:
        raise ValueError("the update is damaged: " + name)
    return data
