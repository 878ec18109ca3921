"""Give names that only one module knows short ones in what is flashed: MicroPython keeps every name it meets for good.

Renamed are private names (one leading underscore) and public ones that no other file of the program writes, to _a, _b,
... in each module, and arguments that nobody passes by keyword, to a, b, ... in each function. All modules share these
few. Public names that several files write get another one for the whole program: a word that the interpreter has in
its ROM (rom_words.py), and when there are no more of those A0, A1, ... Names of what modules hold, and no object, share
a word where no file writes two of them. And the import of const, which only the compiler needs, is left out. Lines stay
where they are: a traceback still names the file and the line.
"""

import ast
import collections
import contextlib
import itertools
import keyword
import re
import string

_FOREIGN = {"_io_queue"}  # private names of asyncio that we use all the same: they keep their length


_CONST_IMPORT = re.compile(r"(?m)^from micropython import const$")
_CONST = re.compile(r"(?m)^\w+ = const\(")  # the compiler sees to these; any other const() is called


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


def public_names(sources, foreign, words=()):
    """-> ({file: public names that it makes and no other knows}, {name of several files: its short one}), of sources
    {file: text}.

    foreign: names of the interpreter and its modules: what is called so may be theirs. A word of a text that is no
    sentence may be looked up by it (getattr) and is nobody's own; nor is the name of a module, nor an attribute that a
    file sets on an object of another one. words: names to give that cost nothing.
    """
    trees = {}
    for file, text in sources.items():
        with contextlib.suppress(SyntaxError):  # compiling it will say so
            trees[file] = ast.parse(text)
    known = {file: written(tree) for file, tree in trees.items()}
    count = collections.Counter(itertools.chain(*known.values()))
    spoken = set(foreign).union(*(_spoken(t) | _modules(t) | _keywords(t) for t in trees.values()))
    own, shared = {}, set()
    for file, tree in trees.items():
        names = {name for name in _made(tree) - spoken if len(name) > 2 and not name.startswith("_")}
        own[file] = {name for name in names - _set_on_others(tree) if count[name] == 1}
        shared |= names - own[file]
    free = (a + b for b in string.ascii_lowercase + string.digits for a in string.ascii_uppercase)
    free = (word for word in free if word not in count and word not in foreign)
    free = itertools.chain((word for word in sorted(words, key=len) if word not in count), free)
    groups = _groups(shared, set().union(*map(_attributes, trees.values())), known)
    often = sorted(groups, key=lambda group: (-sum(count[name] for name in group), group))  # a short word for them
    return own, {name: word for group, word in zip(often, free, strict=False) for name in group}


def _groups(names, attributes, known):
    """-> [names that may have the same word]. An attribute is alone: which objects have which, nobody can tell. What is
    a module's is meant by `module.name` or an import only, so two of them that no file of known writes both are never
    confused.
    """
    groups, files = [[name] for name in sorted(names & attributes)], []
    for name in sorted(names - attributes):
        here = {file for file, words in known.items() if name in words}
        n = next((n for n, there in enumerate(files) if not here & there), len(files))
        if n == len(files):
            files.append(set())
            groups.append([])
        files[n] |= here
        groups[n - len(files)].append(name)
    return groups


def _attributes(tree):
    """-> names that objects have: what is assigned to them, and what stands in a class."""
    found = {n.attr for n in _all(tree, ast.Attribute) if isinstance(n.ctx, ast.Store)}
    for statement in (s for c in _all(tree, ast.ClassDef) for s in c.body):
        found |= {statement.name} if hasattr(statement, "name") else _made(statement)
    return found


def _keywords(tree):
    return {k.arg for k in _all(tree, ast.keyword)}


def _modules(tree):
    """-> names of the modules that a file imports, and what it calls them; of what it takes out of them, lower-case
    names may be modules too, where nothing of that name is made.
    """
    return {word for a in _all(tree, ast.Import) for x in a.names for word in (x.asname or x.name).split(".")} | {
        word for a in _all(tree, ast.ImportFrom) for word in (a.module or "").split(".")
    }


def written(tree):
    """-> all names that a file writes, as code or in a text."""
    names = _made(tree) | _imported(tree) | _spoken(tree) | {k.arg for k in _all(tree, ast.keyword)}
    return names | {n.id for n in _all(tree, ast.Name)} | {n.attr for n in _all(tree, ast.Attribute)}


def _spoken(tree):
    """-> words in its texts by which something may be looked up: docstrings and sentences aside."""
    docs = {id(n.value) for n in _all(tree, ast.Expr)}
    texts = [n.value for n in _all(tree, ast.Constant) if isinstance(n.value, str) and id(n) not in docs]
    return {word for text in texts if " " not in text for word in re.findall(r"\w+", text)}


def shorten(source, file="<source>", kept=None, own=(), shared=None):
    """Python source (str) -> the same with short names, each line as long as it was or shorter.

    kept: names of arguments that stay, see keywords(); None: all arguments stay. own, shared: see public_names().
    Raises NotPrivate, SyntaxError.
    """
    source = without_const(source)
    tree = ast.parse(source, file)
    shared = shared or {}
    uses = _uses(tree, source.splitlines(), {*own, *shared})
    _check(tree, sorted(use for use in uses if use[2] not in shared), file)
    edits = _renamed(uses, shared)
    if kept is not None:
        edits |= _arguments(tree, kept, {*own, *shared})
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for line, column, name, short in sorted(edits, reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + short.encode() + old[column + len(name) :]
    return b"".join(lines).decode()


def without_const(source):
    """-> the source without the import of const where only the compiler needs it."""
    return source if "const(" in _CONST.sub("", source) else _CONST_IMPORT.sub("", source)


def _renamed(uses, shared):
    """-> {(line, column, name, short name)}; names that are not shared get theirs in the order of their first use."""
    names = [name for _, _, name in sorted(uses)]
    short = {name: name for name in names if len(name) <= 2} | shared
    free = ("_" + word for word in _words() if "_" + word not in short)
    for name in names:
        if name not in short:
            short[name] = next(free)
    return {(*use, short[use[2]]) for use in uses}


def _arguments(tree, kept, own):
    """-> {(line, column, name, short name)} of the arguments of functions that have no function inside."""
    edits = set()
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    nested = {id(inner) for outer in functions for inner in _functions_inside(outer)}
    taken = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {a.arg for a in _all(tree, ast.arg)}
    for function in functions:
        if id(function) in nested or _functions_inside(function):
            continue
        free = (word for word in _words() if word not in taken)
        names = [
            a.arg for a in function.args.args if len(a.arg) > 1 and a.arg not in kept | own and not _private(a.arg)
        ]
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


def _uses(tree, lines, own):
    """-> {(line, byte column, name)} of every place where a private name, or one of `own`, is written."""
    found = set()

    def ours(name):
        return _private(name) or name in own

    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and ours(node.id):
            found.add((node.lineno, node.col_offset, node.id))
        elif isinstance(node, ast.arg) and ours(node.arg):
            found.add((node.lineno, node.col_offset, node.arg))
        elif isinstance(node, ast.Attribute) and ours(node.attr):
            found.add((node.end_lineno, node.end_col_offset - len(node.attr), node.attr))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ours(node.name):
            found.add((node.lineno, _column(lines, node.lineno, node.col_offset, node.name), node.name))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            for name in filter(ours, node.names):
                found.add((node.lineno, _column(lines, node.lineno, node.col_offset, name), name))
        elif isinstance(node, ast.alias):
            if ours(node.asname):
                found.add((node.end_lineno, node.end_col_offset - len(node.asname), node.asname))
            if ours(node.name):
                found.add((node.lineno, node.col_offset, node.name))
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


def _made(tree):
    """-> names that the file makes: functions, classes, arguments, everything it assigns."""
    made = {a.arg for a in _all(tree, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            made.add(node.id if isinstance(node, ast.Name) else node.attr)
    return made


def _set_on_others(tree):
    """-> attributes that it sets on what is not self: on an object of another file's class, they are not alone."""
    set_here = [n for n in _all(tree, ast.Attribute) if isinstance(n.ctx, ast.Store)]
    return {n.attr for n in set_here if not (isinstance(n.value, ast.Name) and n.value.id == "self")}


def _imported(tree):
    return {name for a in _all(tree, ast.alias) for name in (a.asname or a.name).split(".")}


def _check(tree, uses, file):
    """Raises NotPrivate for an attribute that this module never makes: it is another one's."""
    made = _made(tree) | _imported(tree)
    for line, _, name in uses:
        if name not in made:
            raise NotPrivate(f"{file}:{line}: {name} is private to another module")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (name := next((a.name for a in node.names if _private(a.name)), None)):
            raise NotPrivate(f"{file}:{node.lineno}: {name} is private to another module")
        if isinstance(node, ast.keyword) and _private(node.arg):
            raise NotPrivate(f"{file}:{node.lineno}: the keyword {node.arg} would not be renamed")
