"""The peak of memory while a message of the central system, or a status request, is handled: the least heap in which
it passes, on the 32-bit port.

    .venv/bin/python -m host_tests.bench.peaks [--short] [--rows TEXT ...]

A peak cannot be read: nobody measures in the middle of a bytecode, and garbage hides what lives. So the wallbox starts
in smaller and smaller heaps, until the message is not answered rightly any more, or what it asks for does not happen,
or the connection or the chip does not outlive it; found by halving, to 1 KB (--short: 4 KB, some rows). All settings
are on flash before, so nothing but the start, the boot at the central system and the car's session comes in between,
and what these lent has gone when the message comes; a local list of 1000 entries is there, and 50 messages wait
(peak_states.py). The second row is the session alone: a row with the same figure needs no more than that, give or take
1 KB; the first one is a session without OCPP. The simulated chip's own bytes are taken off.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from host_tests.bench import peak_states
from host_tests.bench.memory import CHIP_HEAP, MICRO_OCPP, PORT32, ROOMY
from host_tests.bench.peak_rows import FAILURES, ROWS, SHORT, Scene
from tools import build
from tools.csms import BackgroundCentralSystem
from tools.wallbox import WallboxError

_LITTLE = 88 * 1024  # less than what lives while charging: nothing passes


class Trials:
    """Rows in heaps; a context. Each trial begins with a copy of the same flash, at a central system of its own."""

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="pilotwire-")
        self._folder = Path(self._temporary.name)
        with BackgroundCentralSystem() as csms:
            self._port = csms.port
            peak_states.make(self._folder, csms)
        return self

    def __exit__(self, *error):
        self._temporary.cleanup()

    def failure(self, row, heap):
        """-> what fails of the row in a heap of so many bytes, None: it passes."""
        data = self._folder / "trial"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self._folder / row.state, data)
        try:
            with BackgroundCentralSystem(self._port) as csms, Scene(csms, data, heap, row.state) as scene:
                link = scene.link
                row.act(scene)
                resets = scene.box.ask("state")["resets"]
                assert resets == row.resets, f"{resets} resets:\n{scene.box.last_words()}"
                assert resets or scene.link is link, f"the connection was lost:\n{scene.box.last_words()}"
        except FAILURES as e:
            return f"{type(e).__name__} {e}"

    def peak(self, row, step):
        """-> the least heap in which the row passes, to so many bytes. Raises WallboxError: it never does."""
        failing, passing = _LITTLE, CHIP_HEAP
        if self.failure(row, passing):
            failing, passing = passing, ROOMY
            why = self.failure(row, passing)
            if why:
                raise WallboxError(f"{row.name}: fails even in {passing} B: {why}")
        while passing - failing > step:
            middle = (passing + failing) // 2
            if self.failure(row, middle):
                failing = middle
            else:
                passing = middle
        return passing


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--short", action="store_true", help="to 4 KB, some rows")
    parser.add_argument("--rows", nargs="+", default=[""], help="only those with one of these words")
    options = parser.parse_args()
    if not PORT32.exists():
        print("peaks: not run, there is no 32-bit MicroPython here (make port32)")
        return 0
    build.build("devkit")
    rows = [row for row in (SHORT if options.short else ROWS) if any(word in row.name for word in options.rows)]
    step = 4096 if options.short else 1024
    print("peaks: .venv/bin/python -m host_tests.bench.peaks" + (" --short" if options.short else ""))
    print(f"  the least heap (to {step} B) in which it passes while charging with OCPP; an ESP32 has {CHIP_HEAP:,} B")
    peaks = {}
    with Trials() as trials:
        for row in rows:
            peaks[row] = trials.peak(row, step)
            print(f"  {peaks[row]:7,} B  {row.name}", flush=True)
    without = [peaks[row] for row in rows if row.state == "off"]
    if without:
        most = max(peaks.values()) - without[0]
        print(
            f"  {most:7,} B  of OCPP at most: the highest without the one of OCPP off (MicroOcpp: {MICRO_OCPP[2]:,} B)"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
