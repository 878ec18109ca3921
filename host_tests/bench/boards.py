"""What each board costs and how fast it opens, and what each part costs.

    .venv/bin/python -m host_tests.bench.boards [--trials 4] [--board NAME ...] [--parts]

A row a board: all its .mpy, of these its drivers and parts; the car leaves C under five requests a second at cpu 50
(timing.py), worst of the trials: coil, main contacts, longest gap between two samples, the safety path's share of the
CPU. Then a row a driver, a part and what it decides with: its .mpy, and the heap it takes on the 32-bit port where what
it needs is there already. --parts: only these.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from host_tests.bench.memory import PORT32
from host_tests.bench.timing import COIL_MS, CONTACTS_MS, GAP_MS, openings
from tools import build
from tools.wallbox import ROOT

_ROOMS = ("hal", "parts")
_IMPORT = """
import gc, os, sys
sys.path.insert(0, %r)
import rom
sys.path[0] = rom.use(sys.path[0])
import machine, network, time
os.chdir(%r)
sys.path.insert(0, "")
from pilotwire import control, safety, box, outlet
from pilotwire.hal import modbus_meter, scaled_meter, energy
for name in %r:
    gc.collect()
    before = gc.mem_alloc()
    __import__(name)
    gc.collect()
    print(name, gc.mem_alloc() - before)
"""


def boards():
    return sorted(path.parent.name for path in ROOT.glob("boards/*/board.py") if path.parent.name != "blueprint")


def sizes(board):
    """-> bytes of all .mpy of a board, of those of its drivers and parts."""
    mpy = {name: size for name, size in build.sizes(board).items() if name.endswith(".mpy")}
    return sum(mpy.values()), sum(size for name, size in mpy.items() if Path(name).parent.name in _ROOMS)


def parts():
    """-> {module: (bytes of .mpy, bytes of heap or None)} of every driver and part, and of what parts decide with."""
    with tempfile.TemporaryDirectory() as tree:
        made = {}
        for source in sorted((build.FIRMWARE / "pilotwire").rglob("*.py")):
            to = Path(tree) / source.relative_to(build.FIRMWARE).with_suffix(".mpy")
            to.parent.mkdir(parents=True, exist_ok=True)
            build.compile_mpy(source, to)
            made[".".join(to.relative_to(tree).with_suffix("").parts)] = to.stat().st_size
        (Path(tree) / "board.py").touch()
        core = {f"pilotwire.core.{name.rpartition('.')[2]}" for name in made if ".parts." in name}
        names = [n for n in made if n in core or n.split(".")[1] in _ROOMS and n.count(".") == 2]
        names = [n for n in names if not n.endswith(("__init__", "contract"))]
        heap = _heap(tree, sorted(names, key=lambda n: (".parts." in n, n))) if PORT32.exists() else {}
        return {name: (made[name], heap.get(name)) for name in names}


def _heap(tree, names):
    code = _IMPORT % (str(ROOT / "build" / "chip"), tree, names)
    out = subprocess.run([str(PORT32), "-X", "heapsize=512k", "-c", code], capture_output=True, text=True, check=True)
    return {name: int(size) for name, size in (line.split() for line in out.stdout.splitlines())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=4, help="openings of each board")
    parser.add_argument("--board", nargs="+", default=boards(), help="only these")
    parser.add_argument("--parts", action="store_true", help="no boards, only the table of parts")
    options = parser.parse_args()
    print("boards: .venv/bin/python -m host_tests.bench.boards", *sys.argv[1:])
    late = [] if options.parts else [name for name in options.board if not _print_board(name, options.trials)]
    print("  module                                .mpy    heap")
    for name, (mpy, heap) in parts().items():
        print(f"  {name.removeprefix('pilotwire.'):32}  {mpy:8,}  {'' if heap is None else format(heap, ','):>6}")
    return 1 if late else 0


def _print_board(name, trials):
    if name == boards()[0]:
        print("  board                    .mpy  of parts   coil  contacts  longest gap  safety's share")
        print(f"  limits {COIL_MS:39} {CONTACTS_MS:9} {GAP_MS:12}")
    build.build(name)
    r = openings(50, trials, board=name)
    print(
        f"  {name:20}  {sizes(name)[0]:7,}  {sizes(name)[1]:8,}  {max(r.coil_ms):5.1f}  {max(r.contacts_ms):8.1f}"
        f"  {r.gap_ms:11.1f}  {r.share:14.1%}",
        flush=True,
    )
    return not r.late and r.gap_ms <= GAP_MS


if __name__ == "__main__":
    sys.exit(main())
