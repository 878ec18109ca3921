"""What the firmware needs of the chip's heap, on the 32-bit port, whose words and objects are as large as the ESP32's.

    .venv/bin/python -m host_tests.bench.memory [--least] [--modules]
    .venv/bin/python -m host_tests.bench.memory --boards [BOARD ...]

The simulated chip's own bytes, which no real chip has, are measured alone and taken off. Live bytes are the least seen
over some time, since garbage comes and goes; what was lent before has gone, but the key API is there, which is asked
for them. --least: the least heap in which a whole session passes while it is polled over HTTP; what single messages
need is measured by peaks.py. --modules: what is resident. --boards: how many of some such sessions pass in the heap of
a chip without PSRAM, on each board, or on these; and what a client sees there at a chip's speed.
"""

import argparse
import contextlib
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import board_file, build, flash_image
from tools.board_parts import PARTS, fields
from tools.boards import load
from tools.csms import BackgroundCentralSystem
from tools.session import await_closed, connect, unplug
from tools.wallbox import ROOT, Wallbox, WallboxError

PORT32 = ROOT / "build" / "port32" / "micropython"
CHIP_HEAP = 112 * 1024
_TRIES = 3
ROOMY = 160 * 1024  # for the figures: enough, so that nothing has to be let go
SPEED = 50
_PATIENT_S = 60  # until the contactor closes
_STATUSES = 7
_GONE_MS = 65_000  # a minute after it was last asked for, what was lent has gone
OCPP = (  # the modules that are there for OCPP, by how their names begin in what is flashed
    *map(build.modules().flat, ("ocpp.", "net.ocpp_", "proto.ocppj", "proto.ws", "proto.redirect", "core.ocpp_")),
    *map(build.modules().flat, ("store.journal", "store.tags")),
    *("billing", "between", "resume", "sampling"),
)
MICRO_OCPP = 121_170, 9_460, 18_591  # bytes of flash, of heap at rest, at its peak: its own figures for a 32-bit PC
_OF_UART = ("tx", "rx")  # a number is enough for it
_MEASURE_CHIP = """
import sys, gc
sys.path.insert(0, %r)
gc.collect(); before = gc.mem_alloc()
import rom
sys.path[0] = rom.use(sys.path[0])  # as chip/start.py does
del sys.modules["rom"], rom
import clock, link, flash, machine, network, socket, time, select, esp32, neopixel, run_queue, costs, power
for pin in %r: machine.Pin(pin)  # the port's own are in its ROM, as are its ADCs
for pin in %r: machine.ADC(pin)
def used():  # the least of some looks: a word left on the C stack may keep garbage of the imports
    import stall, costs
    gc.collect()
    return gc.mem_alloc()
print(min(used() for _ in range(5)) - before)
"""


def chip_bytes(board="devkit"):
    """The simulated chip's own heap with the pins of a board, measured alone on the same interpreter."""
    code = _MEASURE_CHIP % (str(ROOT / "build" / "chip"), *_pins(board))
    out = subprocess.run([str(PORT32), "-c", code], capture_output=True, text=True, check=True)
    return int(out.stdout.split()[-1])


def _pins(board):
    """-> [pins of a board that become a machine.Pin], [those of them that become an ADC]."""
    found = [[], []]
    for names in board_file.outlets(vars(load(ROOT / "boards" / board / "board.py"))):
        for part, spec in names.items():
            for field, role in fields(part, spec).items() if part in PARTS and spec else ():
                if spec.get(field) is not None and role.rstrip("?*") and field not in _OF_UART:
                    found[0].append(spec[field])
                    found[1] += [spec[field]] * (role == "adc")
    return found


def used(box, seconds=3):
    """Live bytes: the least of `heap.used` over some seconds."""
    least, end = None, time.monotonic() + seconds
    while time.monotonic() < end:
        now = box.status("heap")["used"]
        least = now if least is None else min(least, now)
        time.sleep(0.05)
    return least


def quiet(box):
    """Live bytes after so much simulated time that what was lent has gone, however busy the PC is."""
    until_ms = box.ask("state")["at_ms"] + _GONE_MS
    while box.ask("state")["at_ms"] < until_ms:
        time.sleep(0.02)
    return used(box, 1)


def resident_mpy(box, board="devkit"):
    """-> (bytes of .mpy of the modules in memory, {module: bytes})."""
    tree = ROOT / "build" / board
    sizes = {}
    for name in box.status("mods"):
        sizes[name] = (tree / f"{name}.mpy").stat().st_size
    return sum(sizes.values()), sizes


def ocpp_mpy(sizes, board="devkit"):
    """-> bytes of .mpy of what is there for OCPP: (flashed, in memory of these modules)."""
    flashed = sum(path.stat().st_size for path in (ROOT / "build" / board).glob("*.mpy") if path.name.startswith(OCPP))
    return flashed, sum(size for name, size in sizes.items() if name.startswith(OCPP))


def live():
    """-> {state: live bytes}, the simulated chip's among them."""
    figures = {}
    with (
        flashed() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, "--micropython", PORT32, "--heap", ROOMY, "--speed", SPEED) as box,
    ):
        figures["at rest, HTTP only"] = quiet(box)
        connect(box, csms)
        box.set(ocppi=300)  # or what makes MeterValues would stay
        figures["at rest, OCPP connected"] = quiet(box)
        box.do("plug", on=True)
        await_closed(box)
        figures["charging"] = quiet(box)
    return figures


@contextlib.contextmanager
def flashed(board="devkit"):
    """-> a folder with a flash as `make flash` leaves it: what is in a slot needs more than a developer's tree."""
    with tempfile.TemporaryDirectory() as data:
        flash_image.put(Path(data, "flash.bin"), board, good=True)
        yield data


def scenario(heap, board="devkit"):
    """A whole session with OCPP, status requests and a set key, in a heap of so many bytes beside what the simulated
    chip takes itself, from a slot of the flash.

    Raises WallboxError, OSError, ValueError when something of it is refused, cut short or lost.
    """
    heap += chip_bytes(board)
    with (
        flashed(board) as data,
        BackgroundCentralSystem() as csms,
        Wallbox(board, data, "--micropython", PORT32, "--heap", heap, "--speed", 5) as box,
    ):
        used(box)
        connect(box, csms)
        if box.ask("state")["meter_wh"] is None:
            box.set(ocppem=True)  # what is estimated is billed
        used(box)
        box.do("plug")
        box.do("ready")
        await_closed(box)
        used(box)
        for _ in range(20):
            box.status()
        box.set(amp=10)
        unplug(box)
        box.wait_for(lambda: csms.sessions and csms.sessions[-1].energy_wh is not None, 20)
        if box.ask("state")["resets"]:
            raise WallboxError("the chip restarted")


def passed(board, tries=_TRIES):
    """-> how many of so many sessions pass in the heap of a chip without PSRAM, and why the others did not."""
    build.build(board)
    told = []
    for _ in range(tries):
        try:
            scenario(CHIP_HEAP, board)
        except (WallboxError, OSError, ValueError) as e:
            told.append(str(e))
    return tries - len(told), told


def on_a_chip(board):
    """What a client sees where memory, speed and the way of the code from the flash are a chip's, with OCPP.

    -> (s from the car's asking until the contactor closes, median s of a full status, ms of the longest gap between two
    looks at the pilot meanwhile), in simulated time. Raises WallboxError.
    """
    build.build(board)
    heap = CHIP_HEAP + chip_bytes(board)
    with (
        flashed(board) as data,
        BackgroundCentralSystem() as csms,
        Wallbox(board, data, "--micropython", PORT32, "--heap", heap, "--cpu", 50) as box,
    ):
        connect(box, csms)
        if box.ask("state")["meter_wh"] is None:
            box.set(ocppem=True)  # what is estimated is billed
        box.do("plug")
        began_ms = box.ask("state")["at_ms"]
        box.do("ready")
        box.wait_for(lambda: box.ask("state")["contactor"], _PATIENT_S)
        closed_ms = box.ask("state")["at_ms"]
        times_ms = [closed_ms]
        for _ in range(_STATUSES):
            box.status()
            times_ms.append(box.ask("state")["at_ms"])
        status_ms = statistics.median(later - sooner for sooner, later in itertools.pairwise(times_ms))
        return (closed_ms - began_ms) / 1000, status_ms / 1000, box.ask("timing")["pilot_gap_ms_max"]


def resident_while_charging():
    """-> (bytes of .mpy of the modules in memory while a car charges with OCPP, {module: bytes})."""
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, "--speed", 5) as box,
    ):
        connect(box, csms)
        box.do("plug")
        box.do("ready")
        await_closed(box)
        return resident_mpy(box)


def least_heap(low, high, step=1024):
    """The least heap, in steps, in which the scenario passes. Raises WallboxError: not even in the highest."""
    try:
        scenario(high)
    except (OSError, ValueError) as e:
        raise WallboxError(f"the session does not even pass in {high} B: {e}") from e
    while high - low > step:
        middle = (low + high) // 2
        try:
            scenario(middle)
            high = middle
        except (WallboxError, OSError, ValueError):
            low = middle
    return high


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--least", action="store_true", help="the least heap in which a session passes (a minute)")
    parser.add_argument("--modules", action="store_true", help="what is resident")
    parser.add_argument("--boards", nargs="*", help="sessions in 112 KB, on each board (20 minutes) or on these")
    options = parser.parse_args()
    if options.boards is not None:
        return _boards(options.boards or sorted(path.parent.name for path in ROOT.glob("boards/*/board.py")))
    build.build("devkit")
    print("memory: .venv/bin/python -m host_tests.bench.memory", *sys.argv[1:])
    total, sizes = resident_while_charging()
    print(f"  {total:7,} B  .mpy resident while charging with OCPP, in {len(sizes)} modules")
    flashed, resident = ocpp_mpy(sizes)
    print(f"  {resident:7,} B    of these OCPP's")
    print(f"  {flashed:7,} B  .mpy of OCPP flashed (MicroOcpp: {MICRO_OCPP[0]:,} B)")
    if options.modules:
        for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
            print(f"  {size:7,} B    {name}")
    if not PORT32.exists():
        print("memory: heap not measured, there is no 32-bit MicroPython here (make port32)")
        return 0
    chip = chip_bytes()
    print(
        f"  heap of the 32-bit port, without the {chip:,} B of the simulated chip itself; an ESP32 has {CHIP_HEAP:,} B"
    )
    states = live()
    for name, value in states.items():
        print(f"  {value - chip:7,} B  {name}", flush=True)
    of_ocpp = states["at rest, OCPP connected"] - states["at rest, HTTP only"]
    print(f"  {of_ocpp:7,} B  of OCPP, connected and at rest (MicroOcpp: {MICRO_OCPP[1]:,} B; peaks: bench.peaks)")
    if options.least:
        print(f"  {least_heap(96 * 1024, ROOMY):7,} B  least heap in which the whole session passes")
    return 0


def _boards(boards):
    print(f"memory: whole sessions with OCPP, polled, that pass in {CHIP_HEAP:,} B (32-bit port). At a chip's speed:")
    print("  s from asking until it charges, s of a full status, ms of the longest gap between two looks at the pilot")
    for board in boards:
        good, told = passed(board)
        begins_s, status_s, gap_ms = on_a_chip(board)
        print(f"  {board:24} {good} of {_TRIES}  {begins_s:8.1f}  {status_s:6.1f}  {gap_ms:6.0f}", *told, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
