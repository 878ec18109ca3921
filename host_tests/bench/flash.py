"""What the whole firmware costs in flash: per transaction, with the contactor closed, and per setting.

    .venv/bin/python -m host_tests.bench.flash [--sessions 10] [--minutes 3] [--settings 200] [--short]

Counted by the simulated flash, NOR with a real littlefs, while cars charge online, and offline with the network silent;
an offline session is sent afterwards, which counts too. What a transaction of eight hours costs is measured on the
journal alone (journal.py): an erase comes only once in some 40 records. The last line is the store alone, on its own
small flash. --short: 2 sessions of 2 minutes each, 50 settings.
"""

import argparse
import subprocess
import sys
import tempfile
import time

from host_tests.inside import UNIT, interpreters
from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import await_closed, charge, connect
from tools.wallbox import ROOT, Wallbox

_SPEED = 50
_PATIENCE_S = 30
_STORE_WRITES = 400
_CODE = "import test_power_cut as t; print(*t.erases_per_setting(%d))"
_COUNTS = ("erases", "erases_closed", "programs", "bytes")


def transactions(box, csms, sessions, minutes, offline=False):
    """Cars charge, one after the other -> {count: mean of a transaction}, until the central system has all of it."""
    before = box.ask("flash")
    for _ in range(sessions):
        if offline:
            box.do("wifi", on=False, how="silent")
        _session(box, minutes)
        if offline:
            box.do("wifi", on=True)
        box.wait_for(lambda: csms.sessions and csms.sessions[-1].energy_wh is not None, _PATIENCE_S)
        _let_pass(box, 10)
    return {count: (box.ask("flash")[count] - before[count]) / sessions for count in _COUNTS}


def settings(box, writes):
    """A setting is written so many times, contactor open -> {count: mean of one}."""
    before = box.ask("flash")
    for n in range(writes):
        box.set(amp=6 + n % 10)
    _let_pass(box, 2)
    return {count: (box.ask("flash")[count] - before[count]) / writes for count in _COUNTS}


def erases_per_setting(writes=_STORE_WRITES):
    """-> (erases, programs, bytes programmed) per setting written, the mean of so many; the store alone."""
    path = f"{ROOT / 'firmware'}:{UNIT}:.frozen"
    command = [interpreters()["wheel"], "-X", "heapsize=8m", "-c", _CODE % writes]
    done = subprocess.run(command, env={"MICROPYPATH": path}, capture_output=True, text=True, check=True)
    return tuple(int(word) / 1000 for word in done.stdout.split())


def _session(box, minutes):
    box.do("plug", on=True)
    await_closed(box)
    charge(box, 60 * minutes)
    box.do("unplug")
    box.wait_for(lambda: not box.ask("state")["contactor"], _PATIENCE_S)


def _let_pass(box, seconds):
    until_ms = box.ask("state")["at_ms"] + 1000 * seconds
    while box.ask("state")["at_ms"] < until_ms:
        time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--minutes", type=int, default=3)
    parser.add_argument("--settings", type=int, default=200)
    parser.add_argument("--short", action="store_true", help="2 sessions of 2 minutes each, 50 settings")
    options = parser.parse_args()
    if options.short:
        options.sessions, options.minutes, options.settings = 2, 2, 50
    build.build("devkit")
    print("flash: .venv/bin/python -m host_tests.bench.flash", *sys.argv[1:])
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, "--speed", _SPEED) as box,
    ):
        connect(box, csms)
        box.set(ocppbs=1, ocppbc=1, ocppwp=10)
        for name, offline in (("online", False), ("offline, sent afterwards", True)):
            mean = transactions(box, csms, options.sessions, options.minutes, offline)
            what = f"transaction of {options.minutes} min, {name}, mean of {options.sessions}"
            _print(mean, what, f"; {mean['erases_closed']:.2f} erases with the contactor closed")
        _print(settings(box, options.settings), f"setting over HTTP, mean of {options.settings}")
    erases, programs, programmed = erases_per_setting()
    mean = {"erases": erases, "programs": programs, "bytes": programmed}
    _print(mean, f"setting, the store alone, mean of {_STORE_WRITES}")
    return 0


def _print(mean, what, more=""):
    print(
        f"  {mean['erases']:.3f} erases, {mean['programs']:.1f} programs, {mean['bytes']:,.0f} bytes per {what}{more}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
