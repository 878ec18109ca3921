"""How long it takes to start from the slots, and the room they take on flash.

    .venv/bin/python -m host_tests.bench.slots [--cpu 50]

Simulated time, cpu 50 being as slow as the chip: from the first line of boot.py until it ends, the contactors held open
(with its reads of the flash, 30 us each); from power on until the safety path, or safe mode, runs and until HTTP
answers, all the starts that fall over before among it. A bad slot has failed three times before.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import build, flash_image
from tools.sim.world import options as sim
from tools.wallbox import Wallbox

_PATIENCE_S = 60
_CRASH = {"application.mpy": None, "application.py": b"raise ValueError('broken')\n"}
_BOOT = """
import os, sys
sys.path.insert(0, %r)
import power
options = power._options(os.getenv("CHIP").split("\\n"))
power._set_up(options)
import clock, flash, costs
reads = 0
def counted(self, block, buf, offset=0, read=flash.Flash.readblocks):
    global reads
    reads += 1
    read(self, block, buf, offset)
flash.Flash.readblocks = counted
power._mount(options, %r)
try:
    clock.schedstat = open("/host/proc/self/schedstat", "rb")
except OSError:
    pass
clock.enter()
clock.cpu, began, mounted = %d, clock.now, reads
power._run(".", "boot.py")
print((clock.now - began) // 1000, reads - mounted)
"""
_CASES = (  # name, (slot, good, changes), records
    ("good slot", (("a", True, None),), {}),
    ("good slot, another beside it", (("a", True, None), ("b", True, None)), {}),
    ("new slot, its second start", (("a", True, None), ("b", False, None)), {"/app_b/tries": b"1"}),
    ("bad slot, back to the good one", (("a", True, None), ("b", False, _CRASH)), {"/app_b/tries": b"3"}),
    ("new slot that fails three times, then the good one", (("a", True, None), ("b", False, _CRASH)), {}),
    (
        "two bad slots: safe mode",
        (("a", False, _CRASH), ("b", False, _CRASH)),
        {"/app_a/tries": b"3", "/app_b/tries": b"3"},
    ),
)


def prepared(data, slots, records):
    """-> blocks in use."""
    image = Path(data) / "flash.bin"
    for slot, good, changes in slots:
        blocks = flash_image.put(image, slot=slot, good=good, changes=changes)
    flash_image.write(image, records)
    return blocks


def held(data, cpu):
    """-> (ms that boot.py takes until it ends, the contactors being held open; its flash reads)."""
    chip = str(build.ROOT / "tools/sim/chip")  # the built one has short names
    code = _BOOT % (chip, chip, cpu)
    environment = {**os.environ, "CHIP": f"data={data}\nbuild={data}", "MICROPYPATH": ".frozen"}
    command = [sim.interpreter(None), "-X", "heapsize=1m", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return tuple(map(int, done.stdout.split()))


def started(data, cpu):
    """-> (ms until the safety path or safe mode runs, until HTTP answers), of a box that was started before."""
    with Wallbox("devkit", data, "--cpu", cpu) as box:
        box.wait_for(lambda: _answers(box), _PATIENCE_S)
        state = box.ask("state")
        return state["armed_ms"] + state["at_ms"] - state["uptime_ms"], state["at_ms"]


def _answers(box):
    try:
        return box.get("/")[0] == 200
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cpu", type=int, default=50, help="as in tools.sim")
    options = parser.parse_args()
    build.build("devkit")
    print("slots: .venv/bin/python -m host_tests.bench.slots", *sys.argv[1:])
    print("  ms until held open  (flash reads)  until safe  HTTP answers   blocks of 512")
    for name, slots, records in _CASES:
        with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as copy:
            blocks = prepared(data, slots, records)
            held_ms, reads = held(shutil.copytree(data, copy, dirs_exist_ok=True), options.cpu)
            armed_ms, http_ms = started(data, options.cpu)
            print(f"  {held_ms:18} {reads:15} {armed_ms:11} {http_ms:13} {blocks:15}   {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
