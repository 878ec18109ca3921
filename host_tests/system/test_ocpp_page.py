"""docs/ocpp.md, from what the tests are called and what became of them (tools/ocpp_page.py)."""

import re

from tools import ocpp_page
from tools.ocpp_behaviours import behaviours, is_later

_RUN = {
    "host_tests/unit/test_a.py::test_X34_X35_it_is_said_again[unix]": True,
    "host_tests/unit/test_a.py::test_X34_X35_it_is_said_again[port32]": True,
    "host_tests/system/test_b.py::test_T02_text_only": False,
    "host_tests/system/test_b.py::test_nothing_named": True,
}


def _row(found):
    return next(row for row in ocpp_page.rows(_RUN) if row.startswith(f"| {found} |"))


def test_a_test_says_its_behaviour_once_for_all_interpreters():
    assert _row("X35") == "| X35 | 3 | it is said again (`test_a`) | passed |"


def test_one_failure_is_a_failure():
    assert _row("T02").endswith("| **failed** |")


def test_what_nobody_tests_and_what_comes_later_is_said():
    assert _row("T05").endswith("| **no test** |")
    assert _row("FW02").endswith("| later |") and _row("SE06").endswith("| later |")
    assert _row("ER19").endswith("| later |") and _row("ER13").endswith("| **no test** |")


def test_the_page_lists_every_behaviour():
    page = ocpp_page.PAGE.read_text()
    assert [found for found in behaviours() if f"\n| {found} | " not in page] == []


def test_every_behaviour_is_tested_and_those_of_tier_1_on_the_whole_firmware():
    tested = {"system": set(), "unit": set()}
    for room, names in tested.items():
        for file in (ocpp_page.ROOT / "host_tests" / room).glob("test_*.py"):
            names.update(
                found for name in re.findall(r"def (test_\w+)\(", file.read_text()) for found in ocpp_page.ids(name)
            )
    now = {found: tier for found, (_, tier) in behaviours().items() if not is_later(found)}
    assert {found for found, tier in now.items() if tier == 1} - tested["system"] == set()
    assert set(now) - tested["system"] - tested["unit"] == set()
