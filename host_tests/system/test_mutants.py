"""The mutants of the safety functions fit the code, and the tool kills what it should and says what it cannot."""

import ast

import pytest

from tools import mutants

TABLE = """\
# a comment
== pilotwire/core/duty.py: duty

below 6 A nothing is offered
-LEAST_MA = 6000  # the norm has no duty for less
+LEAST_MA = 5000

== pilotwire/core/limits.py: limits

two lines
     def least(self):
-        \"""The current that all agree to, in mA; 0 when nobody said anything.\"""
-        return min(self._ma.values()) if self._ma else 0
+        return 0
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return mutants.copy_tree(tmp_path_factory.mktemp("tree"))


def test_a_table_is_read_row_by_row():
    one, two = mutants.rows(TABLE)
    assert (one.what, one.file, one.tests) == ("below 6 A nothing is offered", "pilotwire/core/duty.py", ["duty"])
    assert (one.old.count("\n"), one.new) == (1, "LEAST_MA = 5000\n")
    assert (two.old.count("\n"), two.new) == (3, "    def least(self):\n        return 0\n")


def test_every_row_fits_its_file_once_is_still_python_and_names_tests_that_are_there():
    rows = mutants.all_rows()
    assert len(rows) > 200
    assert len({(row.file, row.what) for row in rows}) == len(rows)
    for row in rows:
        assert row.old and row.old != row.new and row.tests, row
        ast.parse(row.applied(mutants.ROOT), row.file)
        for name in row.tests:
            assert (mutants.ROOT / f"host_tests/unit/test_{name}.py").exists(), row


def test_lines_that_are_not_there_not_whole_or_there_twice_fit_no_more():
    for old, times in (
        ("    def nobody(self):\n", "0"),
        ("        return min(self._ma.values())\n", "0"),
        ("\n", "[0-9]+"),
    ):
        row = mutants.Mutant("it", "pilotwire/core/limits.py", old, "", ["limits"])
        with pytest.raises(mutants.NoFit, match=f"no longer fits: its lines are there {times} times"):
            row.applied(mutants.ROOT)


KINDS = {  # what is removed: a condition, a line, a number, a row of a table; in core, in a driver, at the start
    "closing: the diode in five bursts",
    "an exception in the callback opens",
    "the watchdog bites within 3 s",
    "a weld shows F",
    "a broken wire is a trip",
    "however it ends, the contactors are open",
}


def test_one_of_each_kind_is_killed(tree):
    rows = [row for row in mutants.all_rows() if row.what in KINDS]
    assert len(rows) == len(KINDS)
    for row in rows:
        assert mutants.survivors(row, tree) == [], row.what


def survivors(tree, new):
    old = "        return min(self._ma.values()) if self._ma else 0\n"
    row = mutants.Mutant("it", "pilotwire/core/limits.py", old, new, ["limits", "duty"])
    said = mutants.survivors(row, tree)
    assert (tree / "firmware" / row.file).read_text() == (mutants.ROOT / "firmware" / row.file).read_text()
    return said


def test_each_file_that_does_not_notice_is_named(tree):
    assert survivors(tree, "        return 0\n") == ["test_duty: every test passes"]


def test_what_breaks_the_code_is_not_killed(tree):
    assert survivors(tree, "        return (\n") == [
        "test_limits: no test ran: it breaks the code and removes nothing",
        "test_duty: every test passes",
    ]
