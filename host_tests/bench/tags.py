"""What a look-up in a local list of 1000 ids costs, and a list's change, on a real littlefs with NOR rules.

.venv/bin/python -m host_tests.bench.tags
"""

import json
import subprocess
import sys

from host_tests.inside import UNIT, interpreters
from tools.wallbox import ROOT

_CODE = """
import asyncio, gc, json, time
from nor import Mounted, Nor, formatted
from pilotwire.ocpp import list_update
from pilotwire.store import tags

class Counted(Nor):
    reads = 0

    def readblocks(self, *args):
        self.reads += 1
        super().readblocks(*args)

def entry(n):
    return tags.entry("%08x" % (n * 7919 % 1000), "Accepted", 0, "FAMILY")

async def pause():
    pass

nor = Counted(image=bytes(formatted(64).image))
with Mounted(nor):
    path, peer = "/nor/tags.list", "0badcafe"
    asyncio.run(list_update.write(path, peer, 1, sorted([entry(n) for n in range(1000)]), True, pause))
    erases = nor.erases
    asyncio.run(list_update.write(path, peer, 2, sorted([entry(n) for n in range(10)]), False, pause))
    erases = nor.erases - erases
    nor.reads = 0
    times, most, missed = [], 0, 0
    for n in range(1000):
        gc.collect()
        before, began = nor.reads, time.ticks_us()
        missed += tags.find(path, peer, "%08X" % n) is None
        times.append(time.ticks_diff(time.ticks_us(), began))
        most = max(most, nor.reads - before)
    assert not missed and tags.find(path, peer, "nobody") is None
    times.sort()
print(json.dumps([times[500], times[-1], nor.reads / 1000, most, erases]))
"""


def cost():
    """-> (median and worst look-up in us on this PC, flash reads of one: mean and most, erases of a change)."""
    path = f"{ROOT / 'firmware'}:{UNIT}:.frozen"
    command = [interpreters()["wheel"], "-X", "heapsize=8m", "-c", _CODE]
    done = subprocess.run(command, env={"MICROPYPATH": path}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    median_us, worst_us, reads, most, erases = cost()
    print(
        f"local list of 1000: a look-up {median_us} us, worst {worst_us} us here, {reads:.0f} reads of flash, at most "
        f"{most}; a change of 10 entries {erases} erases"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
