"""What each board costs and how fast it opens; what each part costs, and the safety functions.

    .venv/bin/python -m host_tests.bench.boards [--trials 4] [--board NAME ...] [--parts]

A row a board: all its .mpy, of these its drivers and parts; a car asks and leaves C under five requests a second at
cpu 50 (timing.py). From asking to closed contacts, the first time (later ones wait for the 5 s of rest); worst of the
trials: from leaving to coil and main contacts, the longest gap between two samples; how often contacts moved with
current, and the safety path's share of the CPU. Then a row a module of the safety functions, and a row a driver, a part
and what it decides with: its .mpy, and the heap it takes on the 32-bit port where what it needs is there already.
--parts: no boards.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

from host_tests.bench.memory import PORT32
from host_tests.bench.timing import CLOSED_MS, COIL_MS, CONTACTS_MS, GAP_MS, openings
from tools import build
from tools.wallbox import ROOT, WallboxError

_SPEED = 4  # faster, the PC's clients could not ask so often
_ROOMS = ("hal", "parts")
# The safety functions' modules, each behind those that it needs; the first are there all the time, on every board,
# the next where the board has the part, the last come for their turn and go.
_SAFETY = {
    "always there": "core.duty core.faults core.levels core.pilot core.connector core.limits hal.pilot "
    "hal.contactor store.latch safety",
    "with the part": "hal.rcm hal.earth hal.earth_mains hal.inputs hal.lock hal.phases hal.disconnect",
    "lent": "core.pilot_source selftest core.supply supply core.failsafe core.grid core.restart_delay watch core.rcm "
    "parts.rcm core.earth parts.earth core.inputs parts.inputs core.lock parts.lock core.derating parts.temperature "
    "core.proximity parts.proximity core.fault_codes",
}
_BASES = ("energy", "modbus_meter", "scaled_meter", "analog", "pn532")  # others of hal/ need them
_RUNS_WITHOUT = "from pilotwire import parts\nfrom pilotwire.store import files\nfrom pilotwire.hal import analog"
_RUNS_WITH = "from pilotwire import control, safety, box, outlet\nfrom pilotwire.proto import modbus"
_IMPORT = """
import gc, os, sys
sys.path.insert(0, %r)
import rom
sys.path[0] = rom.use(sys.path[0])
import machine, network, time
os.chdir(%r)
sys.path.insert(0, "")
%s
class Names:  # so many that the interpreter's table of names does not double under a module's import
    pass
for i in range(1200):
    setattr(Names, "name%%d" %% i, i)
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
    rooms = tuple(build.modules().flat(room + ".") for room in _ROOMS)
    return sum(mpy.values()), sum(size for name, size in mpy.items() if name.startswith(rooms))


@contextlib.contextmanager
def compiled():
    """-> (a folder with all of the firmware as .mpy, {module: bytes}); a context."""
    with tempfile.TemporaryDirectory() as tree:
        made = {}
        for source in sorted((build.FIRMWARE / "pilotwire").rglob("*.py")):
            to = Path(tree) / source.relative_to(build.FIRMWARE).with_suffix(".mpy")
            to.parent.mkdir(parents=True, exist_ok=True)
            build.compile_mpy(source, to)
            made[".".join(to.relative_to(tree).with_suffix("").parts)] = to.stat().st_size
        (Path(tree) / "board.py").touch()
        yield tree, made


def parts(tree, made):
    """-> {module: (bytes of .mpy, bytes of heap or None)} of every driver and part, and of what parts decide with."""
    core = {f"pilotwire.core.{name.rpartition('.')[2]}" for name in made if ".parts." in name}
    names = [n for n in made if n in core or n.split(".")[1] in _ROOMS and n.count(".") == 2]
    names = [n for n in names if not n.endswith(("__init__", "contract"))]
    heap = _heap(tree, _RUNS_WITH, sorted(names, key=lambda n: (".parts." in n, n.rpartition(".")[2] not in _BASES, n)))
    return {name: (made[name], heap.get(name)) for name in names}


def safety(tree, made):
    """-> {when they are there: {module: (bytes of .mpy, bytes of heap or None)}} of the safety functions."""
    kinds = {kind: ["pilotwire." + name for name in names.split()] for kind, names in _SAFETY.items()}
    heap = _heap(tree, _RUNS_WITHOUT, sum(kinds.values(), []))
    return {kind: {name: (made[name], heap.get(name)) for name in names} for kind, names in kinds.items()}


def _heap(tree, there, names):
    """-> {module: bytes}, `there` being imported before; {} without the 32-bit port."""
    if not PORT32.exists():
        return {}
    code = _IMPORT % (str(ROOT / "build" / "chip"), tree, there, names)
    out = subprocess.run([str(PORT32), "-X", "heapsize=512k", "-c", code], capture_output=True, text=True, check=True)
    return {name: int(size) for name, size in (line.split() for line in out.stdout.splitlines())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=4, help="openings of each board")
    parser.add_argument("--board", nargs="+", default=boards(), help="only these")
    parser.add_argument("--parts", action="store_true", help="no boards, only the tables of modules")
    options = parser.parse_args()
    print("boards: .venv/bin/python -m host_tests.bench.boards", *sys.argv[1:])
    late = [] if options.parts else _print_boards(options.board, options.trials)
    with compiled() as (tree, made):
        _print_safety(safety(tree, made))
        _print_modules("drivers and parts", parts(tree, made))
    return 1 if late else 0


def _print_boards(names, trials):
    """-> the names of those that were too late."""
    print(
        "  board                    .mpy  of parts  closing   coil  contacts  longest gap  with current  safety's share"
    )
    print(f"  limits {CLOSED_MS:40} {COIL_MS:6} {CONTACTS_MS:9} {GAP_MS:12} {0:13}")
    return [name for name in names if not _print_board(name, trials)]


def _print_board(name, trials):
    build.build(name)
    try:
        r = openings(50, trials, speed=_SPEED, board=name)
    except WallboxError as e:
        print(f"  {name:20}  FAILED: {str(e).splitlines()[0]}", flush=True)
        return False
    print(
        f"  {name:20}  {sizes(name)[0]:7,}  {sizes(name)[1]:8,}  {r.close_ms[0]:7.0f}  {max(r.coil_ms):5.1f}"
        f"  {max(r.contacts_ms):8.1f}  {r.gap_ms:11.1f}  {sum(r.loaded.values()):12}  {r.share:14.1%}",
        flush=True,
    )
    return not r.late and r.gap_ms <= GAP_MS and r.close_ms[0] <= CLOSED_MS


def _print_safety(kinds):
    for kind, modules in kinds.items():
        _print_modules("safety functions, " + kind, modules)
        mpy, heap = (sum(sizes[i] or 0 for sizes in modules.values()) for i in (0, 1))
        _print_module("in all", mpy, heap or None)


def _print_modules(what, modules):
    print(f"  {what:32}      .mpy    heap")
    for name, (mpy, heap) in modules.items():
        _print_module(name.removeprefix("pilotwire."), mpy, heap)


def _print_module(name, mpy, heap):
    print(f"  {name:32}  {mpy:8,}  {'' if heap is None else format(heap, ','):>6}")


if __name__ == "__main__":
    sys.exit(main())
