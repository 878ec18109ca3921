"""What a transaction costs in flash, on a real littlefs with NOR rules: eight hours with a record a minute.

.venv/bin/python -m host_tests.bench.journal
"""

import subprocess
import sys

from host_tests.inside import UNIT, interpreters
from tools.wallbox import ROOT

_SESSIONS = 10
_CODE = "import test_journal_wear as t; print(*t.cost(%s, %d))"


def cost(online, sessions=_SESSIONS):
    """-> (erases, bytes programmed, erases with the contactor closed) per transaction, the mean of so many."""
    path = f"{ROOT / 'firmware'}:{UNIT}:.frozen"
    command = [interpreters()["wheel"], "-X", "heapsize=8m", "-c", _CODE % (online, sessions)]
    done = subprocess.run(command, env={"MICROPYPATH": path}, capture_output=True, text=True, check=True)
    return tuple(int(word) / sessions for word in done.stdout.split())


def main():
    for online, name in ((True, "online"), (False, "offline")):
        erases, programmed, closed = cost(online)
        print(
            f"flash: {erases:.1f} erases and {programmed / 1024:.0f} KiB programmed per transaction of 8 h {name}; "
            f"{closed:.1f} erases with the contactor closed, one in {480 / closed:.0f} records"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
