"""What is decided before anything is written to a box: which slot, which parts of which file, which image."""

import os
import subprocess

import pytest

from tools import boards, build, flash_plan, install_micropython, slot_tree, wifi
from tools.build import ROOT
from tools.flash_plan import Place, Refused
from tools.sim.world import options


@pytest.mark.parametrize(
    ("cwd", "a", "b", "slot"),
    [
        ("/", ("", False), ("", False), "a"),  # blank
        ("/app_a", ("1 0.1 devkit", True), ("", False), "b"),
        ("/app_a", ("1 0.1 devkit", True), ("2 0.1 devkit", False), "b"),  # the newer one is bad
        ("/app_b", ("1 0.1 devkit", True), ("2 0.1 devkit", True), "a"),
        ("/safe", ("1 0.1 devkit", False), ("2 0.1 devkit", False), "a"),
        ("/safe", ("2 0.1 devkit", False), ("", False), "b"),
        ("/safe", ("1 0.1 devkit", True), ("2 0.1 devkit", False), "b"),  # a was good once
    ],
)
def test_the_slot_that_runs_is_never_written(cwd, a, b, slot):
    assert flash_plan.target(cwd, {"a": a, "b": b}) == slot


def test_the_board_is_that_of_the_newest_slot():
    assert flash_plan.board({"a": ("3 0.1 devkit", True), "b": ("2 0.1 blueprint", True)}) == "devkit"
    assert flash_plan.board({"a": ("", False), "b": ("torn", False)}) == ""


def test_of_a_pack_only_the_changed_module_is_sent():
    modules = {"one": b"1" * 500, "two": b"2" * 700, "three": b"3" * 300}
    old, new = slot_tree.packed(modules), slot_tree.packed(modules | {"two": b"x" * 710})
    assert b"".join(flash_plan.parts("core.pak", new)) == new
    _, *places = flash_plan.parts("core.pak", old)
    others = {flash_plan.digest(part): Place("/app_a/core.pak", 0, len(part)) for part in places}
    made = flash_plan.plan("b", {"core.pak": new}, {"core.pak": "another", "good": "x", "old": "y"}, others)
    assert [part for part in made.write["core.pak"] if isinstance(part, bytes)] == [new[:32], b"x" * 710]
    assert made.sent == (1, 742)
    assert made.remove == ["old"]


def test_an_application_that_does_not_fit_is_refused_before_anything_is_changed():
    made = flash_plan.plan("a", {"big": bytes(100_000)}, {}, {})
    flash_plan.check_room(made, {"big": bytes(100_000)}, {}, 60)
    with pytest.raises(Refused, match="has 50 free blocks, the application needs 51"):
        flash_plan.check_room(made, {"big": bytes(100_000)}, {}, 50)


@pytest.mark.parametrize(
    ("board", "chip", "offset"),
    [("devkit", 0, "0x1000"), ("smartevse_v30", 0, "0x1000"), ("esp32evse_minimal_s3", 9, "0x0")],
)
def test_an_image_goes_where_its_chip_starts(board, chip, offset, tmp_path):
    spec = boards.load(build.ROOT / "boards" / board / "board.py")
    image = tmp_path / "image.bin"
    image.write_bytes(b"\xe9" + bytes(11) + chip.to_bytes(2, "little") + bytes(100))
    erase, write = install_micropython.command(spec, "/dev/null", image)
    assert erase[-1] == "erase-flash"
    assert write[-3:] == ["write-flash", offset, str(image)]
    image.write_bytes(b"\xe9" + bytes(11) + b"\x0d\x00" + bytes(100))
    with pytest.raises(install_micropython.Refused, match="another chip"):
        install_micropython.command(spec, "/dev/null", image)
    image.write_bytes(b"PK" + bytes(100))
    with pytest.raises(install_micropython.Refused, match="no image"):
        install_micropython.command(spec, "/dev/null", image)


def test_a_network_that_cannot_be_is_refused():
    for ssid, password in (("", "secret12"), ("x" * 33, "secret12"), ("home", "short"), ("home", "x" * 64)):
        with pytest.raises(Refused):
            wifi.record(ssid, password)
    assert wifi.record("home", "").endswith(b'["home", "", null]')


def test_an_interpreter_that_has_the_files_of_a_pc_is_left_alone():
    """What runs on a box can erase all that is below /."""
    done = micropython(ROOT / "tools" / "flash_probe.py")
    assert done.returncode != 0
    assert "this is no ESP32" in done.stdout


def test_a_simulated_chip_that_does_not_start_has_no_repl():
    build.build("devkit")
    done = micropython("-m", "console", MICROPYPATH=str(build.BUILD / "chip"), CHIP="data=/nowhere\nbuild=/nowhere")
    assert done.returncode != 0
    assert "from the REPL" not in done.stdout


def micropython(*words, **environment):
    return subprocess.run(
        [options.interpreter(None), *map(str, words)],
        input='print("from", "the REPL")\n',
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=60, check=False, env={**os.environ, **environment},
    )  # fmt: skip
