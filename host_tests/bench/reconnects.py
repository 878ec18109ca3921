"""A thousand lost connections, on the 32-bit port: does the heap grow, does anything restart?

    .venv/bin/python -m host_tests.bench.reconnects [COUNT]

The central system cuts the connection (every second time in the middle of a message) as soon as the wallbox is booted;
the wallbox dials again after its back-off of a second. What lives in the heap is read every hundred times. Some 3 KB
come and go with what happens to be lent or still seen by the collector; so the least of the later half is compared
with the least of the earlier one.
"""

import sys
import tempfile
import time
from pathlib import Path

from host_tests.bench.memory import PORT32, ROOMY, chip_bytes, quiet
from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import connect
from tools.wallbox import Wallbox, WallboxError

_SPEED = 50
_PATIENCE_S = 20
_EVERY = 100
GROWTH = 512  # bytes by which two readings may differ without anything having grown


def reconnects(count, every=_EVERY, tell=lambda n, live: None):
    """-> live bytes of the heap: first after a warm-up, then after every so many reconnects.

    Raises WallboxError: the link did not come back, or the chip restarted.
    """
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, "--micropython", PORT32, "--heap", ROOMY + chip_bytes(), "--speed", _SPEED) as box,
    ):
        connect(box, csms)
        box.set(ocppbs=1, ocppbc=1)
        figures = []
        for n in range(every + count + 1):
            if n and n % every == 0:
                figures.append(_live(box))
                tell(n - every, figures[-1])
            _cut(box, csms, n)
        if box.ask("state")["resets"]:
            raise WallboxError("the chip restarted:\n" + box.last_words())
        return figures


def growth(figures):
    """-> bytes."""
    half = len(figures) // 2
    return min(figures[half:]) - min(figures[:half])


def _cut(box, csms, n):
    """One connection ends; the next one is accepted when this returns."""
    old = next(iter(csms._links.values()))
    if n % 2:
        csms._loop.call_soon_threadsafe(old.transport.write, b"\x81\x7e\x10\x00[2,")
    csms.drop()
    end = time.monotonic() + _PATIENCE_S
    while old in csms._links.values() or not csms._links:
        if time.monotonic() > end:
            raise WallboxError(f"the link did not come back after {n} times:\n{box.last_words()}")
        time.sleep(0.002)


def _live(box):
    """With a connection that is up, and without what was lent."""
    box.wait_for(lambda: box.status("ocppa"), _PATIENCE_S)
    return quiet(box)


def main():
    if not PORT32.exists():
        print("reconnects: not run, there is no 32-bit MicroPython here (make port32)")
        return 0
    build.build("devkit")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    began = time.monotonic()
    figures = reconnects(count, tell=lambda n, live: print(f"  {live:7,} B live after {n} reconnects", flush=True))
    grown = growth(figures)
    print(f"{count} reconnects in {time.monotonic() - began:.0f} s: the heap has grown by {grown} B")
    return int(grown > GROWTH)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
