"""Each fault in each state of the pilot: what the whole firmware does, and how soon. Written into docs/safety.md.

    .venv/bin/python -m host_tests.bench.fault_matrix [--cpu 50] [--speed 40] [--only FAULT ...] [--dry]

One wallbox, the board that has every part, on the simulated chip; times are those of the world's time line, from the
instant at which the cause began. A column X is a C in which the car goes on although the offer was withdrawn. The page
is written when every cell was played and is within its limit (tools/fault_sources.py), else the status is 1. --dry:
it is not written; nor with --only.
"""

import argparse
import sys
import tempfile
from datetime import date

from host_tests.bench.fault_plays import ONCE, Player, shown
from tools import build
from tools.docs import ROOT, SAFETY, replaced
from tools.fault_sources import IGNORES_MS, SOURCES
from tools.wallbox import EVERY_PART, Wallbox, WallboxError

BOARD, COLUMNS = "blueprint", "ABCXDEF"
HEADS = ("fault", "limit", "A", "B", "C", "C, the car goes on", "D", "E", "F")


def limit(fault):
    """The column of limits: what pin and contacts have."""
    pin_ms, contacts_ms = SOURCES[fault].pin_ms, SOURCES[fault].contacts_ms
    if contacts_ms is None:
        return shown(pin_ms)
    if pin_ms < 1000:
        return f"{shown(pin_ms)}, {shown(contacts_ms)}"
    return f"{shown(pin_ms)}, {shown(contacts_ms)}; goes on: {shown(pin_ms + IGNORES_MS + 100)}"


def table(cells, cpu):
    lines = [
        f"Measured on {date.today()}, board `{BOARD}`, cpu {cpu:g}.",
        "",
        "| " + " | ".join(HEADS) + " |",
        "| " + " | ".join(["---"] * len(HEADS)) + " |",
    ]
    for fault in SOURCES:
        row = [f"`{fault}`", limit(fault), *(cells[fault, state] for state in COLUMNS)]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def measure(box, faults):
    """-> {(fault, state): text}; a text that begins with FAILED is a cell that is not as it should be."""
    player, cells = Player(box, BOARD), {}
    for fault in faults:
        for state in COLUMNS:
            try:
                cells[fault, state] = player.play(fault, state)
            except WallboxError as error:
                cells[fault, state] = "FAILED: " + str(error).split("\n")[0]
            if not cells[fault, state].startswith(("(", ONCE)):
                print(f"  {fault:13} {state}  {cells[fault, state]}", flush=True)
    return cells


def main():
    parser = argparse.ArgumentParser(prog="fault_matrix", description=__doc__.split("\n")[0])
    parser.add_argument("--cpu", type=float, default=50, help="as in tools.sim")
    parser.add_argument("--speed", type=float, default=40, help="as in tools.sim")
    parser.add_argument("--only", nargs="+", choices=tuple(SOURCES), metavar="FAULT", help="these alone")
    parser.add_argument("--dry", action="store_true", help="do not write the page")
    options = parser.parse_args()
    build.build(BOARD)
    words = "--cpu", options.cpu, "--speed", options.speed, *EVERY_PART
    with tempfile.TemporaryDirectory() as data, Wallbox(BOARD, data, *words) as box:
        cells = measure(box, options.only or SOURCES)
    failed = [text for text in cells.values() if text.startswith("FAILED")]
    print(f"{len(failed)} cells FAILED" if failed else "every cell is within its limit")
    if not (failed or options.only or options.dry):
        SAFETY.write_text(replaced(SAFETY.read_text(), "matrix", table(cells, options.cpu)))
        print(f"wrote {SAFETY.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
