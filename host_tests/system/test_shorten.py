"""Private names become short in what is flashed, and nothing else changes."""

import ast
import re
import subprocess
import sys
import types

import pytest

from host_tests.inside import interpreters
from tools.build import FIRMWARE
from tools.rom_words import WORDS
from tools.shorten import NotPrivate, keywords, public_names, shorten, without_const

SOURCE = """
from micropython import const
_LIMIT_MA = const(6000)
class Outlet:
    def __init__(self, _hidden=1):
        self._offered_ma = _LIMIT_MA
        self.public = "_LIMIT_MA"
    def _decide(self):
        global _count
        _count = self._offered_ma
        return self.__class__, _
"""


def test_private_names_are_short_and_lines_stay():
    short = shorten(SOURCE)
    assert [line.split("(")[0].split("=")[0].rstrip() for line in short.splitlines()][1:4] == [
        "",
        "_a",
        "class Outlet:",
    ]
    assert "_offered_ma" not in short and "_decide" not in short and "_hidden" not in short
    assert len(short.splitlines()) == len(SOURCE.splitlines())


def test_the_import_of_const_stays_where_const_is_called():
    source = "from micropython import const\n_A, _B = const(1), const(2)\n"
    assert without_const(source) == source
    assert without_const(source.replace("_A, _B = const(1), const(2)", "_A = const(1)")) == "\n_A = const(1)\n"


def test_public_and_double_underscore_names_and_texts_stay():
    short = shorten(SOURCE)
    for name in ("__init__", "self.public", '"_LIMIT_MA"', "__class__", ", _\n"):
        assert name in short


def test_the_meaning_stays():
    inner = "    def _cd():\n        nonlocal _ab\n        _ab += _xy\n        return _ab\n"
    source = "_xy = 5\ndef f(_ab):\n" + inner + "    return _cd()\n"
    scope = {}
    exec(shorten(source), scope)
    assert scope["f"](2) == 7


def test_a_short_name_that_is_taken_stays_itself():
    scope = {}
    exec(shorten("_a = 1\n_long = 2\nb = _a + 10 * _long\n"), scope)
    assert scope["b"] == 21


@pytest.mark.parametrize(
    "source", ["import x\nx._other.y = 1\n", "from x import _other\n", "f(_other=1)\n_other = 2\n"]
)
def test_a_private_name_of_another_module_is_an_error(source):
    with pytest.raises(NotPrivate, match="x.py:[12]: .*_other"):
        shorten(source, "x.py")


def test_every_file_of_the_firmware_keeps_its_shape():
    for path in sorted((FIRMWARE / "pilotwire").rglob("*.py")):
        source = path.read_text()
        before, after = ast.parse(without_const(source)), ast.parse(shorten(source, path.name))
        kinds = [[type(node) for node in ast.walk(tree)] for tree in (before, after)]
        assert kinds[0] == kinds[1], path


def test_arguments_become_short_but_those_that_are_passed_by_keyword():
    source = "def f(register_wh, limit_ma):\n    return register_wh - limit_ma\nx = f(7, limit_ma=3)\n"
    short = shorten(source, kept=keywords([source]))
    assert "register_wh" not in short and "limit_ma" in short
    scope = {}
    exec(short, scope)
    assert scope["x"] == 4


def test_an_argument_that_an_inner_function_sees_keeps_its_name():
    source = "def f(outer):\n    return lambda inner: outer + inner\n"
    assert shorten(source, kept=set()) == source


def test_an_argument_takes_no_name_that_the_module_uses():
    scope = {}
    exec(shorten("a = 100\ndef f(first):\n    return a + first\n", kept=set()), scope)
    assert scope["f"](1) == 101


def test_a_public_name_that_no_other_file_writes_is_renamed_too():
    sources = {
        "a": "class Meter:\n    found = shared = 1\n    def silent_ms(me):\n        return me.shared + me.found\n",
        "b": "print(x.shared, getattr(x, 'found'))\n",
    }
    own, shared = public_names(sources, foreign=("Meter", "A0", "Aa"))
    assert own == {"a": {"silent_ms"}, "b": set()}
    assert shared == {"shared": "Ba"}
    assert "silent_ms" not in shorten(sources["a"], own=own["a"])


def test_a_public_name_of_several_files_is_the_same_short_one_in_all():
    sources = {
        "meter": "def silent_ms(now_ms=3):\n    return now_ms\n",
        "outlet": "from meter import silent_ms\nimport meter\nx = silent_ms() + meter.silent_ms(now_ms=4)\n",
    }
    own, shared = public_names(sources, foreign=())
    short = {
        name: shorten(text, kept=keywords(sources.values()), own=own[name], shared=shared)
        for name, text in sources.items()
    }
    assert "silent_ms" not in "".join(short.values()) and "now_ms" in short["meter"]
    meter, outlet = types.ModuleType("meter"), {}
    exec(short["meter"], meter.__dict__)
    sys.modules["meter"] = meter
    exec(short["outlet"], outlet)
    assert outlet["x"] == 7


def test_an_attribute_of_another_files_object_is_not_taken_twice():
    sources = {
        "part": "class Part:\n    def __init__(self):\n        self._piece, self.own_ms = 'here', 0\n",
        "lock": "def begin(part):\n    part.locked_ms = 1\n",
        "wake": "def begin(part):\n    part.woken_ms = 2\n",
    }
    own, shared = public_names(sources, foreign=())
    assert own["part"] >= {"own_ms"} and not {"locked_ms", "woken_ms"} & (own["lock"] | own["wake"])
    scope = {}
    for name, text in sources.items():
        exec(
            shorten(text + f"begin_{name} = {'Part' if name == 'part' else 'begin'}\n", own=own[name], shared=shared),
            scope,
        )
    part = scope["begin_part"]()
    scope["begin_lock"](part)
    scope["begin_wake"](part)
    assert sorted(map(str, vars(part).values())) == ["0", "1", "2", "here"]


@pytest.mark.parametrize("name", sorted(interpreters()))
def test_the_words_of_the_rom_are_known_to_the_interpreter_before_anyone_says_them(name):
    strange = "nobody_calls_it_so"
    names = "".join(f"A.{word} = 0\n" for word in (*WORDS, strange))
    said = subprocess.run(
        [interpreters()[name], "-c", f"import micropython\nclass A: pass\n{names}micropython.qstr_info(1)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    taught = set(re.findall(r"^Q\((.*)\)$", said, re.M))
    assert strange in taught, "qstr_info lists what the program taught it"
    assert not taught & set(WORDS)


def test_what_two_modules_hold_shares_a_word_where_no_file_writes_both_and_an_attribute_shares_none():
    sources = {
        "lock": "def begin_lock(part):\n    part.locked = 1\n",
        "wake": "def begin_wake(part):\n    part.woken = 2\n",
        "rcm": "class Rcm:\n    def tripped(self):\n        return open_now()\ndef open_now():\n    return 3\n",
        "box": "import lock, rcm\nlock.begin_lock(rcm.Rcm())\n",
        "other": "import wake\nwake.begin_wake(a)\nprint(a.locked, a.woken, a.tripped(), rcm.open_now())\n",
    }
    _, shared = public_names(sources, foreign=())
    held = {name: shared[name] for name in ("begin_lock", "begin_wake", "Rcm", "open_now")}
    assert len(set(held.values())) == 2
    assert held["begin_lock"] != held["Rcm"] != held["open_now"] != held["begin_wake"]
    alone = {shared[name] for name in ("locked", "woken", "tripped")}
    assert len(alone) == 3 and not alone & set(held.values())


def test_no_word_of_the_rom_is_given_that_the_program_writes_itself():
    sources = {"a": "class Sin:\n    loud = sin = 1\n", "b": "import a\nprint(a.Sin().loud)\n"}
    _, shared = public_names(sources, foreign=(), words=("sin", "cos", "tan"))
    assert shared == {"Sin": "cos", "loud": "tan"}
