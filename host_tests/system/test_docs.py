"""The pages that come from tables say what the tables say, and what the design page names exists."""

import csv
import re
import runpy

import pytest

from tools import absent_keys, docs_limits, key_writers
from tools.build import ROOT
from tools.docs import stale


def test_the_generated_pages_are_up_to_date():
    assert stale() == [], "run `make docs`"


def test_every_owner_of_a_limit_has_its_text_and_the_keys_that_it_names():
    assert set(docs_limits.TEXTS) == set(docs_limits.OWNERS)
    known = {row[0] for row in runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "api" / "keys.py"))["KEYS"]}
    assert {key for keys, *_ in docs_limits.TEXTS.values() for key in keys.split()} <= known


def test_every_path_that_readme_and_design_page_name_exists():
    missing = []
    for page in (ROOT / "README.md", ROOT / "docs" / "design.md"):
        for name in re.findall(r"`((?:firmware|boards|host_tests|tools|docs)/[\w/.-]+)`", page.read_text()):
            if not (ROOT / name).exists():
                missing.append(f"{page.name}: {name}")
    assert missing == []


def test_whoever_changes_a_key_is_told_beside_it():
    """What settings.set(KEY, ..) names, outside of the doors."""
    rows = {row[0]: row for row in runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "api" / "keys.py"))["KEYS"]}
    assert set(key_writers.OTHERS) <= {key for key, row in rows.items() if "w" in row[2]}
    found = set()
    for path in (ROOT / "firmware" / "pilotwire").rglob("*.py"):
        for key in re.findall(r"settings\.set\(\s*([^,]+),", path.read_text()):
            if path.parent.name != "api" and (path.name, key) not in DOORS:
                found.add(key.strip('"'))
    assert {"amp", "ocpph", "ocppiv"} <= found
    assert {key for key in found - set(key_writers.OTHERS) if not rows[key][8]} == set()


# What sets whatever key it is told: ChangeConfiguration, the console, the slots of cards (c0 to c9, no doors'), clp
DOORS = {
    ("configuration.py", "row.key"),
    ("save.py", "key"),
    ("changes.py", "key"),
    ("cards_slots.py", '"c%d" % slot'),
    ("commands.py", '"al%d" % (n + 1)'),
}
FACTS = ROOT.parent / "shared" / "facts" / "goe-keys.csv"


def test_every_key_of_go_e_is_there_or_said_to_be_absent():
    if not FACTS.exists():
        pytest.skip("the list of go-e's keys is not part of the repository")
    with FACTS.open() as file:
        wanted = {row["key"] for row in csv.DictReader(file)}
    known = {row[0] for row in runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "api" / "keys.py"))["KEYS"]}
    assert wanted - known - absent_keys.names() == set()
    assert absent_keys.names() - wanted == set()
