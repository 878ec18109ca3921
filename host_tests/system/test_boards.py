"""Board files: those we ship are in order, and each mistake gets the message that helps."""

import shutil
import subprocess
import sys

import pytest

from tools.boards import ROOT, check

BOARDS = sorted(path.parent.name for path in ROOT.glob("boards/*/board.py"))

# What is changed in the devkit's board.py: text -> other text, and the line that must come of it.
BROKEN = {
    "a pin twice": ('"coil": 26', '"coil": 27', "devkit: CONTACTOR.coil: pin 27 is used twice, PILOT.pwm has it"),
    "input only as output": ('"coil": 26', '"coil": 35', "devkit: CONTACTOR.coil: pin 35 is input only"),
    "a flash pin": ('"pin": 18', '"pin": 6', "devkit: INDICATOR.pin: pin 6 belongs to the flash memory"),
    "no such pin": ('"pin": 18', '"pin": 24', "devkit: INDICATOR.pin: the chip has no pin 24"),
    "an ADC2 pin": ('"adc": 36', '"adc": 4', "devkit: PILOT.adc: pin 4 is not on ADC1"),
    "a coil that clicks at reset": ('"coil": 26', '"coil": 14', "devkit: CONTACTOR.coil: pin 14 pulses at reset"),
    "no pull-down": ('"pull_down": True', '"pull_down": False', "devkit: CONTACTOR.pull_down: want True"),
    "levels that rise": ("(1960, 6000)", "(2300, 6000)", "PILOT.levels: ADC mV must fall from level to level"),
    "levels that stand still": ("(1960, 6000)", "(2215, 6000)", "ADC mV must fall from level to level: 2215,"),
    "a level the ADC cannot tell": ("(430, -12000)", "(50, -12000)", "devkit: PILOT.levels: want 100..3100 mV"),
    "four levels": (", (430, -12000)", "", "devkit: PILOT.levels: want the pilot at 12000, 9000,"),
    "levels that are no pairs": ("(430, -12000)", "430", "devkit: PILOT.levels: want five pairs"),
    "a current below the norm's": ('"ma": 16000', '"ma": 5000', "devkit: LIMITS.ma: want 6000..80000 mA"),
    "amperes for milliamperes": ('"ma": 16000', '"ma": 16', "devkit: LIMITS.ma: want 6000..80000 mA"),
    "two phases": ('"phases": 3', '"phases": 2', "devkit: LIMITS.phases: want 1 or 3, not 2"),
    "a contactor too slow": ('"release_ms": 30', '"release_ms": 70', "devkit: CONTACTOR.release_ms: want 1..60 ms"),
    "a mirror without a level": ('"mirror_closed": 0', '"mirror_closed": None', "CONTACTOR.mirror_closed: want 0 or 1"),
    "a field forgotten": ('    "close_ms": 30,\n', "", "devkit: CONTACTOR.close_ms: missing"),
    "a field misspelt": ('"adc": 36', '"adc_pin": 36', "devkit: PILOT.adc_pin: no such field"),
    "a part forgotten": ("LOCK = None  # fixed cable\n", "", "devkit: LOCK: missing"),
    "a part misspelt": ("LOCK = None", "LOK = None", "devkit: LOK: no such part"),
    "no pilot": ("PILOT = {", "PILOT = None\n_ = {", "devkit: PILOT: no board can do without"),
    "a part without a driver": ("RCM = None", 'RCM = {"trip": 13}', "devkit: RCM: no driver for this part yet"),
    "a meter nobody knows": ('"sdm630"', '"sdm63"', "devkit: METER.kind: no driver firmware/pilotwire/hal/sdm63.py"),
    "the console's UART": ('"uart": 1', '"uart": 0', "devkit: METER.uart: want one of [1, 2], not 0"),
    "a meter at address 0": ('"address": 1', '"address": 0', "devkit: METER.address: want 1..247"),
    "a bus on an input": ('"sda": 21', '"sda": 35', "devkit: READER.sda: pin 35 is input only"),
    "a reader at no address": ('"address": 0x24', '"address": 0x78', "devkit: READER.address: want 8..119"),
    "a reader nobody knows": ('"pn532"', '"pn53"', "devkit: READER.kind: no driver firmware/pilotwire/hal/pn53.py"),
    "another chip": ('MCU = "esp32"', 'MCU = "esp8266"', "devkit: MCU: want one of esp32"),
    "another folder's name": ('NAME = "devkit"', 'NAME = "kit"', "devkit: NAME: want 'devkit'"),
    "an import": ("LOCK = None", "import os\nLOCK = None", "data only: a board file imports nothing"),
    "not Python": ("PILOT = {", "PILOT = = {", "invalid syntax"),
}  # fmt: skip


@pytest.fixture
def devkit(tmp_path):
    """A copy of the devkit's folder that a test may spoil."""
    return shutil.copytree(ROOT / "boards/devkit", tmp_path / "devkit")


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_we_ship_is_in_order(board):
    errors, _ = check(ROOT / "boards" / board / "board.py")
    assert not errors


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_board_gets_a_message_that_names_board_field_and_rule(devkit, mistake):
    text, other, message = BROKEN[mistake]
    source = (devkit / "board.py").read_text()
    assert text in source
    (devkit / "board.py").write_text(source.replace(text, other, 1))
    errors, _ = check(devkit / "board.py")
    assert any(message in error for error in errors), errors


def test_a_readme_that_is_silent_about_an_absent_part_is_an_error(devkit):
    readme = devkit / "README.md"
    readme.write_text(readme.read_text().replace("RCM", "sensor"))
    errors, _ = check(devkit / "board.py")
    assert errors == ["devkit: RCM: absent: README.md must say what takes its place"]


def test_a_strapping_pin_is_noted_and_no_error():
    errors, notes = check(ROOT / "boards/devkit/board.py")
    assert not errors
    assert any("BUTTON.pin: note: pin 0 is a strapping pin" in note for note in notes)


def test_the_command_exits_1_and_prints_the_message_when_a_board_is_broken(devkit):
    source = (devkit / "board.py").read_text()
    (devkit / "board.py").write_text(source.replace('"coil": 26', '"coil": 27'))
    run = command(str(devkit / "board.py"))
    assert run.returncode == 1
    assert "CONTACTOR.coil: pin 27 is used twice" in run.stdout


def test_the_command_exits_0_for_the_boards_we_ship():
    run = command()
    assert (run.returncode, run.stderr) == (0, "")


def command(*args):
    line = [sys.executable, "-m", "tools.boards", *args]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
