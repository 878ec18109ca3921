"""docs/ocpp.md: every numbered behaviour with its tests and what became of them in the last run.

python -m tools.ocpp_page      after `pytest --behaviours`, which leaves the outcomes in build/behaviours.json

A test belongs to a behaviour whose id its name carries: test_X34_a_message_said_again_is_the_same_but_for_its_id.
"""

import json
import re
from pathlib import Path

from tools.ocpp_behaviours import behaviours, is_later

ROOT = Path(__file__).resolve().parents[1]
OUTCOMES = ROOT / "build" / "behaviours.json"
PAGE = ROOT / "docs" / "ocpp.md"
_ID = re.compile(r"_([A-Z]{1,2}\d\d)(?=_)")
_BEGIN, _END = "<!-- behaviours by `make ocpp` -->\n", "<!-- end of the behaviours -->\n"


def ids(test):
    """-> ids of the behaviours that a test's name carries, without its words."""
    return _ID.findall(test)


def sentence(test):
    """What a test says: test_X34_X35_it_is_said_again[unix] -> it is said again."""
    return _ID.sub("", test.partition("[")[0]).removeprefix("test").strip("_").replace("_", " ")


def rows(outcomes):
    """outcomes: {file::test: passed}. -> a table row for each behaviour."""
    tests = {}
    for test, passed in sorted(outcomes.items()):
        file, _, name = test.partition("::")
        for found in ids(name):
            said, held = tests.setdefault(found, {}).get(sentence(name), (None, True))
            tests[found][sentence(name)] = Path(file).stem, held and passed
    for found, (_, tier) in behaviours().items():
        yield f"| {found} | {tier} | {_result(found, tests.get(found))} |"


def _result(found, tests):
    if tests:
        return "<br>".join(f"{said} (`{file}`)" for said, (file, _) in tests.items()) + " | " + _verdict(tests.values())
    return " | later" if is_later(found) else " | **no test**"


def _verdict(outcomes):
    return "passed" if all(passed for _, passed in outcomes) else "**failed**"


def counts(outcomes):
    """-> {tier: (with a test that passed, of so many)} of what is built now."""
    proven = {found for row in rows(outcomes) if row.endswith("passed |") for found in [row.split(" ")[1]]}
    tally = {}
    for found, (_, tier) in behaviours().items():
        if not is_later(found):
            done, of = tally.get(tier, (0, 0))
            tally[tier] = done + (found in proven), of + 1
    return tally


def section(outcomes):
    """The table with its head, between the marks."""
    tally = ", ".join(f"tier {tier}: {done} of {of}" for tier, (done, of) in sorted(counts(outcomes).items()))
    head = f"With a test that passes: {tally}; the others of these groups say **no test**.\n\n"
    table = ["| id | tier | what its tests say | result |", "| --- | --- | --- | --- |", *rows(outcomes)]
    return _BEGIN + head + "\n".join(table) + "\n" + _END


def main():
    outcomes = json.loads(OUTCOMES.read_text())
    page = PAGE.read_text()
    before, rest = page.split(_BEGIN)
    PAGE.write_text(before + section(outcomes) + rest.split(_END)[1])
    for tier, (done, of) in sorted(counts(outcomes).items()):
        print(f"tier {tier}: {done} of {of} behaviours have a test that passes")


if __name__ == "__main__":
    main()
