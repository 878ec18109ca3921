"""Give names that only one module knows short ones in what is flashed: MicroPython keeps every name it meets for good.

Two kinds are renamed: private names (one leading underscore), to _a, _b, ... in each module, and arguments that nobody
in the whole program passes by keyword, to a, b, ... in each function. All modules share these few. Lines stay where
they are: a traceback still names the file, the line and every public function. The unix port on 32 bit needs 14 KB
less heap for it.
"""

import ast
import itertools
import keyword
import string

_FOREIGN = {"_io_queue"}  # private names of asyncio that we use all the same: they keep their length


class NotPrivate(Exception):
    """A private name of another module is used; the text names file, line and name."""


def keywords(sources):
    """-> names that some call in these sources passes by keyword: arguments of that name keep it."""
    found = set()
    for source in sources:
        try:
            calls = _all(ast.parse(source), ast.Call)
        except SyntaxError:
            continue  # compiling that one will say so
        found |= {k.arg for call in calls for k in call.keywords if k.arg}
    return found


def shorten(source, file="<source>", kept=None):
    """Python source (str) -> the same with short names, each line as long as it was or shorter.

    kept: names of arguments that stay, see keywords(); None: all arguments stay. Raises NotPrivate, SyntaxError.
    """
    tree = ast.parse(source, file)
    uses = _uses(tree, source.splitlines())
    _check(tree, sorted(uses), file)
    edits = _renamed(uses)
    if kept is not None:
        edits |= _arguments(tree, kept)
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for line, column, name, short in sorted(edits, reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + short.encode() + old[column + len(name) :]
    return b"".join(lines).decode()


def _renamed(uses):
    """-> {(line, column, name, short name)} of private names, in the order of their first use."""
    names = [name for _, _, name in sorted(uses)]
    short = {name: name for name in names if len(name) <= 2}
    free = ("_" + word for word in _words() if "_" + word not in short)
    for name in names:
        if name not in short:
            short[name] = next(free)
    return {(*use, short[use[2]]) for use in uses}


def _arguments(tree, kept):
    """-> {(line, column, name, short name)} of the arguments of functions that have no function inside."""
    edits = set()
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    nested = {id(inner) for outer in functions for inner in _functions_inside(outer)}
    taken = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {a.arg for a in _all(tree, ast.arg)}
    for function in functions:
        if id(function) in nested or _functions_inside(function):
            continue
        free = (word for word in _words() if word not in taken)
        names = [a.arg for a in function.args.args if len(a.arg) > 1 and a.arg not in kept and not _private(a.arg)]
        short = dict(zip(names, free, strict=False))
        for n in ast.walk(function):
            name = n.arg if isinstance(n, ast.arg) else n.id if isinstance(n, ast.Name) else None
            if name in short:
                edits.add((n.lineno, n.col_offset, name, short[name]))
    return edits


def _functions_inside(function):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    return [n for n in ast.walk(function) if n is not function and isinstance(n, kinds)]


def _all(tree, kind):
    return [n for n in ast.walk(tree) if isinstance(n, kind)]


def _words():
    """a, b, ... z, aa, ab, ... without Python's own words."""
    letters = (itertools.product(string.ascii_lowercase, repeat=n) for n in itertools.count(1))
    words = ("".join(word) for group in letters for word in group)
    return (word for word in words if not keyword.iskeyword(word))


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
    """Raises NotPrivate for an attribute that this module never makes: it is another one's."""
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
