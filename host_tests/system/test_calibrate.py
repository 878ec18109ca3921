"""Calibration of a unit: the levels from readings, and the whole way over a serial line to the simulated chip."""

import os
import pty
import subprocess
import sys
import tty

import pytest
from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from host_tests import inside
from tools import build, calibrate, flash_image
from tools.boards import ROOT, load
from tools.calibrate_levels import Reading, Refused, levels
from tools.sim.world.electrics import adc_mv, plateaus
from tools.wallbox import Wallbox, WallboxError

BOARD = load(ROOT / "boards" / "devkit" / "board.py")
LEVELS = [mv for mv, _ in BOARD.PILOT["levels"]]
UNIT = tuple((round(mv * 1.04) + 10, pilot) for mv, pilot in BOARD.PILOT["levels"])  # this unit's divider
ADC_END_MV = 3100


def readings(unit=UNIT, diode=True, **changed):
    """What the ADC tells of a unit with these levels."""
    found = {}
    for state in "ABCD":
        both = [min(ADC_END_MV, adc_mv(mv, unit)) for mv in plateaus(state, diode_shorted=not diode)]
        found[state] = Reading(*both, 3)
    return {**found, **changed}


# --- the levels


@pytest.mark.parametrize("diode", [True, False])
def test_the_levels_are_those_of_the_unit_with_and_without_a_diode(diode):
    found, remarks = levels(readings(diode=diode))
    assert found == pytest.approx([mv for mv, _ in UNIT], abs=2)
    assert len(remarks) == (not diode)


@pytest.mark.parametrize("name", ["devkit", "smartevse_v30", "esp32evse_devkitc", "synccharge"])
def test_each_divider_gives_its_own_levels(name):
    board = load(ROOT / "boards" / name / "board.py").PILOT["levels"]
    found, _ = levels(readings(board))
    assert found == pytest.approx([mv for mv, _ in board], abs=4)
    assert calibrate._parse(calibrate._words(found), board)


def test_a_top_beyond_the_adc_is_worked_out():
    smartevse = load(ROOT / "boards" / "smartevse_v30" / "board.py").PILOT["levels"]
    found, remarks = levels(readings(smartevse))
    assert found[0] == pytest.approx(3177, abs=8)
    assert any("more than the ADC can tell" in remark for remark in remarks)


def test_a_bottom_below_the_adc_is_told():
    found, remarks = levels({s: r._replace(low_mv=max(r.low_mv, 700)) for s, r in readings().items()})
    assert found[4] == 700
    assert any("-12 V reads 700 mV" in remark for remark in remarks)


def test_what_cannot_be_is_refused_with_a_reason():
    good = readings()
    cases = {
        "moves by 60 mV": {"C": good["C"]._replace(noise_mv=60)},
        "do not fall": {"C": good["B"], "B": good["C"]},
        "off the line": {"C": good["C"]._replace(high_mv=good["C"].high_mv + 60)},
        "do not fall: ": {"D": good["C"]},
        "too high": {"A": good["A"]._replace(high_mv=good["A"].high_mv + 100)},
    }
    for reason, changed in cases.items():
        with pytest.raises(Refused, match=reason):
            levels({**good, **changed})


def test_nothing_plugged_in_at_all_is_refused():
    with pytest.raises(Refused):
        levels(dict.fromkeys("ABCD", readings()["A"]))


def test_the_levels_of_one_outlet_leave_the_others():
    assert calibrate._joined("", 1, "1 2") == "1 2"
    assert calibrate._joined("", 2, "1 2") == ";1 2"
    assert calibrate._joined("3 4", 2, "1 2") == "3 4;1 2"
    assert calibrate._joined("3 4;5 6", 1, "1 2") == "1 2;5 6"
    assert calibrate._joined("3 4;5 6", 2, "") == "3 4"
    assert calibrate._joined(";5 6", 2, "") == ""


# --- over a serial line


class Repl:
    """A simulated chip's console on a pty; folder: its flash."""

    def __init__(self, folder, *options):
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self.port = os.ttyname(theirs)
        chip = ROOT / "tools" / "sim" / "chip"
        settings = [f"data={folder}", f"build={ROOT / 'build' / 'devkit'}", f"chip={chip}", *options]
        self._child = subprocess.Popen(
            [inside.interpreters()["wheel"], "-X", "heapsize=4m", str(ROOT / "tools" / "commission_chip.py")],
            env={**os.environ, "MICROPYPATH": f"{chip}:.frozen", "CHIP": "\n".join(settings)},
            stdin=ours,
            stdout=ours,
            stderr=subprocess.PIPE,
        )
        os.close(ours)
        self._theirs = theirs
        self.transport = SerialTransport(self.port, timeout=10)

    def end(self):
        """-> what it said when it fell."""
        if self._theirs is None:
            return ""
        self._child.kill()
        os.close(self._theirs)
        self._theirs = None
        return self._child.communicate()[1].decode()


@pytest.fixture
def repl(tmp_path):
    build.build("devkit")
    chips = []

    def start(*options):
        chips.append(Repl(tmp_path, *options))
        return chips[-1]

    yield start
    for chip in chips:
        print(chip.end())


class Hands:
    """Plug in what is asked for; a wrong one where `wrong` says so."""

    def __init__(self, repl, unit=UNIT, diode=True, wrong=None):
        self.said = []
        self._repl, self._unit, self._diode, self._wrong = repl, unit, diode, wrong or {}

    def say(self, text):
        self.said.append(text)

    def wait(self, text, live):
        state = self._wrong.get(text[0], text[0])
        both = [adc_mv(mv, self._unit) for mv in plateaus(state, diode_shorted=not self._diode)]
        pins = BOARD.PILOT["adc"], *both, 4, BOARD.PILOT["pwm"]
        self._repl.transport.exec("import link\nlink.set_analog({}, {}, {}, {}, {})".format(*pins))
        self.said += [text, live()]


def test_a_unit_is_calibrated_over_its_console_and_charges_with_its_levels(repl, tmp_path):
    chip = repl()
    hands = Hands(chip)
    found = calibrate.calibrate(calibrate.Chip(chip.transport), hands)
    assert found == pytest.approx([mv for mv, _ in UNIT], abs=6)
    assert any("high" in said and "low" in said for said in hands.said)
    chip.end()
    with Wallbox("devkit", tmp_path, "--speed", 5) as box:
        assert box.status("notes") == []
        box.do("plug", on=True)
        box.wait_for(lambda: box.ask("state")["contactor"], 20)


def test_wrong_resistors_change_nothing(repl):
    chip = repl()
    port = calibrate.Chip(chip.transport)
    for wrong in ({"B": "C"}, {"B": "A", "C": "A", "D": "A"}, {"C": "D", "D": "C"}, {"C": "B"}):
        with pytest.raises(Refused):
            calibrate.calibrate(port, Hands(chip, wrong=wrong))
        assert port.saved() == ""


def test_a_divider_of_another_board_is_refused(repl):
    smartevse = load(ROOT / "boards" / "smartevse_v30" / "board.py").PILOT["levels"]
    chip = repl()
    with pytest.raises(Refused, match="too far from the board's"):
        calibrate.calibrate(calibrate.Chip(chip.transport), Hands(chip, unit=smartevse))


def test_an_old_chip_is_calibrated_by_its_raw_counts(repl):
    chip = repl("no_reference=1")
    hands = Hands(chip, unit=BOARD.PILOT["levels"])
    found = calibrate.calibrate(calibrate.Chip(chip.transport), hands)
    assert any("has no reference" in said for said in hands.said)
    nominal = [142 + mv * 4095 / 3100 * 0.8056 for mv in LEVELS]
    assert found == pytest.approx(nominal, abs=8)


def test_the_chip_starts_anew_with_levels_of_both_outlets(repl, tmp_path):
    chip = repl()
    port = calibrate.Chip(chip.transport)
    port.begin(1)
    port.save("2470 2215 1960 1705 430;2500 2245 1990 1735 450")
    found = calibrate.calibrate(port, Hands(chip))
    assert not chip.transport.serial.is_open, "it was told to start anew"
    chip.end()
    again = calibrate.Chip(repl().transport)
    again.begin(1)
    assert again.saved() == calibrate._words(found) + ";2500 2245 1990 1735 450"


def test_saved_levels_that_cannot_be_are_told_by_the_wallbox(repl, tmp_path):
    chip = repl()
    port = calibrate.Chip(chip.transport)
    port.begin(1)
    port.save("1 2 3 4 5")
    port.restart()
    chip.end()
    with Wallbox("devkit", tmp_path, "--speed", 5) as box:
        assert box.status("notes") == ["pilot 1: the saved levels cannot be, those of the board are used"]
        box.do("plug", on=True)
        box.wait_for(lambda: box.ask("state")["contactor"], 20)


def test_the_command_forgets_levels(repl):
    chip = repl()
    port = calibrate.Chip(chip.transport)
    port.begin(1)
    port.save("2470 2215 1960 1705 430")
    chip.transport.close()
    done = cleared(chip.port)
    assert (done.returncode, done.stderr) == (0, "")
    chip.end()
    again = calibrate.Chip(repl().transport)
    again.begin(1)
    assert again.saved() == ""


class Resistors:
    """Connects what is asked for to the pilot of a running wallbox; its divider is that of UNIT, not the board's."""

    def __init__(self, box):
        self.said = []
        self._box = box

    def say(self, text):
        self.said.append(text)

    def wait(self, text, live):
        high_mv, low_mv = [adc_mv(mv, UNIT) for mv in plateaus(text[0])]
        self._box.do("line", high_mv=self._line_mv(high_mv), low_mv=self._line_mv(low_mv))
        self.said.append(live())

    @staticmethod
    def _line_mv(adc):
        """What has to be on the wire so that the board's own divider gives this."""
        (top_adc, top), *_, (low_adc, low) = BOARD.PILOT["levels"]
        return low + (adc - low_adc) * (top - low) // (top_adc - low_adc)


def test_a_box_that_runs_is_calibrated_over_its_console_and_runs_on_with_its_levels(repl, tmp_path):
    """As in a house: flashed as by `make flash`, stopped in the middle, started anew; then the levels are cleared."""
    port = tmp_path / "console"
    flash_image.put(tmp_path / "flash.bin", "devkit", good=True)
    with Wallbox("devkit", tmp_path, "--console", port, "--speed", 20) as box:
        box.wait_for(lambda: answers(box), 30)
        hands = Resistors(box)
        found = calibrate.calibrate(calibrate.Chip(SerialTransport(str(port), timeout=10)), hands)
        assert found == pytest.approx([mv for mv, _ in UNIT], abs=8)
        assert hands.said[0].startswith("devkit, outlet 1. Contactors are open.")
        box.do("line")
        box.wait_for(lambda: answers(box), 30)
        assert (box.status("notes"), box.status("rbc")) == ([], 1)
        box.do("plug", on=True)
        box.wait_for(lambda: box.ask("state")["contactor"], 20)
        before = box.ask("state")["resets"]
        with open(port, "wb", buffering=0) as line:
            line.write(b"\r\x03\r\x01")  # somebody tries; while a contactor is closed nobody listens
        wait_ms = box.ask("state")["at_ms"] + 2000
        box.wait_for(lambda: box.ask("state")["at_ms"] > wait_ms, 20)
        assert box.ask("state")["contactor"] and box.ask("state")["resets"] == before
        box.do("unplug")
        box.wait_for(lambda: box.status("car") == 1, 20)
        assert cleared(port).returncode == 0
        box.wait_for(lambda: box.ask("state")["resets"] > before and answers(box), 30)
    again = calibrate.Chip(repl().transport)
    again.begin(1)
    assert again.saved() == ""


def answers(box):
    try:
        return box.status("car") == 1
    except (OSError, WallboxError):
        return False


def cleared(port):
    command = [sys.executable, "-m", "tools.calibrate", "--port", str(port), "--clear"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_port_where_nobody_answers():
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    transport = SerialTransport(os.ttyname(theirs), timeout=1)
    transport.enter_raw_repl = lambda soft_reset: SerialTransport.enter_raw_repl(transport, soft_reset, 1)
    with pytest.raises(TransportError):
        calibrate.Chip(transport).begin(1)
    os.close(ours)
