"""A board file as data: boards/NAME/board.py, joined with the one it starts from.

A board that differs from another one in a few lines says so, `PARENT = "smartevse_v30"`, and writes down only those:
of a part the fields that differ, None for what it lacks. A second outlet, `OUTLET_2 = {"PILOT": {"pwm": 4}, ...}`, is
written in the same way: of each of its parts the fields that differ from the first outlet's. A file is data only and
imports nothing.
"""

import ast
from pathlib import Path

SECOND = "OUTLET_2"  # a second connector: its parts


def read(path):
    """-> {name: value} of a board file and its parents. Raises OSError, SyntaxError, or ValueError: more than data, or
    a parent that does not exist or comes round to itself.
    """
    names = {}
    for file in reversed(lineage(path)):
        for name, value in _own(file).items():
            names[name] = _joined(names.get(name), value)
    names.pop("PARENT", None)
    second = names.get(SECOND)
    if isinstance(second, dict):
        names[SECOND] = {part: _joined(names.get(part), spec) for part, spec in second.items()}
    return names


def outlets(names):
    """-> [names of the board as outlet 1 sees it, as outlet 2, if there is one]: its own parts, and what belongs to the
    whole board; so does app.py.
    """
    first = {name: value for name, value in names.items() if name != SECOND}
    second = names.get(SECOND)
    of_all = {name: first[name] for name in ("NAME", "LIMITS") if name in first}
    return [first] if second is None else [first, {**of_all, **second}]


def lineage(path):
    """-> [the file, its parent's, the parent's parent's, ...]. Raises as read()."""
    files = [Path(path)]
    while parent := _own(files[-1]).get("PARENT"):
        file = Path(path).parent.parent / str(parent) / "board.py"
        if not file.exists():
            raise ValueError(f"PARENT: there is no board {parent!r}")
        if file in files:
            raise ValueError(f"PARENT: {parent!r} comes round to itself")
        files.append(file)
    return files


def _own(file):
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            raise ValueError(f"line {node.lineno}: data only: a board file imports nothing")
    names = {}
    try:
        exec(compile(tree, str(file), "exec"), names)
    except Exception as e:
        raise ValueError(f"data only: {e!r}") from None
    return {name: value for name, value in names.items() if name.isupper()}


def _joined(of_parent, own):
    """A part's fields replace those of the parent one by one; a part of another kind, or no part, replaces it whole."""
    if isinstance(of_parent, dict) and isinstance(own, dict):
        if own.get("kind") in (None, of_parent.get("kind")):
            return {**of_parent, **own}
    return own
