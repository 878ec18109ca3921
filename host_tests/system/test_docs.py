"""The pages that come from tables say what the tables say, and what the design page names exists."""

import re

from tools.build import ROOT
from tools.docs import stale


def test_the_generated_pages_are_up_to_date():
    assert stale() == [], "run `make docs`"


def test_every_path_that_readme_and_design_page_name_exists():
    missing = []
    for page in (ROOT / "README.md", ROOT / "docs" / "design.md"):
        for name in re.findall(r"`((?:firmware|boards|host_tests|tools|docs)/[\w/.-]+)`", page.read_text()):
            if not (ROOT / name).exists():
                missing.append(f"{page.name}: {name}")
    assert missing == []
