"""The head of an update file: what it holds, and for whom. Read from flash line by line, nothing of it is kept.

PWU1 | u32 length | manifest | u16 length | signature | raw deflate stream of all contents

version 1.2.3
board devkit
oldest 1.0
packed 97919            bytes of the deflate stream
821 9f86d081884c7d65... pilotwire/app.mpy
"""

from hashlib import sha256

from micropython import const

MAGIC = b"PWU1"
_LUMP = const(128)
_LINE = const(190)
_MOST = const(65536)  # bytes of a manifest
_SIGNATURE = const(512)  # bytes


async def read_signed(f, turn):
    """-> (digest of all that is signed, signature, where the contents begin). turn: async, called between pieces.
    Raises ValueError.
    """
    head = f.read(8)
    if head[:4] != MAGIC[: len(head)] or not head:
        raise ValueError("this is no update file")
    left = _number(head[4:], 4)
    if left > _MOST:
        raise ValueError("this is no update file")
    digest, at = sha256(head), 8 + left + 2
    while left:
        data = f.read(min(left, _LUMP))
        if not data:
            raise ValueError("the update is truncated")
        digest.update(data)
        left -= len(data)
        await turn()
    size = _number(f.read(2), 2)
    if size > _SIGNATURE:
        raise ValueError("the signature is of no key that this firmware knows")
    signature = f.read(size)
    if len(signature) < size:
        raise ValueError("the update is truncated")
    return digest.digest(), signature, at + size


def read_fields(f):
    """-> ({"version": .., "board": .., ...}, where the manifest ends); f stands at the first file then. Raises
    ValueError.
    """
    f.seek(4)
    end = 8 + _number(f.read(4), 4)
    fields = {}
    for name in ("version", "board", "oldest", "packed"):
        found, _, value = str(_line(f), "utf-8").partition(" ")
        if found != name or not value:
            raise ValueError("the manifest has no " + name)
        fields[name] = value
    return fields, end


def files(f, end):
    """Yields (size, digest, path) of each file of a manifest that ends there; f stands at the first. Raises
    ValueError.
    """
    while f.tell() < end:
        words = str(_line(f), "utf-8").split(" ")
        if len(words) != 3 or not words[0].isdigit() or len(words[1]) != 64 or not _inside(words[2]):
            raise ValueError("the manifest has a bad line")
        yield int(words[0]), bytes.fromhex(words[1]), words[2]


def _inside(path):
    """A file below the slot, and none of its records."""
    parts = path.split("/")
    return len(path) < 100 and not {"", ".", ".."} & set(parts) and "." in parts[-1]


def _line(f):
    line = f.readline(_LINE)
    if line[-1:] != b"\n":
        raise ValueError("the manifest has a bad line")
    return line[:-1]


def _number(data, size):
    if len(data) < size:
        raise ValueError("the update is truncated")
    return int.from_bytes(data, "big")
