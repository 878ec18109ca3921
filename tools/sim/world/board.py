"""Reading a board file: `boards/NAME/board.py` is data, joined with the board it starts from."""

from pathlib import Path
from types import SimpleNamespace

from tools import board_file, board_parts

_PARTS = [
    "PILOT",
    "CONTACTOR",
    "METER",
    "BUTTON",
    "INDICATOR",
    "LOCK",
    "RCM",
    "READER",
    "TEMPERATURE",
    "PROXIMITY",
    "EARTH",
    "INPUTS",
]


def load(root, name):
    """The board as an object; parts it does not mention are None. ValueError names the boards there
    are.
    """
    folder = Path(root) / "boards"
    known = sorted(path.parent.name for path in folder.glob("*/board.py"))
    if name not in known:
        raise ValueError("board {!r} is unknown; known: {}".format(name, " ".join(known)))
    try:
        names = board_file.read(folder / name / "board.py")
    except Exception as error:
        raise ValueError(f"boards/{name}/board.py: {error!r}") from None
    reader = names.get("READER")
    if reader and not board_parts.driven("READER", reader):
        names["READER"] = None  # nobody would speak to it
    return _whole(names)


def of_outlets(board):
    """-> {1: the board as outlet 1 sees it, 2: ...}: a second one has its own parts only."""
    views = board_file.outlets(vars(board))
    return {1: board, **{n: _whole(names) for n, names in enumerate(views[1:], 2)}}


def _whole(names):
    return SimpleNamespace(**{**dict.fromkeys(_PARTS), **names})
