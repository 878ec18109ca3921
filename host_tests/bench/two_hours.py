"""Two hours of a charge point with two connectors: ten sessions, values at round times, forty losses of the link, ten
power cuts, all at random. In the end the central system's books must be equal to the meters.

    python -m host_tests.bench.two_hours [--minutes 120] [--seed N] [--register KWH ...]

Once for each register that the meters begin at (0, 9,999.99, 98,765.432 and 131,072 kWh): a meter that tells a float
has coarser steps the higher it stands. More minutes, more of everything: `make soak` plays a day, 360 at each register.
"""

import argparse
import math
import random
import sys
import tempfile
import time

from host_tests.system.pair_play import OFF, Pair
from tools import build
from tools.wallbox import WallboxError

BOARD, SPEED = "devkit_two_outlets", 50
BOTH = (1, 2)
REGISTERS_KWH = (0, 9_999.99, 98_765.432, 131_072)
_PATIENCE_S = 120  # of the PC's time, for what is to come about in the end
_PER_HOUR = {"sessions": 5, "links": 20, "cuts": 5}
_KEYS = {"acs": 0, "ocppi": 30, "ocppai": 300, "ocppbs": 1, "ocppbc": 2, "ocpptr": 1, "ocppmt": 10, "ocppwp": 10}


def plan(minutes, chance):
    """[(s, function of a Hours, its arguments)] in order."""
    total_s, found = minutes * 60, []
    for number, count in zip(BOTH, _halves(minutes), strict=True):
        slot_s = total_s / count
        for n in range(count):
            begin_s = (n + chance.uniform(0.02, 0.25)) * slot_s
            end_s = (n + chance.uniform(0.6, 0.9)) * slot_s
            found += [(begin_s, Hours.come, (number,)), (end_s, Hours.go, (number,))]
    slot_s = total_s / _many("links", minutes)
    for n in range(_many("links", minutes)):
        at_s = (n + chance.uniform(0.05, 0.5)) * slot_s
        found += [
            (at_s, Hours.link, (False, chance.choice(("reset", "silent")))),
            (at_s + chance.uniform(3, 0.45 * slot_s), Hours.link, (True,)),
        ]
    found += [(chance.uniform(10, total_s - 60), Hours.cut, ()) for _ in range(_many("cuts", minutes))]
    return sorted(found, key=lambda event: event[0])


def _many(what, minutes):
    return max(1, round(_PER_HOUR[what] * minutes / 60))


def _halves(minutes):
    count = max(2, _many("sessions", minutes))
    return count - count // 2, count // 2


class Hours(Pair):
    """One wallbox, its central system, its drivers. .done: {what: how often}"""

    def __init__(self, folder, kwh):
        super().__init__(BOARD, folder, SPEED, _KEYS)
        self.kwh = kwh
        self.done = {"sessions": 0, "links": 0, "cuts": 0}
        self._registers = {}

    def prepare(self):
        """The meters are new ones. It has read others already, and a register that falls is not believed: so it starts
        again."""
        for number in BOTH:
            self.box.do("meter", connector=number, wh=round(self.kwh * 1000))
        self._power_cut()
        self._registers = {number: self.state(number, "meter_wh") for number in BOTH}

    def run(self, events):
        """All of it, in the time of the world."""
        begin_s = self.utc_s()
        for at_s, act, arguments in events:
            while self.utc_s() < begin_s + at_s:
                time.sleep(0.05)
            self._no_violations()
            act(self, *arguments)
        self.link(True)
        for number in BOTH:
            self.go(number)
        self.until(self.is_delivered, "all was delivered")

    def utc_s(self):
        return self.box.ask("state")["utc_s"]

    def state(self, number, key):
        return self.box.ask("state", connector=number)[key]

    def come(self, number):
        if not self.state(number, "plugged"):
            self.box.do("plug", connector=number, on=True)
            self.done["sessions"] += 1

    def go(self, number):
        """The car has had enough, and leaves."""
        if self.state(number, "plugged"):
            self.box.do("ready", connector=number, on=False)
            self.until(lambda: not self.state(number, "contactor"), "the contactor opens")
            self.box.do("unplug", connector=number)

    def link(self, on, how="reset"):
        if (self.box.ask("state")["wifi"] == "on") != on:
            self.box.do("wifi", on=on, **({} if on else {"how": how}))
            self.done["links"] += not on

    def cut(self):
        self._power_cut()
        self.done["cuts"] += 1

    def _power_cut(self):
        self.box.do("power_cut")
        assert self.box.process.wait(30) == OFF, self.box.last_words()
        self.box.start()

    def until(self, condition, what):
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < end, f"never: {what}\n{self.box.last_words(60)}"
            time.sleep(0.05)

    def is_delivered(self):
        try:
            queue = self.box.status("ocppq")
        except (OSError, WallboxError):
            return False
        over = all(session.meter_stop is not None for session in self.csms.sessions)
        return over and queue["waiting"] == 0 and not any(self.state(n, "plugged") for n in BOTH)

    def _no_violations(self):
        if self.csms.violations:
            told = (*self.csms.violations, *map(str, self.csms.sessions), self.box.last_words(200))
            raise AssertionError("\n".join(told))

    def check(self):
        """-> Wh in the books. Raises AssertionError."""
        self._no_violations()
        queue = self.box.status("ocppq")
        assert (queue["dead"], queue["lost"]) == (0, 0), queue
        return sum(self._check(number) for number in BOTH)

    def _check(self, number):
        sessions = [s for s in self.csms.sessions if s.connector == number]
        booked, went = sum(s.energy_wh for s in sessions), self.state(number, "meter_wh") - self._registers[number]
        assert sessions and all(s.energy_wh > 0 for s in sessions), sessions
        assert abs(booked - went) <= step_wh(self.kwh), (
            f"connector {number}: booked {booked} Wh, the meter says {went} Wh"
        )
        return booked


def step_wh(kwh):
    """The step of a meter that tells kWh as a float of 24 bits, and of a bill, which is 1 Wh."""
    return max(1, 1000 * 2 ** (math.floor(math.log2(max(kwh, 1))) - 23))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=int, default=120)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--register", type=float, nargs="+", default=REGISTERS_KWH, metavar="KWH")
    options = parser.parse_args()
    build.build(BOARD)
    failed = 0
    for kwh in options.register:
        began = time.monotonic()
        try:
            told = once(options, kwh)
        except (AssertionError, WallboxError) as e:
            failed, told = failed + 1, f"FAILED: {e}"
        print(f"{kwh:,} kWh, seed {options.seed}: {told}, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


def once(options, kwh):
    """-> what to print."""
    with tempfile.TemporaryDirectory(prefix="pilotwire-") as folder, Hours(folder, kwh) as hours:
        hours.run(plan(options.minutes, random.Random(options.seed)))
        wh = hours.check()
        counts = ", ".join(f"{count} {what}" for what, count in hours.done.items())
        return f"{options.minutes} min, {counts}; {len(hours.csms.sessions)} booked, {wh} Wh, equal to the meters"


if __name__ == "__main__":
    sys.exit(main())
