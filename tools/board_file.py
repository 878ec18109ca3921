"""A board file as data: boards/NAME/board.py, joined with the one it starts from.

A board that differs from another one in a few lines says so, `PARENT = "smartevse_v30"`, and writes down only those:
of a part the fields that differ, None for what it lacks. A file is data only and imports nothing.
"""

import ast
from pathlib import Path


def read(path):
    """-> {name: value} of a board file and its parents. Raises OSError, SyntaxError, or ValueError: more than data, or
    a parent that does not exist or comes round to itself.
    """
    names = {}
    for file in reversed(lineage(path)):
        for name, value in _own(file).items():
            names[name] = _joined(names.get(name), value)
    names.pop("PARENT", None)
    return names


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
