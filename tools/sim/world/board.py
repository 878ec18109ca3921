"""Reading a board file: `boards/NAME/board.py` is data and imports nothing, so CPython can run it
too.
"""

import importlib.util
from pathlib import Path

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
    "PE",
    "ESTOP",
]


def load(root, name):
    """The board as a module; parts it does not mention are None. ValueError names the boards there
    are.
    """
    folder = Path(root) / "boards"
    known = sorted(path.parent.name for path in folder.glob("*/board.py"))
    if name not in known:
        raise ValueError("board {!r} is unknown; known: {}".format(name, " ".join(known)))
    spec = importlib.util.spec_from_file_location("board", folder / name / "board.py")
    board = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(board)
    except Exception as error:
        raise ValueError(f"boards/{name}/board.py: {error!r}") from None
    for part in _PARTS:
        vars(board).setdefault(part, None)
    return board
