"""The sequences of IEC 61851-1:2017 Table A.6 and the corners of its tolerances, played to the whole firmware.

    python -m tools.iec [--board devkit] [--cpu 1] [--speed 40] [--only 2.2 10.2 ...]

A row a sequence: when it began on the pilot wire, and how much later the pin (coil, or pilot output) and the main
contacts followed, in simulated time, with the limit. Status 1 when a row fails. docs/iec.md says what each means.
"""

import argparse
import sys
import tempfile

from tools import build, iec_corners
from tools.iec_rows import ROWS, Bench, Skipped
from tools.wallbox import Wallbox, WallboxError

_HEAD = f"{'seq.':5} {'what happens':44} {'at':>11} {'pin':>10} {'contacts':>11}  {'limit':34} verdict"


def main():
    parser = argparse.ArgumentParser(prog="iec", description=__doc__.split("\n")[0])
    parser.add_argument("--board", default="devkit", help="a folder of boards/ (devkit)")
    parser.add_argument("--cpu", type=float, default=1, help="as in tools.sim: 50 is as slow as the chip")
    parser.add_argument("--speed", type=float, help="as in tools.sim (40; 4 where the cpu is slow)")
    parser.add_argument("--only", nargs="+", default=(), metavar="SEQ", help="these sequences alone, without corners")
    chosen = parser.parse_args()
    try:
        build.build(chosen.board)
    except build.BuildError as e:
        sys.exit(f"iec: {e}")
    rows = [row for row in ROWS if not chosen.only or row.sequence in chosen.only]
    verdicts = list(sequences(chosen.board, chosen.cpu, chosen.speed, rows))
    if not chosen.only:
        verdicts += corners(chosen.board)
    failed = verdicts.count(False)
    print(f"\n{failed} rows FAILED" if failed else "\nevery row is within its limit")
    return 1 if failed else 0


def sequences(board, cpu=1, speed=None, rows=ROWS, say=print):
    """Plays each row and says a line of it -> whether each is within its limit, row by row."""
    speed = speed or (40 if cpu <= 2 else 4)
    say(f"iec: board {board}, cpu {cpu:g}, speed {speed:g}; times of simulated ms\n\n{_HEAD}")
    with tempfile.TemporaryDirectory() as data, Wallbox(board, data, "--cpu", cpu, "--speed", speed) as box:
        bench = Bench(box, board)
        for row in rows:
            yield _played(bench, row, say)


def _played(bench, row, say):
    try:
        bench.rest()
        seen = row.play(bench)
    except Skipped as why:
        say(f"{row.sequence:5} {row.what:44} {'-':>11} {'-':>10} {'-':>11}  {row.limit:34} -   {why}")
        return True
    except WallboxError as error:
        say(f"{row.sequence:5} {row.what:44} {'-':>11} {'-':>10} {'-':>11}  {row.limit:34} FAILED   {error}")
        return False
    times = f"{seen.at_ms / 1000:9.4f} s {_after(seen.pin_ms):>10} {_after(seen.contacts_ms):>11}"
    note = "   " + seen.note if seen.note else ""
    say(f"{row.sequence:5} {row.what:44} {times}  {row.limit:34} {'ok' if seen.ok else 'FAILED'}{note}")
    return seen.ok


def _after(ms):
    return "-" if ms is None else f"+{ms:.1f}"


def corners(board, say=print):
    """Reads each corner of the tolerances and says a line of it -> whether each is as it should be."""
    say(f"\n{'line':26} {'read as':22} {'want':8} verdict")
    for corner in iec_corners.letters(board):
        low_mv, high_mv = corner.read_mv
        read = f"{'/'.join(corner.read)} {low_mv / 1000:6.2f}..{high_mv / 1000:.2f} V"
        say(f"{corner.what:26} {read:22} {corner.want:8} {'ok' if corner.ok else 'FAILED'}")
        yield corner.ok
    say("\npulse at the pin, 0..5 us short; 1000 Hz +-0.5 %")
    for ok, text in iec_corners.pulses(board):
        say(f"{text:50} {'ok' if ok else 'FAILED'}")
        yield ok


if __name__ == "__main__":
    sys.exit(main())
