"""Check the board files: every pin once, every pin able, every limit sane, every absent part said.

    python -m tools.boards              all of boards/
    python -m tools.boards FILE...      board files named
    python -m tools.boards --lacks FILE    the table for its README.md of what the board lacks

One line per finding, `board: FIELD: rule`. Exits 1 when there is an error; a note asks for a look
at the wiring.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

from tools import board_file
from tools.board_check import Check
from tools.board_parts import lacking, line

ROOT = Path(__file__).parent.parent


def load(path):
    """What a board file and its parents describe. Raises ValueError when it is more than data, OSError, SyntaxError."""
    return SimpleNamespace(**board_file.read(path))


def examine(path):
    """-> the Check of one board file. Raises OSError, SyntaxError, ValueError: it cannot be read."""
    folder = Path(path).parent
    return Check(load(path), folder.resolve().name, (folder / "README.md").read_text(encoding="utf-8"))


def check(path):
    """-> (errors, notes) of one board file, lines that name board, field and rule."""
    try:
        found = examine(path)
    except (OSError, SyntaxError, ValueError, NameError, TypeError, AttributeError) as e:
        return [f"{Path(path).resolve().parent.name}: {path}: {e}"], []
    return found.errors, found.notes


def main(args):
    if args[:1] == ["--lacks"]:
        board = load(args[1])
        print("\n".join(line(board, part) for part in lacking(board)))
        return 0
    paths = args or sorted(ROOT.glob("boards/*/board.py"))
    failed = 0
    for path in paths:
        errors, notes = check(path)
        print("\n".join(errors + notes or [f"{Path(path).parent.name}: in order"]))
        failed += len(errors)
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
