"""docs/safety.md covers every fault, its matrix is within the limits, and the tests that it names exist."""

import re

import pytest

from host_tests.bench.fault_matrix import COLUMNS, limit
from tools import docs
from tools.fault_sources import F_MS, IGNORES_MS, SOURCES

PAGE = docs.SAFETY.read_text()
FAULTS = list(docs.fault_table())
_FIGURE = re.compile(r"(coil|contacts|PWM off|-12 V) ([\d.]+) (ms|s)")


def part(name):
    """-> {fault: cells behind it}, of the table between these markers."""
    text = PAGE.partition(f"<!-- {name} begin -->")[2].partition(f"<!-- {name} end -->")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


def matrix():
    """-> {fault: {state: text}}."""
    return {fault: dict(zip(COLUMNS, cells[1:], strict=True)) for fault, cells in part("matrix").items()}


def figures(text):
    """-> [(what, ms)] of a cell; seconds are rounded to a tenth."""
    return [(what, float(n) if unit == "ms" else float(n) * 1000 - 50) for what, n, unit in _FIGURE.findall(text)]


def most_ms(fault, state, what):
    row = SOURCES[fault]
    if what == "-12 V" and state in "AD" and fault != "weld":
        return F_MS
    if what != "contacts":
        return row.pin_ms
    return row.pin_ms + IGNORES_MS + 100 if state == "X" else row.contacts_ms


def test_every_fault_has_a_source_a_row_and_a_line_of_the_matrix_in_the_order_of_precedence():
    assert list(SOURCES) == FAULTS
    assert list(part("faults")) == FAULTS
    assert list(part("matrix")) == FAULTS


@pytest.mark.parametrize("missing", ["code", "sentence", "source"])
def test_a_fault_that_something_says_nothing_of_makes_no_page(missing, monkeypatch, tmp_path):
    rules = 'FAULTS = (("weld", "F", "person", 0), ("leak", "x1", "self", 0))\nKEPT = ("person",)\n'
    codes = {"weld": (9, "a", "", 2), "leak": (8, "b", "", 2)}
    sentences = {"weld": "Stuck.", "leak": "It leaks."}
    kept = {"code": codes, "sentence": sentences}.get(missing, {})
    kept.pop("leak", None)
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "faults.py").write_text(rules)
    (tmp_path / "core" / "fault_codes.py").write_text(f"CODES = {codes}\n")
    (tmp_path / "why.txt").write_text("".join(f"{name}\t{text}\n" for name, text in sentences.items()))
    monkeypatch.setattr(docs, "_FIRMWARE", tmp_path)
    with pytest.raises(KeyError, match="leak"):
        docs.safety()


def test_the_matrix_has_a_word_for_each_state_and_its_limits_are_those_of_the_table():
    for fault, cells in part("matrix").items():
        assert cells[0] == limit(fault)
        assert all(cells) and not any("FAILED" in cell for cell in cells), fault


def test_every_figure_of_the_matrix_is_within_its_limit():
    for fault, cells in matrix().items():
        for state, text in cells.items():
            for what, ms in figures(text):
                assert ms <= most_ms(fault, state, what), (fault, state, text)


def test_in_c_every_fault_that_can_be_there_opens_and_elsewhere_none_closes():
    effects = {name: row["pilot"] for name, row in docs.fault_table().items()}
    for fault, cells in matrix().items():
        seen = [what for what, _ in figures(cells["C"])]
        if fault in ("weld", "no_close"):  # the contacts are where the cause wants them
            assert seen == ["-12 V" if fault == "weld" else "coil"]
        elif not cells["C"].startswith("("):
            assert seen == ["PWM off" if effects[fault] == "withdraw" else "coil", "contacts"], fault
        for state in "ABDEF":
            assert cells[state].startswith(("stays open", "stay closed", "(")), (fault, state)
            assert cells[state].startswith("stay closed") <= (fault == "weld")


def test_the_page_names_every_test_of_stalls_and_what_it_names_exists():
    tests = "\n".join(path.read_text() for path in (docs.ROOT / "host_tests").glob("*/test_*.py"))
    named = re.findall(r"`(test_\w+)`", PAGE)
    stalls = (docs.ROOT / "host_tests" / "system" / "test_stalls.py").read_text()
    assert set(re.findall(r"def (test_\w+)", stalls)) <= set(named)
    assert [name for name in named if f"def {name}(" not in tests] == []
    files = re.findall(r"`((?:host_tests|tools|firmware|net|update)/[\w/]+\.py)`", PAGE)
    roots = docs.ROOT, docs.ROOT / "firmware" / "pilotwire"
    assert [name for name in files if not any((root / name).exists() for root in roots)] == []
