"""Remove each safety function in turn: the tests named beside it have to notice.

    python -m tools.mutants [WORD ...]      only those whose text has one of the words

The rows are in mutants.txt. Each is put into a copy of the tree, and the unit tests that it names run inside
MicroPython. It is killed when in each of these files a test fails; a file that cannot even be loaded with it kills
nothing. Ends with status 1 when one survives.
"""

import dataclasses
import os
import queue
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from host_tests import inside

ROOT = Path(__file__).resolve().parents[1]
ROWS = Path(__file__).with_suffix(".txt")
_TREE = ("firmware", "host_tests", "boards", "tools")
_TIMEOUT_S = 60


class NoFit(Exception):
    """A row that cannot be used; the text says which and why."""


@dataclasses.dataclass
class Mutant:
    what: str  # it removes
    file: str  # under firmware/
    old: str  # whole lines, which are there once
    new: str
    tests: list  # test files of host_tests/unit that must fail, without "test_"

    def applied(self, tree):
        """-> the file's text with it. Raises NoFit."""
        text = "\n" + (tree / "firmware" / self.file).read_text()
        count = text.count("\n" + self.old)
        if count != 1:
            raise NoFit(f"{self.file}: {self.what}: the mutant no longer fits: its lines are there {count} times")
        return text.replace("\n" + self.old, "\n" + self.new)[1:]


def rows(text):
    """-> [Mutant] of a table as in mutants.txt."""
    found, file, tests = [], None, None
    for line in text.splitlines():
        if line.startswith("== "):
            file, _, words = line[3:].partition(": ")
            tests = words.split()
        elif line[:1] in ("-", "+", " "):
            found[-1].old += line[1:] + "\n" if line[0] != "+" else ""
            found[-1].new += line[1:] + "\n" if line[0] != "-" else ""
        elif line and not line.startswith("#"):
            found.append(Mutant(line, file, "", "", tests))
    return found


def all_rows():
    return rows(ROWS.read_text())


def copy_tree(to):
    """-> a copy of what the unit tests need, in the folder `to`."""
    for name in _TREE:
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    return to


def survivors(mutant, tree):
    """Runs its tests with it in the tree -> those that did not notice, each with the reason; none: it is killed."""
    path = tree / "firmware" / mutant.file
    before = path.read_text()
    path.write_text(mutant.applied(tree))
    try:
        return [f"test_{name}: {why}" for name in mutant.tests if (why := _missed(_run(name, tree)))]
    finally:
        path.write_text(before)


def _missed(results):
    """Why these results of a test file do not kill a mutant; "" when they do."""
    if not any(results.values()):
        return "every test passes"
    ran = [why for why in results.values() if not why.startswith("no result")]
    return "" if any(ran) else "no test ran: it breaks the code and removes nothing"


def _run(name, tree):
    path = tree / "host_tests" / "unit" / f"test_{name}.py"
    return inside.run(inside.interpreters()["wheel"], path, inside.test_names(path), _TIMEOUT_S, tree, stop=True)


def _in_parallel(work, items):
    """-> [work(item, tree)] in the items' order; each worker has a tree of its own."""
    trees = queue.Queue()
    workers = os.cpu_count()
    with tempfile.TemporaryDirectory() as folder:
        for n in range(workers):
            trees.put(copy_tree(Path(folder) / str(n)))

        def in_a_tree(item):
            tree = trees.get()
            try:
                return work(item, tree)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(in_a_tree, items))


def _check(mutants):
    """What makes the run pointless: rows that do not fit, tests that fail without any mutant."""
    faults = []
    for mutant in mutants:
        try:
            mutant.applied(ROOT)
        except NoFit as e:
            faults.append(str(e))
    names = sorted({name for mutant in mutants for name in mutant.tests})
    for name, results in zip(names, _in_parallel(_run, names), strict=True):
        faults += [f"test_{name}: {test} fails without a mutant" for test, why in results.items() if why][:1]
    return faults


def main(*words):
    began_s = time.monotonic()
    mutants = [m for m in all_rows() if not words or any(w in f"{m.file}: {m.what} {m.tests}" for w in words)]
    faults = _check(mutants)
    if faults:
        print(*faults, sep="\n")
        return 1
    survived = 0
    for mutant, missed in zip(mutants, _in_parallel(survivors, mutants), strict=True):
        survived += bool(missed)
        print(f"{'SURVIVED' if missed else 'killed  '} {mutant.file}: {mutant.what}", *missed, sep="\n    ")
    print(f"{len(mutants)} mutants, {survived} survived, {time.monotonic() - began_s:.0f} s")
    return 1 if survived or not mutants else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
