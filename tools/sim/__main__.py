"""Run the wallbox on this PC: the firmware on a simulated ESP32, in a simulated world.

Logs to standard error, with a line `ready http HOST:PORT control HOST:PORT` when all doors are
open; stops at SIGTERM or Ctrl-C with status 0, after a simulated power cut with status 75. See
tools/sim/README.md.
"""

import asyncio
import sys

from tools.sim.world import options
from tools.sim.world.process import NoChip
from tools.sim.world.run import run


def main():
    chosen = options.parse(sys.argv[1:], __doc__)
    try:
        return asyncio.run(run(chosen))
    except (ValueError, NoChip) as error:
        sys.exit(f"tools.sim: {error}")


if __name__ == "__main__":
    sys.exit(main())
