"""Imports out of a slot's modules.pak (firmware/application.py), inside MicroPython: each module comes once, under its
own name, and no path of it stays in memory.
"""

import json
import subprocess

import pytest

from host_tests import inside
from tools import build, slot_tree

MODULES = {
    "one": "import two\nfrom three import WORD as word\nname = two.name + ' and one'\n",
    "two": "import three\nname = 'two of ' + three.WORD\n",
    "three": "import sys\nWORD = 'three'\nasked = 'one' in sys.modules and 'two' in sys.modules\n",
    "chicken": "import egg\ndef first():\n    return egg.first\n",
    "egg": "import chicken\nfirst = chicken.__name__ and 'both'\n",
    "torn": "import three\nraise ValueError('torn')\n",
    "needs_torn": "import torn\n",
}
_ASK = """
import sys, json
sys.path[:] = ["", {firmware!r}, ".frozen"]
import application
application.mount()
said = []
{ask}
print(json.dumps([said, sorted(name for name in sys.modules if name in {modules!r} or name == "_")]))
"""


@pytest.fixture(params=inside.interpreters())
def ask(request, tmp_path):
    packed = {}
    for name, text in MODULES.items():
        source = tmp_path / f"{name}.py"
        source.write_text(text)
        build.compile_mpy(source, tmp_path / "module.mpy", name, text)
        packed[name] = (tmp_path / "module.mpy").read_bytes()
        source.unlink()
    (tmp_path / "module.mpy").unlink()
    (tmp_path / "modules.pak").write_bytes(slot_tree.packed(packed))

    def run(text):
        """-> (what it has said, the modules that are there)."""
        program = _ASK.format(firmware=str(build.FIRMWARE), ask=text, modules=tuple(MODULES))
        command = [inside.interpreters()[request.param], "-c", program]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_a_module_and_those_that_it_imports_have_their_names(ask):
    assert ask("import one\nsaid = [one.name, one.word, sys.modules['three'].asked]") == [
        ["two of three and one", "three", True],
        ["one", "three", "two"],
    ]


def test_each_comes_once(ask):
    text = "import three\nthree.WORD = 'mine'\nimport one\nfrom three import WORD\nsaid = [WORD, one.name]"
    assert ask(text)[0] == ["mine", "two of mine and one"]


def test_two_that_import_each_other(ask):
    assert ask("import chicken\nsaid = [chicken.first()]") == [["both"], ["chicken", "egg"]]


@pytest.mark.parametrize("name", ["torn", "needs_torn"])
def test_one_that_fails_is_not_there_and_fails_again(ask, name):
    once = f"try:\n    import {name}\nexcept ValueError as e:\n    said.append(str(e))\n"
    assert ask(once + once) == [["torn", "torn"], ["three"]]


def test_what_is_not_in_the_pack_is_imported_as_ever(ask):
    text = (
        "from asyncio import core\nimport asyncio.stream\nfrom asyncio import Event\nimport binascii\n"
        "said = [core.__name__, asyncio.__name__, Event.__name__, binascii.hexlify(b'a').decode()]\n"
        "try:\n    import nobody\nexcept ImportError as e:\n    said.append(str(e))"
    )
    assert ask(text)[0] == ["asyncio.core", "asyncio", "Event", "61", "no module named 'nobody'"]


def test_no_path_stays_in_memory(ask):
    assert ask("import one\nsaid = [m.__file__ for m in (one, sys.modules['two'])]")[0] == ["_.mpy", "_.mpy"]


def test_behind_umount_nothing_comes_out_of_it(ask):
    text = "import os, vfs\nvfs.umount(os.getcwd())\ntry:\n    import one\nexcept ImportError:\n    said.append('gone')"
    assert ask(text) == [["gone"], []]
