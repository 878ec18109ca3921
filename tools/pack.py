"""Packs a table of the firmware into a file that is read block by block (docs/design.md, "Memory").

    python -m tools.pack firmware/pilotwire/api/keys.py build/devkit/pilotwire/api/keys.bin

The source holds one tuple of tuples of plain data under an upper-case name. What of the source
tree is not flashed then stands in SOURCE_ONLY.
"""

import ast
import runpy
import sys
from pathlib import Path

SOURCE_ONLY = ("keys.py", "registers.py", "packing.py", "meanings.txt")
_API = Path(__file__).resolve().parents[1] / "firmware" / "pilotwire" / "api"


def rows_of(path):
    """-> the rows of the one table in a Python file, read without running it.

    Raises ValueError when there is not exactly one, or a row is of another length.
    """
    tables = [
        ast.literal_eval(node.value)
        for node in ast.parse(Path(path).read_text(), str(path)).body
        if isinstance(node, ast.Assign) and node.targets[0].id.isupper()
    ]
    if len(tables) != 1:
        raise ValueError(f"{path}: want one table, found {len(tables)}")
    rows = tables[0]
    odd = [row for row in rows if len(row) != len(rows[0])]
    if odd:
        raise ValueError(f"{path}: row of another length: {odd[0]}")
    keys = [row[0] for row in rows]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"{path}: twice: {', '.join(twice)}")
    return rows


def pack(path_in, path_out, modules=None):
    """Write path_out -> bytes of the table. modules: a flatten.Modules, where they have flat names."""
    data = _packing(modules)["pack"](_flat(rows_of(path_in), modules))
    Path(path_out).parent.mkdir(parents=True, exist_ok=True)
    Path(path_out).write_bytes(data)
    return len(data)


def pack_shown(path_in, getters, path_out, modules=None):
    """Write path_out, what a status tells of the keys (firmware/pilotwire/api/shown.py). getters: the source whose
    functions show settings otherwise than they are kept.
    """
    Path(path_out).parent.mkdir(parents=True, exist_ok=True)
    Path(path_out).write_bytes(_packing(modules)["shown"](_flat(rows_of(path_in), modules), _functions(getters)))


def pack_registers(path_in, keys, getters, path_out, modules=None):
    """Write path_out, the registers of the Modbus TCP door (firmware/pilotwire/api/at_modbus.py). getters: as above."""
    table = runpy.run_path(str(path_in))["REGISTERS"]  # a register may stand in it twice
    rows = _flat(rows_of(keys), modules)
    Path(path_out).parent.mkdir(parents=True, exist_ok=True)
    Path(path_out).write_bytes(_packing(modules)["registers"](table, rows, _functions(getters)))


def _functions(path):
    return [node.name for node in ast.parse(Path(path).read_text()).body if isinstance(node, ast.FunctionDef)]


def _packing(modules):
    """-> the names of packing.py."""
    if not modules:
        return runpy.run_path(str(_API / "packing.py"))
    names = {}
    exec(modules.flatten((_API / "packing.py").read_text()), names)
    return names


def _flat(rows, modules):
    """The rows with the names of the modules, which stand in them behind an @."""
    if not modules:
        return rows
    return [[modules.text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(pack(*sys.argv[1:]), "bytes")
