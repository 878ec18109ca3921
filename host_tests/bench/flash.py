"""What a setting costs in flash: erases and bytes programmed, on a real littlefs with NOR rules.

.venv/bin/python -m host_tests.bench.flash
"""

import subprocess
import sys

from host_tests.inside import UNIT, interpreters
from tools.wallbox import ROOT

_WRITES = 400
_CODE = "import test_power_cut as t; print(*t.erases_per_setting(%d))"


def erases_per_setting(writes=_WRITES):
    """-> (erases, programs, bytes programmed) per setting written, the mean of so many."""
    path = f"{ROOT / 'firmware'}:{UNIT}:.frozen"
    command = [interpreters()["wheel"], "-X", "heapsize=8m", "-c", _CODE % writes]
    done = subprocess.run(command, env={"MICROPYPATH": path}, capture_output=True, text=True, check=True)
    return tuple(int(word) / 1000 for word in done.stdout.split())


def main():
    erases, _, programmed = erases_per_setting()
    print(f"flash: {erases:.3f} erases and {programmed:.0f} bytes programmed per setting written, mean of {_WRITES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
