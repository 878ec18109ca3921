"""Put a built tree into a flash image, as `make flash` leaves it on a chip: the files that no update replaces, and the
application as one of the two slots. The simulated chip runs what it finds there.

    python -m tools.flash_image data/flash.bin [--board devkit] [--slot a] [--good]

An image that does not exist is made and formatted; what is in it (settings, journal, the other slot) stays. The files
are written by MicroPython, with the littlefs of the chip.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import build, slot_tree
from tools.sim.world import options

SIZE = 2 * 1024 * 1024  # the vfs partition of a 4 MB chip
_INSIDE = Path(__file__).with_name("flash_image_inside.py")


def put(image, board="devkit", slot="a", good=False, changes=None, tree=None, version=None):
    """Makes the slot (and boot.py and what belongs to it) what the built tree is -> blocks in use, of the file system.

    good: as if it had been healthy before. changes: {path below the slot: bytes, None: no such file}, for applications
    that are broken. tree: of another folder than build/BOARD.
    """
    tree = Path(tree or build.BUILD / board)
    files = {f"app_{slot}/{name}": data for name, data in {**slot_tree.slot(tree), **(changes or {})}.items()}
    with tempfile.TemporaryDirectory() as folder:
        for name, data in {**files, **slot_tree.root(tree)}.items():
            if data is not None:
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        return _inside(image, "put", folder, f"/app_{slot}", version or _version(), board, int(good))["blocks"]


def read(image):
    """-> {path: bytes} of all small files in it, and of the large ones the first 256 bytes."""
    return {name: bytes.fromhex(text) for name, text in _inside(image, "read")["files"].items()}


def write(image, files):
    """Writes {absolute path: bytes} into it; None: removes the file."""
    with tempfile.NamedTemporaryFile("w") as file:
        json.dump({name: data if data is None else data.hex() for name, data in files.items()}, file)
        file.flush()
        _inside(image, "write", file.name)


def _version():
    words = (build.FIRMWARE / "pilotwire" / "__init__.py").read_text().split('VERSION = "')
    return words[1].split('"')[0]


def _inside(image, *words):
    image = Path(image)
    if not image.exists():
        image.write_bytes(b"\xff" * SIZE)
    command = [options.interpreter(None), "-X", "heapsize=8m", str(_INSIDE), str(image.resolve()), *map(str, words)]
    environment = {"MICROPYPATH": f"{build.FIRMWARE}:{build.ROOT / 'tools/sim/chip'}:.frozen"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise ValueError(f"{image}: {(done.stdout + done.stderr).strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(prog="flash_image", description=__doc__.split("\n\n")[0])
    parser.add_argument("image", type=Path, help="flash.bin, as tools.sim has it in its data folder")
    parser.add_argument("--board", default="devkit", help="a folder of boards/")
    parser.add_argument("--slot", default="a", choices="ab")
    parser.add_argument("--good", action="store_true", help="as if it had been healthy for minutes")
    chosen = parser.parse_args()
    build.build(chosen.board)
    blocks = put(chosen.image, chosen.board, chosen.slot, chosen.good)
    print(f"flash_image: {chosen.image} has build/{chosen.board} as slot {chosen.slot}; {blocks} of 512 blocks in use")


if __name__ == "__main__":
    sys.exit(main())
