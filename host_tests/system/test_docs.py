"""The pages that come from tables say what the tables say, and what the design page names exists."""

import re
import runpy

from tools import docs_limits
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
