"""Whether an update file may be installed on this wallbox. It is only read: whatever is said, nothing has changed."""

import os

from pilotwire import loader

OLDEST = "0.1"  # the least version that may replace this one: goes up when a hole was mended
_PIECES = "update.manifest", "update.signature", "update.contents"


async def check(path, board, turn, keys=None, oldest=OLDEST):
    """-> (its version, where its contents begin). Raises ValueError with the reason against it, OSError. board: the
    name of this one; keys: as signature.check() has it.
    """
    loader.hold(_PIECES)
    try:
        await loader.bring(_PIECES)
        return await _check(path, board, turn, keys, oldest)
    finally:
        loader.free(_PIECES)


async def _check(path, board, turn, keys, oldest):
    with open(path, "rb") as f:
        fields, at = await _head(f, turn, keys)
    version = fields["version"]
    if board not in fields["board"].split():
        raise ValueError("the update is for %s, this is %s" % (fields["board"], board))
    if _number(version) < _number(oldest):
        raise ValueError("version %s is older than allowed, want %s or newer" % (version, oldest))
    want, size = at + int(fields["packed"]), os.stat(path)[6]
    if size < want:
        raise ValueError("the update is truncated: %d of %d bytes" % (size, want))
    if size > want:
        raise ValueError("the update is damaged: %d bytes too much" % (size - want))
    await loader.lend("update.contents").through(path, at, turn)
    return version, at


async def _head(f, turn, keys):
    manifest = loader.lend("update.manifest")
    digest, signature, at = await manifest.read_signed(f, turn)
    loader.lend("update.signature").check(digest, signature, keys)
    return manifest.read_fields(f)[0], at


def _number(version):
    """ "1.10.2" -> [1, 10, 2], to be compared. Raises ValueError."""
    if version.strip(".0123456789"):
        raise ValueError("the manifest has a bad version")
    return [int(part or 0) for part in version.split(".")]
