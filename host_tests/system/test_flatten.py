"""Modules without their packages, in what is flashed (tools/flatten.py)."""

from tools.flatten import Modules

NAMES = ["__init__", "loader", "supply", "core/__init__", "core/supply", "core/ticks", "hal/__init__", "net/ocpp_link"]
MODULES = Modules(NAMES)


def flat(source):
    return MODULES.flatten(source)


def test_a_module_has_the_begin_of_its_packages_name_and_its_own():
    assert [MODULES.flat(name) for name in NAMES] == [
        *("about", "loader", "supply", "core", "c_supply", "c_ticks", "hal", "n_ocpp_link"),
    ]
    assert MODULES.twice() == [] and Modules(["core/ticks", "c_ticks"]).twice() == ["c_ticks"]


def test_a_package_is_told_by_as_much_of_its_name_as_no_other_begins_with():
    modules = Modules(["core/lock", "commission/lock", "parts/lock", "proto/http"])
    assert [modules.flat(name) for name in ("core/lock", "commission.lock", "parts.", "proto.ht")] == [
        *("cor_lock", "com_lock", "pa_", "pr_ht"),
    ]


def test_imports_bind_the_same_names():
    assert flat("from pilotwire.core import ticks, supply as s\n") == "import c_ticks as ticks; import c_supply as s\n"
    assert (
        flat("from pilotwire import VERSION, loader, hal\n") == "from about import VERSION; import loader; import hal\n"
    )
    assert flat("from pilotwire.hal import make as m\n") == "from hal import make as m\n"
    assert flat("from pilotwire.core.ticks import diff, add as plus\n") == "from c_ticks import diff, add as plus\n"
    assert flat("import os\nfrom asyncio import core\n") == "import os\nfrom asyncio import core\n"


def test_lines_stay_where_they_are():
    source = "def f():\n    from pilotwire.core import (\n        ticks,\n        supply,\n    )\n\n    return ticks\n"
    lines = flat(source).splitlines()
    assert lines[1] == "    import c_ticks as ticks; import c_supply as supply"
    assert lines[2:5] == ["", "", ""] and lines[6] == "    return ticks"


def test_texts_that_name_a_module_or_begin_its_name():
    assert flat('f("core.ticks", "core.", "net.ocpp_")\n') == "f('c_ticks', 'c_', 'n_ocpp_')\n"
    assert flat('home = "pilotwire."\n') == "home = ''\n"
    untouched = 'say("core.ticks are late", "1.5", "core", "net.", "ü core.ticks")\n'
    assert flat(untouched.replace('"net.", ', "")) == untouched.replace('"net.", ', "")
    assert MODULES.text("@core.ticks") == "@c_ticks"
