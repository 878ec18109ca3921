"""What the firmware needs of the chip's heap, on the 32-bit port, whose words and objects are as large as the ESP32's.

    .venv/bin/python -m host_tests.bench.memory

The heap is what stock MicroPython has on an ESP32 without PSRAM (112 KB) plus the simulated chip's own bytes, which no
real chip has; both are printed. Live bytes are the least seen over some seconds, since garbage comes and goes.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import await_closed, connect
from tools.wallbox import ROOT, Wallbox, WallboxError

PORT32 = ROOT / "build" / "port32" / "micropython"
CHIP_HEAP = 112 * 1024
_MEASURE_CHIP = """
import sys, gc
sys.path.insert(0, %r)
gc.collect(); before = gc.mem_alloc()
import rom
sys.path[0] = rom.use(sys.path[0])  # as chip/start.py does
del sys.modules["rom"], rom
import clock, link, flash, machine, network, socket, time, select, esp32, neopixel, tasks, costs, power
gc.collect(); print(gc.mem_alloc() - before)
"""


def chip_bytes(interpreter=PORT32):
    """The simulated chip's own heap, measured alone on the same interpreter."""
    code = _MEASURE_CHIP % str(ROOT / "build" / "chip")
    out = subprocess.run([str(interpreter), "-c", code], capture_output=True, text=True, check=True)
    return int(out.stdout.split()[-1])


def used(box, seconds=3):
    """Live bytes: the least of `heap.used` over some seconds."""
    least, end = None, time.monotonic() + seconds
    while time.monotonic() < end:
        now = box.status("heap")["used"]
        least = now if least is None else min(least, now)
        time.sleep(0.05)
    return least


def resident_mpy(box, board="devkit"):
    """-> (bytes of .mpy of the modules in memory, {module: bytes})."""
    tree = ROOT / "build" / board
    sizes = {}
    for name in box.status("mods"):
        path = tree / name.replace(".", "/")
        found = path.with_suffix(".mpy") if path.with_suffix(".mpy").exists() else path / "__init__.mpy"
        sizes[name] = found.stat().st_size if found.exists() else 0
    return sum(sizes.values()), sizes


def scenario(heap, interpreter=PORT32):
    """A whole session with OCPP and full status requests in a heap of so many bytes -> figures. Raises WallboxError."""
    figures = {}
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, "--micropython", interpreter, "--heap", heap, "--speed", 5) as box,
    ):
        figures["at rest, HTTP only"] = used(box)
        connect(box, csms)
        figures["at rest, OCPP connected"] = used(box)
        box.do("plug")
        box.do("ready")
        await_closed(box)
        figures["charging"] = used(box)
        for _ in range(20):
            box.status()
        box.set(amp=10)
        figures["resident .mpy while charging"], sizes = resident_mpy(box)
        box.do("unplug")
        box.wait_for(lambda: csms.sessions and csms.sessions[-1].energy_wh is not None, 20)
        if box.ask("state")["resets"]:
            raise WallboxError("the chip restarted")
    return figures, sizes


def least_heap(low, high, step=1024):
    """The least heap, in steps, in which the scenario passes; high must pass."""
    while high - low > step:
        middle = (low + high) // 2
        try:
            scenario(middle)
            high = middle
        except (WallboxError, OSError):
            low = middle
    return high


def main():
    if not PORT32.exists():
        print("memory: not measured, there is no 32-bit MicroPython here (make port32)")
        return 0
    build.build("devkit")
    chip = chip_bytes()
    figures, sizes = scenario(CHIP_HEAP + chip)
    print(f"heap of the 32-bit port: {CHIP_HEAP} B as on the chip + {chip} B of the simulated chip itself")
    for name, value in figures.items():
        own = value if name.startswith("resident") else value - chip
        print(f"  {own:7,} B  {name}")
    if "--least" in sys.argv:
        print(f"  {least_heap(80 * 1024, CHIP_HEAP + chip) - chip:7,} B  least heap in which the whole session passes")
    if "--modules" in sys.argv:
        for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
            print(f"  {size:7,} B  {name}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
