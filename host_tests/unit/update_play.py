"""Update files for tests, made and signed inside MicroPython. Contents lie in stored blocks of deflate."""

from hashlib import sha256

# RSA of 1024 bits, for tests only: signing is quick
N = int(
    "b776f3e97fa5b36df3126abe02d7232187428690980c7ec6726ae80f059fcc988ec4203575b4f35232cedb5b0209c7debecc"
    "b209a8f376456c3d01650273aa263935b0f6a38d5d78472af16a6ff16bb37e8df28d178bb816b3cb9907deb2e45a3d28ad10"
    "16738ca36833a56935aaac6ae1015a7ad5533469ec65c32c684840e3",
    16,
)
_D = int(
    "9c44007b39135d226070a66493acc52a90b7f44002925a05137dc58cce008f56bdfb8567a38b6dd8ec97ceb4d4a69a0c3abd"
    "c5437f1967fab7b7ba915ba6431c7a963b8c4abf19cb82b215e09fc4b837c1a9fefe678d30adabe285f35c46ace98ee1e69a"
    "621a97333467abe0e16dd85b6680f9de102b9139e8c0432a9718f7d9",
    16,
)
SIZE = 128
KEYS = bytes((0, SIZE)) + N.to_bytes(SIZE, "big")
HEAD = b"0\x310\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
OLD = {"board.mpy": b"old board", "pilotwire/__init__.mpy": b"1.0", "pilotwire/app.mpy": b"old app " * 200}
NEW = {
    "board.mpy": b"new board",
    "pilotwire/__init__.mpy": b"2.0",
    "pilotwire/app.mpy": b"new app " * 300,
    "pilotwire/core/pilot.mpy": b"pilot" * 60,
    "pilotwire/web/index.html": b"<p>" * 50,
}


class Parts:
    """What an update file is made of; a test changes one before whole() puts them together."""

    def __init__(self, files=None, version="2.0", board="test", oldest="0.1"):
        files = sorted((NEW if files is None else files).items())
        self.magic = b"PWU1"
        self.packed = b"".join([_stored(data, False) for _, data in files]) + _stored(b"", True)
        self.lines = ["version " + version, "board " + board, "oldest " + oldest, "packed %d" % len(self.packed)]
        self.lines += ["%d %s %s" % (len(data), sha256(data).digest().hex(), name) for name, data in files]
        self.signature = None  # made from what is there

    def signed(self):
        manifest = "".join([line + "\n" for line in self.lines]).encode()
        return self.magic + len(manifest).to_bytes(4, "big") + manifest

    def whole(self):
        signature = sign(self.signed()) if self.signature is None else self.signature
        return self.signed() + len(signature).to_bytes(2, "big") + signature + self.packed


def sign(data, head=HEAD, filled=b"\xff"):
    digest = head + sha256(data).digest()
    block = b"\0\x01" + filled * (SIZE - 3 - len(digest)) + b"\0" + digest
    return pow(int.from_bytes(block, "big"), _D, N).to_bytes(SIZE, "big")


def _stored(data, last):
    size = len(data)
    return bytes((last, size & 255, size >> 8, ~size & 255, ~size >> 8 & 255)) + data


def write(path, data):
    """With the folders on its way."""
    import os

    at = path.find("/", 1)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError:
            pass
        at = path.find("/", at + 1)
    with open(path, "wb") as f:
        f.write(data)


def tree(folder, files):
    for name, data in files.items():
        write(folder + "/" + name, data)


def differs(folder, files):
    """-> names of files that are not there or are not so."""
    wrong = []
    for name, data in files.items():
        try:
            with open(folder + "/" + name, "rb") as f:
                if f.read() != data:
                    wrong.append(name)
        except OSError:
            wrong.append(name)
    return wrong
