"""`make build`: what the flashed tree holds, what is made anew, and what it says when it cannot."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools import boards, build

REAL = build.FIRMWARE
_SOME = (
    *(
        "firmware/boot.py",
        "firmware/main.py",
        "firmware/application.py",
        "firmware/pilotwire/__init__.py",
        "firmware/pilotwire/log.py",
    ),
    *("firmware/pilotwire/api/keys.py", "firmware/pilotwire/api/packing.py", "firmware/pilotwire/api/meanings.txt"),
    "firmware/pilotwire/api/registers.py",
    "firmware/pilotwire/api/get_settings.py",
    *("firmware/pilotwire/web/index.html", "boards/devkit/board.py", "boards/devkit/README.md"),
    "tools/sim/chip/machine.py",
)

HAL = build.ROOT / "firmware/pilotwire/hal"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of some of what the build reads, to change at will; builds go into it."""
    for name in _SOME:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(build.ROOT / name, tmp_path / name)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "FIRMWARE", tmp_path / "firmware")
    monkeypatch.setattr(build, "BUILD", tmp_path / "build")
    monkeypatch.setattr(build, "_CHIP", tmp_path / "tools/sim/chip")
    monkeypatch.setattr(build, "_TOOLS", ())
    return tmp_path


def test_the_tree_holds_what_is_flashed_and_nothing_else(project):
    build.build("devkit")
    tree = build.sizes("devkit")
    assert {"boot.py", "main.py", "board.mpy", "log.mpy", "pilotwire/api/keys.bin"} <= set(tree)
    assert "pilotwire/web/index.html" in tree
    assert [name for name in tree if name.endswith(".py")] == ["boot.py", "main.py"]
    assert not [name for name in tree if "keys.mpy" in name or "meanings" in name]
    assert (project / "build/chip/machine.mpy").exists()


def test_only_what_changed_is_made_anew(project):
    assert len(build.build("devkit")) >= len(_SOME) - 3
    assert build.build("devkit") == []
    os.utime(project / "firmware/pilotwire/log.py")
    assert build.build("devkit") == ["devkit/safe/pilotwire/log.mpy", "devkit/log.mpy"]
    os.utime(project / "firmware/pilotwire/api/keys.py")
    packed = [f"devkit/pilotwire/api/{name}.bin" for name in ("keys", "shown", "registers")]
    assert build.build("devkit") == packed


def test_a_name_that_a_second_file_begins_to_use_is_the_same_in_both(project, monkeypatch):
    monkeypatch.setattr(build.rom_words, "WORDS", ())  # some of them stand in an .mpy as a number
    one, two = project / "firmware/pilotwire/one.py", project / "firmware/pilotwire/two.py"
    one.write_text("def only_mine():\n    return 1\n")
    build.build("devkit")
    tree = project / "build/devkit"
    before = (tree / "one.mpy").read_bytes()
    two.write_text("from pilotwire.one import only_mine\n\nx = only_mine()\n")
    assert "devkit/one.mpy" in build.build("devkit")
    name = build.public_names()[1]["only_mine"]
    assert name.encode() not in before
    for file in ("one", "two"):
        assert name.encode() in (tree / f"{file}.mpy").read_bytes()


def test_a_module_that_is_gone_leaves_the_tree(project):
    source = project / "firmware/pilotwire/gone.py"
    source.write_text("x = 1\n")
    build.build("devkit")
    assert "gone.mpy" in build.sizes("devkit")
    source.unlink()
    build.build("devkit")
    assert "gone.mpy" not in build.sizes("devkit")


@pytest.mark.parametrize("line", ["def f(:", "x = {1, *[2]}  # CPython takes it"])
def test_a_syntax_error_names_file_and_line(project, line):
    (project / "firmware/pilotwire/bad.py").write_text(f"x = 1\n{line}\n")
    with pytest.raises(build.BuildError, match=r"pilotwire/bad\.py: .*line 2"):
        build.build("devkit")
    assert "bad.mpy" not in build.sizes("devkit")


def test_a_board_gets_the_drivers_it_names_and_no_others(project):
    shutil.copytree(HAL, project / "firmware/pilotwire/hal")
    board = project / "boards/devkit/board.py"
    build.build("devkit")
    assert drivers("devkit") >= {"pilot", "contactor", "sdm630", "modbus_meter", "energy", "pn532"}
    assert drivers("devkit").isdisjoint({"contract", "estimated_meter", "s0", "abb_b23"})
    board.write_text(board.read_text() + "\nMETER = None\n")
    with pytest.raises(build.BuildError, match="EXTERNAL.METER"):
        build.build("devkit")
    instead = 'EXTERNAL["METER"] = ("a", "b")\n'
    board.write_text(board.read_text() + instead)
    (project / "boards/devkit/README.md").open("a").write("| `METER` | a | b |\n")
    build.build("devkit")
    assert "estimated_meter" in drivers("devkit")
    assert drivers("devkit").isdisjoint({"sdm630", "modbus_meter", "energy"})


def drivers(board):
    begin = build.modules().flat("hal.")
    return {name[len(begin) : -4] for name in build.sizes(board) if name.startswith(begin)}


def test_an_unknown_board_names_the_known_ones(project):
    with pytest.raises(build.BuildError, match="no boards/nowhere/board.py.*devkit"):
        build.build("nowhere")


def test_a_pin_used_twice_names_board_field_and_rule(project):
    path = project / "boards/devkit/board.py"
    twice = boards.load(path).CONTACTOR["coil"]
    path.write_text(path.read_text() + f"\nBUTTON = {{'pin': {twice}}}\n")
    with pytest.raises(build.BuildError, match=rf"devkit: BUTTON\.pin: pin {twice} is used twice, CONTACTOR.coil"):
        build.build("devkit")
    assert not (project / "build").exists()


def test_two_builds_at_a_time_do_not_disturb_each_other(project):
    with ThreadPoolExecutor() as pool:
        made = sorted(map(len, pool.map(build.build, ["devkit"] * 4)))
    assert made[:3] == [0, 0, 0] and made[3] > 0


def test_line_numbers_stay_only_where_they_are_asked_for(project, monkeypatch):
    build.build("devkit")
    without = build.sizes("devkit")["log.mpy"]
    monkeypatch.setenv("LINE_NUMBERS", "1")
    build.build("devkit")
    assert build.sizes("devkit")["log.mpy"] > without
    monkeypatch.delenv("LINE_NUMBERS")
    build.build("devkit")
    assert build.sizes("devkit")["log.mpy"] == without


def test_the_names_of_another_project_are_not_kept(project):
    assert "lend" not in build.public_names()[1]
    build.build("devkit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "FIRMWARE", REAL)
        assert "lend" in build.public_names()[1]
