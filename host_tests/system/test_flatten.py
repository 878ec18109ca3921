"""Modules without their packages, in what is flashed (tools/flatten.py)."""

from tools.flatten import Modules

NAMES = ["__init__", "loader", "supply", "core/__init__", "core/supply", "core/ticks", "hal/__init__", "net/ocpp_link"]
MODULES = Modules(NAMES)


def flat(source):
    return MODULES.flatten(source)


def test_a_module_has_the_name_of_its_path():
    assert [MODULES.flat(name) for name in NAMES] == [
        *("about", "loader", "supply", "core", "core_supply", "core_ticks", "hal", "net_ocpp_link"),
    ]
    assert MODULES.twice() == [] and Modules(["core/ticks", "core_ticks"]).twice() == ["core_ticks"]


def test_imports_bind_the_same_names():
    assert (
        flat("from pilotwire.core import ticks, supply as s\n")
        == "import core_ticks as ticks; import core_supply as s\n"
    )
    assert (
        flat("from pilotwire import VERSION, loader, hal\n") == "from about import VERSION; import loader; import hal\n"
    )
    assert flat("from pilotwire.hal import make as m\n") == "from hal import make as m\n"
    assert flat("from pilotwire.core.ticks import diff, add as plus\n") == "from core_ticks import diff, add as plus\n"
    assert flat("import os\nfrom asyncio import core\n") == "import os\nfrom asyncio import core\n"


def test_lines_stay_where_they_are():
    source = "def f():\n    from pilotwire.core import (\n        ticks,\n        supply,\n    )\n\n    return ticks\n"
    lines = flat(source).splitlines()
    assert lines[1] == "    import core_ticks as ticks; import core_supply as supply"
    assert lines[2:5] == ["", "", ""] and lines[6] == "    return ticks"


def test_texts_that_name_a_module_or_begin_its_name():
    assert flat('f("core.ticks", "core.", "net.ocpp_")\n') == "f('core_ticks', 'core_', 'net_ocpp_')\n"
    assert flat('home = "pilotwire."\n') == "home = ''\n"
    untouched = 'say("core.ticks are late", "1.5", "core", "net.", "ü core.ticks")\n'
    assert flat(untouched.replace('"net.", ', "")) == untouched.replace('"net.", ', "")
    assert MODULES.text("@core.ticks") == "@core_ticks"
