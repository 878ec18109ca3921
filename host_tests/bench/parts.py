"""What the parts of each board cost: .mpy on flash, bytes of heap on the 32-bit port. Half a minute.

    .venv/bin/python -m host_tests.bench.parts

A row a board: all its .mpy; of its drivers, which stay, .mpy and heap; of what is lent for its parts, which goes when a
car charges quietly, the same. A single module's figures: host_tests.bench.boards --parts.
"""

import sys

from host_tests.bench.boards import boards, compiled, parts, sizes
from tools import build
from tools.board_parts import drivers
from tools.boards import load
from tools.wallbox import ROOT


def row(name, cost):
    """-> (.mpy of the board, (.mpy, heap) of its drivers, (.mpy, heap) of what is lent); cost: as parts() tells it."""
    build.build(name)
    board = load(ROOT / "boards" / name / "board.py")
    stay = {f"pilotwire.hal.{driver}" for driver in drivers(board)}
    named = {part.lower() for part, spec in vars(board).items() if isinstance(spec, dict)}
    named |= {"disconnect"} if board.PILOT.get("disconnect") is not None else set()
    lent = {module for module in cost if ".hal." not in module and module.rpartition(".")[2] in named}
    return sizes(name)[0], _sum(stay & set(cost), cost), _sum(lent, cost)


def _sum(modules, cost):
    return tuple(sum(cost[module][i] or 0 for module in modules) for i in (0, 1))


def main():
    print("parts: .venv/bin/python -m host_tests.bench.parts")
    print("  board                     .mpy   drivers    heap      lent    heap")
    with compiled() as (tree, made):
        cost = parts(tree, made)
    for name in boards():
        mpy, stay, lent = row(name, cost)
        print(f"  {name:20}  {mpy:8,}  {stay[0]:8,}  {stay[1]:6,}  {lent[0]:8,}  {lent[1]:6,}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
