"""What a built tree becomes on the chip's flash: the files of a slot, and those beside the slots that no update
replaces. Whoever writes a flash (flash_image.py, `make flash`, the update file) asks here.

In a slot the modules are packed into one file, as firmware/application.py reads it.
"""

from binascii import crc32

from tools import build

_BESIDE = ("application.mpy", "board.mpy")  # found before the pack can be read


def slot(tree):
    """build/BOARD (a Path) -> {path below the slot's folder: bytes}."""
    files = {name: data for name, data in _files(tree) if name.split("/")[0] not in build.ROOT_FILES}
    modules = {name[:-4]: files.pop(name) for name in list(files) if name.endswith(".mpy") and name not in _BESIDE}
    return {**files, "modules.pak": packed(modules)}


def root(tree):
    """The same of boot.py, main.py and safe mode: {path below the root: bytes}."""
    files = {name: data for name, data in _files(tree) if name.split("/")[0] in build.ROOT_FILES}
    slots = files["safe/pilotwire/slots.mpy"]  # boot.py finds it sooner in a folder of few names
    return {**files, "safe/slots.mpy": slots, "safe/board.mpy": (tree / "board.mpy").read_bytes()}


def packed(modules):
    """{name: bytes} -> the file that has them. Raises ValueError: two names look alike in it."""
    keys = {crc32(name.encode()): data for name, data in modules.items()}
    if len(keys) < len(modules):
        raise ValueError(f"names of equal CRC among {sorted(modules)}: rename one")
    head, content = len(keys).to_bytes(2, "big"), b""
    for key, data in sorted(keys.items()):
        at = 2 + 10 * len(keys) + len(content)
        head += key.to_bytes(4, "big") + at.to_bytes(3, "big") + len(data).to_bytes(3, "big")
        content += data
    return head + content


def _files(tree):
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            yield path.relative_to(tree).as_posix(), path.read_bytes()
