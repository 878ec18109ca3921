"""The whole walk: a session is billed once, and rightly, whatever dies at whatever step of it (some minutes).

    python -m host_tests.bench.billing [--seed N] [--storms N]

Every message of a session, before it is booked, before it is answered and after: the link, the central system, the
power. Then a power cut in the middle of each flash program, and once more at each of the first programs of the start
after it. Then storms: several cuts in one session, drawn at random from all of these. All of it where anyone may
charge, and again where a card is needed.
"""

import argparse
import random
import sys
import tempfile
import time

from host_tests.system.walk_play import Cut, Walk
from tools import build
from tools.hitches import ANSWERED, BOOKED, HEARD

_ACTIONS = (
    "BootNotification", "StatusNotification", "Authorize", "StartTransaction", "MeterValues", "StopTransaction",
)  # fmt: skip
_MOMENTS = (HEARD, BOOKED, ANSWERED)
_WHAT = ("link", "silence", "server", "power")
_PROGRAMS = 16  # of one session: it has 7 to 11, as littlefs has it
_AGAIN = 6  # programs of the start after a cut at which it is cut again


class Walker:
    """.steps .failed: how many there were"""

    def __init__(self, card):
        self.card = card
        self.steps = self.failed = 0
        self._walk = self._folder = None

    def step(self, *cuts):
        """-> cuts that struck; None when the step failed, which is told, and the next one begins afresh."""
        self.steps += 1
        try:
            if self._walk is None:
                self._folder = tempfile.TemporaryDirectory(prefix="pilotwire-")
                self._walk = Walk(self._folder.name, self.card).__enter__()
            self._walk.step(*cuts)
            return self._walk.struck
        except Exception as e:
            self.failed += 1
            print(f"FAILED {' then '.join(map(str, cuts))}: {type(e).__name__} {e}\n", flush=True)
            self.end()
            return None

    def end(self):
        if self._walk:
            self._walk.__exit__()
            self._folder.cleanup()
        self._walk = None


def messages(walker):
    """One cut at each moment of each message."""
    for what in _WHAT:
        for action in _ACTIONS:
            if action == "BootNotification" or (action == "Authorize" and not walker.card):
                continue  # there is none in a session
            for moment in _MOMENTS:
                for nth in (1, 2) if action in ("StatusNotification", "MeterValues") else (1,):
                    cut = Cut(what, moment, action, nth)
                    if walker.step(cut) == 0:
                        print(f"{cut}: there is no such message", flush=True)


def programs(walker):
    """One cut at each flash program of a session, then another soon after the start."""
    for nth in range(1, _PROGRAMS + 1):
        walker.step(Cut("flash", nth=nth))
        for again in range(1, _AGAIN + 1):
            if walker.step(Cut("flash", nth=nth), Cut("flash", nth=again)) == 1:
                break  # so much is not written at a start


def storms(walker, count, seed):
    chance = random.Random(seed)
    for _ in range(count):
        walker.step(*(_any_cut(chance) for _ in range(chance.randint(2, 5))))


def _any_cut(chance):
    what = chance.choice((*_WHAT, "flash", "flash"))
    if what == "flash":
        return Cut(what, nth=chance.randint(1, 30))
    return Cut(what, chance.choice(_MOMENTS), chance.choice(_ACTIONS), chance.randint(1, 2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--storms", type=int, default=100)
    options = parser.parse_args()
    build.build("devkit")
    walkers = [Walker(card) for card in (False, True)]
    for walker in walkers:
        print("a card is needed" if walker.card else "anyone may charge", flush=True)
        try:
            walk(walker, options)
        finally:
            walker.end()
    failed = sum(walker.failed for walker in walkers)
    print(f"billing: {sum(walker.steps for walker in walkers)} sessions, {failed} failed")
    return 1 if failed else 0


def walk(walker, options):
    for name, part in (
        ("messages", lambda: messages(walker)),
        ("flash programs", lambda: programs(walker)),
        (f"storms of seed {options.seed}", lambda: storms(walker, options.storms, options.seed)),
    ):
        before, began = walker.steps, time.monotonic()
        part()
        print(f"  {name}: {walker.steps - before} sessions in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
