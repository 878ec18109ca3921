"""Give private names short names in what is flashed: every name that MicroPython meets is kept in memory for good.

A name with one leading underscore is known in its own module only, so each module's are renamed _a, _b, ... and all
modules share these few. Lines stay where they are: a traceback still names the file, the line and every public
function. The unix port on 32 bit needs 11 KB less heap for it.
"""

import ast
import itertools
import string

_FOREIGN = {"_io_queue"}  # private names of asyncio that we use all the same: they keep their length


class NotPrivate(Exception):
    """A private name of another module is used; the text names file, line and name."""


def shorten(source, file="<source>"):
    """Python source (str) -> the same with its private names shortened, each line as long as it was or shorter."""
    tree = ast.parse(source, file)
    uses = sorted(_uses(tree, source.splitlines()))
    _check(tree, uses, file)
    short = _short_names([name for _, _, name in uses])
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for line, column, name in reversed(uses):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + short[name].encode() + old[column + len(name) :]
    return b"".join(lines).decode()


def _short_names(names):
    """-> {name: _a, _b, ... in the order of first use}; what is as short already stays."""
    letters = (itertools.product(string.ascii_lowercase, repeat=n) for n in itertools.count(1))
    free = (word for group in letters for word in ("_" + "".join(w) for w in group) if word not in names)
    given = {}
    for name in names:
        if name not in given:
            given[name] = name if len(name) <= 2 else next(free)
    return given


def _private(name):
    if name is None or name in _FOREIGN:
        return False
    return name.startswith("_") and not name.startswith("__") and name != "_"


def _uses(tree, lines):
    """-> {(line, byte column, name)} of every place where a private name is written."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and _private(node.id):
            found.add((node.lineno, node.col_offset, node.id))
        elif isinstance(node, ast.arg) and _private(node.arg):
            found.add((node.lineno, node.col_offset, node.arg))
        elif isinstance(node, ast.Attribute) and _private(node.attr):
            found.add((node.end_lineno, node.end_col_offset - len(node.attr), node.attr))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and _private(node.name):
            found.add((node.lineno, _column(lines, node.lineno, node.col_offset, node.name), node.name))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            for name in filter(_private, node.names):
                found.add((node.lineno, _column(lines, node.lineno, node.col_offset, name), name))
        elif isinstance(node, ast.alias) and _private(node.asname):
            found.add((node.end_lineno, node.end_col_offset - len(node.asname), node.asname))
    return found


def _column(lines, line, start, name):
    """Byte column of a word behind `start` in a line; declarations have no position of their own in the tree."""
    words = lines[line - 1].encode()
    column = start
    while True:
        column = words.index(name.encode(), column)
        end = column + len(name)
        if not (words[end : end + 1].isalnum() or words[end : end + 1] == b"_"):
            return column
        column = end


def _check(tree, uses, file):
    """Raises NotPrivate for an attribute that this module never makes: it belongs to another one, and is renamed there."""
    made = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            made.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.alias):
            made.add(node.asname or node.name)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
    for line, _, name in uses:
        if name not in made:
            raise NotPrivate(f"{file}:{line}: {name} is private to another module")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (name := next((a.name for a in node.names if _private(a.name)), None)):
            raise NotPrivate(f"{file}:{node.lineno}: {name} is private to another module")
        if isinstance(node, ast.keyword) and _private(node.arg):
            raise NotPrivate(f"{file}:{node.lineno}: the keyword {node.arg} would not be renamed")
