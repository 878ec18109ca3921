"""How late the safety path is when the car stops: the figures of IEC 61851-1 under load, in simulated time.

    .venv/bin/python -m host_tests.bench.timing [--trials 20] [--cpu 50 1] [--short]

A car charges with OCPP connected, clients ask for the status; then the car leaves state C, by itself or by being
unplugged. Measured by the world's model: until the coil is commanded off, until the main contacts are open, and the
longest gap between two samples of the pilot. Three loads: status requests alone; with them a central system that asks
for all settings and triggers a Heartbeat each second, and meter values each 5 s; and more requests than can be served,
at the first cpu alone. --cpu 50 is as slow as the chip, --cpu 1 a PC; python -m tools.sim --help tells more. --short:
two openings of each, at cpu 50.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field

from host_tests.bench.load import Chatter, Load
from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import await_closed, connect
from tools.wallbox import Wallbox

COIL_MS, CONTACTS_MS, GAP_MS = 60, 100, 80  # design.md, "Safety comes first"
CLOSED_MS = 3000  # IEC 61851-1, table A.6, sequence 4
USUAL, OVERLOAD = 5, 50  # requests a second
_SAMPLE_S = 5  # between two MeterValues, when the central system asks too
_CHARGE_S = (0.5, 2.5)  # before the car leaves, at random: it shall meet every phase of everything


@dataclass
class Openings:
    """What a number of trials gave; times in ms of the simulated clock."""

    cpu: int
    rate: int
    ocpp: bool
    coil_ms: list = field(default_factory=list)
    contacts_ms: list = field(default_factory=list)
    gap_ms: float = 0.0
    close_ms: list = field(default_factory=list)  # from asking under an offer to closed contacts
    loaded: dict = field(default_factory=dict)  # {"closings": how many of them with current, "openings": ...}
    stalls: list = field(default_factory=list)  # with the contactor closed: {"ms", "cause", ...}
    shares: list = field(default_factory=list)  # of the CPU, by the safety path while charging
    asked: int = 0
    served: int = 0
    refused: int = 0
    failed: int = 0
    calls: int = 0  # of the central system
    unanswered: int = 0
    seconds: float = 0.0  # simulated, under load

    @property
    def share(self):
        return sum(self.shares) / max(1, len(self.shares))

    @property
    def late(self):
        """[(coil ms, contacts ms)] of the trials that broke a limit."""
        both = zip(self.coil_ms, self.contacts_ms, strict=True)
        return [(coil, contacts) for coil, contacts in both if coil > COIL_MS or contacts > CONTACTS_MS]

    @property
    def load(self):
        return f"{self.rate} requests a second" + (" and OCPP" if self.ocpp else "")


def openings(cpu, trials, rate=USUAL, speed=1, seed=1, ocpp=False, board="devkit"):
    """Let the car leave C so many times under so many requests a second -> Openings. ocpp: the central system asks too.
    Raises WallboxError."""
    chance = random.Random(seed)
    found = Openings(cpu, rate, ocpp)
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox(board, data, "--cpu", cpu, "--speed", speed) as box,
    ):
        if box.ask("state")["meter_wh"] is None:
            box.set(ocppem=True)  # what is estimated is billed
        connect(box, csms)
        if ocpp:
            box.set(ocppi=_SAMPLE_S)
        with Load(box, rate, speed) as load, Chatter(csms, speed) if ocpp else nullcontext() as chatter:
            began_ms = box.ask("state")["at_ms"]
            for trial in range(trials):
                how = "unplug" if trial % 2 and not box.ask("state")["locked"] else "ready"
                _leave(box, how, chance.uniform(*_CHARGE_S) / speed, found)
            found.seconds = (box.ask("state")["at_ms"] - began_ms) / 1000
        wear = box.ask("state")["wear"]
        found.loaded = {kind: wear[kind + "_loaded"] for kind in ("closings", "openings")}
        found.asked, found.served, found.refused, found.failed = load.asked, load.served, load.refused, load.failed
        if ocpp:
            found.calls, found.unanswered = chatter.asked, chatter.failed
    return found


def _leave(box, how, charge_s, found):
    box.do("timing_reset")
    if not box.ask("state")["plugged"]:
        box.do("plug")
    box.do("ready")
    await_closed(box)
    time.sleep(charge_s)
    box.do(how, **({"on": False} if how == "ready" else {}))
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    timing = box.ask("timing")
    found.coil_ms.append(timing["coil_ms_last"])
    found.contacts_ms.append(timing["open_ms_last"])
    found.close_ms.append(timing["close_ms_last"])
    found.gap_ms = max(found.gap_ms, timing["pilot_gap_ms_max"] or 0.0)
    found.shares += [timing["safety_share"]] if timing["safety_share"] else []
    found.stalls += [stall for stall in box.ask("stalls")["stalls"] if stall["closed"]]


def main():
    parser = argparse.ArgumentParser(prog="timing", description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=20, help="openings of each row")
    parser.add_argument("--cpu", type=int, nargs="+", default=[50, 1], help="as in tools.sim")
    parser.add_argument("--short", action="store_true", help="two openings of each row, at cpu 50")
    options = parser.parse_args()
    if options.short:
        options.trials, options.cpu = 2, [50]
    build.build("devkit")
    print("timing: .venv/bin/python -m host_tests.bench.timing", *sys.argv[1:])
    print(f"  the car leaves C, worst of {options.trials}; ms of simulated time")
    print("  cpu  asked/s  served/s  refused  no answer  OCPP  no answer   coil  contacts  longest gap  safety's share")
    print(f"  limits {COIL_MS:59} {CONTACTS_MS:9} {GAP_MS:12}")
    results = []
    for rate, ocpp in ((USUAL, False), (USUAL, True), (OVERLOAD, False)):
        for cpu in options.cpu[: 1 if rate == OVERLOAD else None]:
            r = openings(cpu, options.trials, rate, 1 if cpu > 10 or rate > 10 else 4, ocpp=ocpp)
            results.append(r)
            _print(r)
    for r in results:
        _print_stalls(r)
    return 1 if any(r.late or r.gap_ms > GAP_MS for r in results) else 0


def _print(r):
    print(
        f"  {r.cpu:3}  {r.asked / r.seconds:7.1f}  {r.served / r.seconds:8.1f}  {r.refused:7}  {r.failed:9}"
        f"  {r.calls:4}  {r.unanswered:9}"
        f"  {max(r.coil_ms):5.1f}  {max(r.contacts_ms):8.1f}  {r.gap_ms:11.1f}  {r.share:13.1%}"
        + ("" if not r.late else f"   {len(r.late)} LATE: {r.late}"),
        flush=True,
    )


def _named(cause):
    """The chip numbers tasks in the order of their start: app.py's, the control loop, then one for each request and for
    each connection to the central system, which hears and answers its CALLs."""
    app = (build.FIRMWARE / "pilotwire" / "app.py").read_text(encoding="utf-8")
    names = [*re.findall(r'tasks\.start\("([a-z]+)', app), "control"]
    number = int(re.search(r"task (\d+)", cause)[1])
    name = names[number - 1] if 0 < number <= len(names) else "a request or CALL"
    return re.sub(r"task \d+", name, re.sub(r"flash \d+ ms", "flash", cause))


def _print_stalls(r):
    """Every stall above 20 ms with the contactor closed, counted by cause."""
    worst, count = {}, Counter()
    for stall in r.stalls:
        cause = _named(stall["cause"])
        count[cause] += 1
        worst[cause] = max(worst.get(cause, 0), stall["ms"])
    print(f"  stalls above 20 ms, contactor closed, cpu {r.cpu}, {r.load}: {len(r.stalls)}")
    for cause, times in count.most_common():
        print(f"    {times:4} x  worst {worst[cause]:5.1f} ms  {cause}")


if __name__ == "__main__":
    sys.exit(main())
