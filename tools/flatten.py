"""Modules without their packages, in what is flashed: pilotwire/net/ocpp_link.py becomes the module n_ocpp_link.

MicroPython keeps the name of every module for good, its path, the name of its file and each part of them, and a package
is an object with a table of what is in it: without packages a module costs one name and one path, both short, and in a
slot no path (firmware/application.py). What is told apart by folders in the source is told apart by how the name
begins: with as much of the package's as no other package begins with (n for net, cor for core beside commission). The
sources know nothing of it.
"""

import ast

PACKAGE = "pilotwire"
ROOT = "about"  # what stands in the package's own __init__.py


class Modules:
    """The modules of the firmware. names: each as its path below the package, "core/limits" or "core/__init__"."""

    def __init__(self, names):
        self._packages = {""} | {name.rpartition("/")[0].replace("/", ".") for name in names}
        self._modules = {self._dotted(name) for name in names}
        self._short = {package: _unlike(package, self._packages - {package}) for package in self._packages - {""}}

    @staticmethod
    def _dotted(name):
        return name.removesuffix("__init__").strip("/").replace("/", ".")

    def flat(self, name):
        """ "net/ocpp_link" or "net.ocpp_link" -> n_ocpp_link; net/__init__ -> net."""
        package, _, leaf = self._dotted(name).rpartition(".")
        return f"{self._short.get(package, package)}_{leaf}" if package else leaf or ROOT

    def twice(self):
        """-> names that two modules would have."""
        flat = [self.flat(name) for name in self._modules]
        return sorted({name for name in flat if flat.count(name) > 1})

    def flatten(self, source):
        """Python source (str) -> the same with flat names: its imports, and texts that are a module's name or the begin
        of one."""
        lines = source.encode().splitlines(keepends=True)
        nodes = list(ast.walk(ast.parse(source)))
        edits = [(node, self._imports(node)) for node in nodes if self._is_ours(node)]
        edits += [(node, repr(self.text(node.value))) for node in nodes if self._is_name(node)]
        for node, text in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
            first, last = node.lineno - 1, node.end_lineno - 1
            after = lines[last][node.end_col_offset :]
            lines[first] = lines[first][: node.col_offset] + text.encode() + after
            lines[first + 1 : last + 1] = [b"\n"] * (last - first)  # lines stay where they are
        return b"".join(lines).decode()

    def _is_ours(self, node):
        return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE

    def _is_name(self, node):
        return isinstance(node, ast.Constant) and type(node.value) is str and self.text(node.value) != node.value

    def text(self, text):
        """A text that is a module's name or the begin of one, maybe behind an @, flat; any other as it is."""
        if text.startswith("@"):
            return "@" + self.text(text[1:])
        if text == PACKAGE + ".":
            return ""
        begins = "." in text and any(module.startswith(text) for module in self._modules)
        return self.flat(text) if begins else text

    def _imports(self, node):
        """`from pilotwire.core import ticks, x as y` -> the same of flat modules, on one line."""
        where = node.module.partition(".")[2]
        if where not in self._packages:
            return f"from {self.flat(where)} import " + ", ".join(map(_as, node.names))
        said = []
        for alias in node.names:
            dotted = f"{where}.{alias.name}".lstrip(".")
            flat, own = self.flat(dotted), alias.asname or alias.name
            if dotted in self._modules:
                said.append(f"import {flat}" if flat == own else f"import {flat} as {own}")
            else:
                said.append(f"from {self.flat(where)} import {_as(alias)}")
        return "; ".join(said)


def _unlike(word, others):
    """-> the shortest beginning of a word that none of the others has."""
    begins = (word[:size] for size in range(1, len(word)))
    return next((begin for begin in begins if not any(other.startswith(begin) for other in others)), word)


def _as(alias):
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name
