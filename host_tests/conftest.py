"""How pytest sees the unit tests: each function of unit/test_*.py is one item per interpreter.

pytest never imports these files (they are MicroPython's); a file runs once per interpreter with
the selected tests, and its items share that run.
"""

import json
import sys
from pathlib import Path

import pytest

from tools import ocpp_page

sys.path.insert(0, str(Path(__file__).parent))
import inside  # noqa: E402


def pytest_addoption(parser):
    parser.addini("unit_timeout", "seconds one unit test file may take", default="120")
    parser.addoption("--behaviours", action="store_true", help="the tests named by an OCPP behaviour, for docs/ocpp.md")


def pytest_configure(config):
    if config.getoption("--behaviours"):
        config.pluginmanager.register(Behaviours())


class Behaviours:
    """Runs what an OCPP behaviour names, and leaves the outcomes for tools/ocpp_page.py."""

    def __init__(self):
        self.outcomes = {}

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if ocpp_page.ids(item.name)]

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            self.outcomes[report.nodeid] = self.outcomes.get(report.nodeid, True) and report.passed

    def pytest_sessionfinish(self, session):
        if not hasattr(session.config, "workerinput"):
            ocpp_page.OUTCOMES.write_text(json.dumps(self.outcomes))


def pytest_pycollect_makemodule(module_path, parent):
    if inside.UNIT in module_path.parents:
        return UnitFile.from_parent(parent, path=module_path)
    return None


class UnitFile(pytest.File):
    def collect(self):
        try:
            names = inside.test_names(self.path)
            ports = inside.interpreters()
        except (OSError, SyntaxError, ValueError) as e:
            raise self.CollectError(str(e)) from e
        if not names:
            raise self.CollectError(f"{self.path.name}: no test function in it")
        self.runs = {}
        for port, command in ports.items():
            for name in names:
                yield UnitTest.from_parent(self, name=f"{name}[{port}]", test=name, command=command)

    def results(self, command):
        """-> {test: failure text}; the selected tests run when first asked for."""
        if command not in self.runs:
            items = [i for i in self.session.items if i.parent is self and i.command == command]
            timeout_s = float(self.config.getini("unit_timeout"))
            names = [i.test for i in items]
            self.runs[command] = inside.run(command, self.path, names, timeout_s)
        return self.runs[command]


class UnitTest(pytest.Item):
    def __init__(self, *, test, command, **kwargs):
        super().__init__(**kwargs)
        self.test = test
        self.command = command

    def runtest(self):
        text = self.parent.results(self.command)[self.test]
        if text:
            raise Failed(text)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, self.name


class Failed(Exception):
    """The text a test function failed with inside MicroPython."""
