"""What a built tree becomes on the chip's flash: the files of a slot, and those beside the slots that no update
replaces. Whoever writes a flash (flash_image.py, `make flash`, the update file) asks here.
"""

from tools import build


def slot(tree):
    """build/BOARD (a Path) -> {path below the slot's folder: bytes}."""
    return {name: data for name, data in _files(tree) if name.split("/")[0] not in build.ROOT_FILES}


def root(tree):
    """The same of boot.py, main.py and safe mode: {path below the root: bytes}."""
    return {name: data for name, data in _files(tree) if name.split("/")[0] in build.ROOT_FILES}


def _files(tree):
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            yield path.relative_to(tree).as_posix(), path.read_bytes()
