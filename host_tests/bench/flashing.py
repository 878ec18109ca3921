"""Flashing over a serial line: seconds and bytes of a first flash, and of an update of one changed module.

    .venv/bin/python -m host_tests.bench.flashing [--baud 115200 460800]

The whole of `make flash` but the build: from the first byte to the restart. The line to the simulated chip is as slow
as that. The time is that of the chip's clock: it counts the waits for the line, and what its flash takes (reads,
erases, programs), which the PC does not wait for.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from tools import build, flash
from tools.flash_chip import Chip
from tools.wallbox import Wallbox

_BOARD = "devkit"


class Timed(Chip):
    """A chip whose restart ends the time: .line_s of the PC, .chip_s of the chip."""

    def __init__(self, port):
        self._began_s = time.monotonic()
        super().__init__(port)

    def stop(self):
        closed = super().stop()
        self.run("import time; _began_ms = time.ticks_ms()")
        self._stopped_s = time.monotonic() - self._began_s
        return closed

    def restart(self):
        self.chip_s = self.ask("time.ticks_diff(time.ticks_ms(), _began_ms)") / 1000 + self._stopped_s
        self.line_s = time.monotonic() - self._began_s
        super().restart()


def flash_it(console, tree):
    """-> s in all, s that the chip's flash had no part in, bytes to the chip, bytes from it."""
    chip = Timed(console)
    flash.Flash(chip, _BOARD, tree, lambda text: None).run()
    chip.close()
    return chip.chip_s, chip.line_s, chip.bytes_out, chip.bytes_in


def measure(baud):
    """-> rows of a first flash, and of one changed module."""
    with tempfile.TemporaryDirectory() as folder:
        tree, console = Path(folder, "tree"), str(Path(folder, "console"))
        shutil.copytree(build.BUILD / _BOARD, tree)
        with Wallbox(_BOARD, Path(folder, "data"), "--console", console, "--baud", baud, "--speed", 50):
            yield "first", *flash_it(console, tree)
            changed = tree / "control.mpy"
            changed.write_bytes(changed.read_bytes() + b"\0")
            yield "one module", *flash_it(console, tree)


def main():
    parser = argparse.ArgumentParser(prog="flashing", description=__doc__.split("\n")[0])
    parser.add_argument("--baud", type=int, nargs="+", default=[115200, 460800])
    options = parser.parse_args()
    build.build(_BOARD)
    for baud in options.baud:
        for what, chip_s, line_s, out, back in measure(baud):
            print(
                f"flash at {baud} baud, {what}: {chip_s:.1f} s, {line_s:.1f} s of them for the line; "
                f"{out:,} bytes to the chip, {back:,} from it",
                flush=True,
            )


if __name__ == "__main__":
    main()
