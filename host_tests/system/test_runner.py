"""The runner of the unit tests cannot lie: every way a test file can go wrong fails pytest."""

import os
import shutil
import subprocess
import sys

import pytest
from inside import ROOT

_OWN = ("conftest.py", "inside.py", "unit/runner.py", "unit/check.py")


@pytest.fixture
def pytest_says(tmp_path):
    """-> run(source): (exit status, output) of pytest over one unit test file of that source."""
    for name in _OWN:
        to = tmp_path / "host_tests" / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "host_tests" / name, to)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nunit_timeout = 2\npythonpath = {ROOT}\n")

    def run(source, *options):
        (tmp_path / "host_tests/unit/test_it.py").write_text(source)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "host_tests/unit"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
        done = subprocess.run(
            [*command, "-v", *options],
            check=False,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_passing_file_passes(pytest_says):
    status, text = pytest_says("def test_a():\n    pass\n")
    assert status == 0 and "1 passed" in text and "test_it.py::test_a[wheel] PASSED" in text, text


@pytest.mark.parametrize(
    "name, source, shown",
    [
        ("failing", "def test_a():\n    assert 1 == 2, 'one is not two'\n", "one is not two"),
        ("eq", "from check import eq\ndef test_a():\n    eq(1, 2)\n", "got 1, want 2"),
        ("leaving with 0", "import sys\ndef test_a():\n    sys.exit(0)\n", "SystemExit"),
        ("returning", "def test_a():\n    return 0\n", "a test returns nothing"),
        ("not importable", "import nothing_like_it\ndef test_a():\n    pass\n", "ImportError"),
        ("broken for MicroPython", "def test_a():\n    x = {1, *[2]}\n", "SyntaxError"),
        ("broken for both", "def test_a(:\n", "invalid syntax"),
        ("empty", "", "no test function"),
        ("without tests", "def helper():\n    pass\n", "no test function"),
        ("hanging", "def test_a():\n    while True:\n        pass\n", "not done after 2 s"),
        ("made at import", "def test_a():\n    pass\ntest_b = lambda: None\n", "test_b"),
        ("written twice", "def test_a():\n    x\ndef test_a():\n    pass\n", "written twice"),
        (
            "crashing",
            "import uctypes\ndef test_a():\n    uctypes.bytearray_at(0, 4)[0]\n",
            "ended with status -11",
        ),
        (
            "posing as passed",
            'def test_a():\n    print(\'\\n{"test": "test_a", "ok": true}\')\n    assert 0\n',
            "AssertionError",
        ),
    ],
)
def test_a_bad_file_fails(pytest_says, name, source, shown):
    status, text = pytest_says(source)
    assert status != 0, text
    assert shown in text, text


def test_a_crash_fails_the_tests_that_did_not_get_their_turn(pytest_says):
    status, text = pytest_says(
        "import uctypes\n"
        "def test_a():\n    pass\n"
        "def test_b():\n    uctypes.bytearray_at(0, 4)[0]\n"
        "def test_c():\n    pass\n"
    )
    assert status == 1 and "2 failed, 1 passed" in text, text


def test_a_selection_runs_only_what_was_selected(pytest_says):
    source = "def test_a():\n    pass\n\n\ndef test_b():\n    assert 0\n"
    status, text = pytest_says(source, "-k", "test_a")
    assert status == 0, text
    assert pytest_says(source, "-k", "test_b")[0] == 1
