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
    "PE",
    "ESTOP",
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
    return SimpleNamespace(**{**dict.fromkeys(_PARTS), **names})
