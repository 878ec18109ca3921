"""Board files: those we ship are in order, and each mistake gets the message that helps."""

import re
import shutil
import subprocess
import sys

import pytest

from tools.board_check import RULES
from tools.board_parts import PARTS
from tools.boards import ROOT, check, examine, load

BOARDS = sorted(path.parent.name for path in ROOT.glob("boards/*/board.py"))

LACKS = '    "BUZZER": ("none needed", "no sound when a card is read"),\n'
RCM = 'RCM = {"trip": 13, "test": None, "active": 1}'
LOCK = (
    'LOCK = {"a": 13, "b": 4, "pull_down": True, "feedback": None, "locked": None, "pulse_ms": 300, "settle_ms": 0, '
    '"pause_ms": 0}'
)
ETHERNET = 'ETHERNET = {"phy": "LAN8720", "address": 1, "mdc": 23, "mdio": 5, "power": None, "clock": 17}\n'
PROXIMITY = 'PROXIMITY = {"adc": 39, "pull_up_ohm": 1000, "supply_mv": 3300, "least_ohm": 50, "most_ohm": 4500}'
PHASES = 'PHASES = {"coil": 13, "pull_down": True, "in_series": True, "release_ms": 45}\n'
INPUTS = (
    'INPUTS = {"lines": ({"use": "limit", "pin": 13, "closed": 1, "ma": 6000}, '
    '{"use": "door", "pin": 4, "closed": 0})}\n'
)

SECOND = (
    'OUTLET_2 = {"PILOT": {"pwm": 19, "adc": 39}, "CONTACTOR": {"coil": 23, "mirror": 35}, "METER": {"address": 2}}'
)

# What is changed in the devkit's board.py: rule, text -> other text, and the line that must come of it.
BROKEN = {
    "a pin twice": (
        "once", '"coil": 26', '"coil": 27', "devkit: CONTACTOR.coil: pin 27 is used twice, PILOT.pwm has it"),
    "input only as output": ("output", '"coil": 26', '"coil": 35', "devkit: CONTACTOR.coil: pin 35 is input only"),
    "a flash pin": ("flash", '"pin": 18', '"pin": 6', "devkit: INDICATOR.pin: pin 6 belongs to the flash memory"),
    "a PSRAM pin": (
        "psram", '"pin": 18', '"pin": 16', "devkit: INDICATOR.pin: pin 16 belongs to the PSRAM", 'PSRAM = "quad"'),
    "no such pin": ("exists", '"pin": 18', '"pin": 24', "devkit: INDICATOR.pin: the chip has no pin 24"),
    "an ADC2 pin": ("adc1", '"adc": 36', '"adc": 4', "devkit: PILOT.adc: pin 4 is not on ADC1"),
    "a coil that clicks": ("reset", '"coil": 26', '"coil": 14', "devkit: CONTACTOR.coil: pin 14 pulses at reset"),
    "a lock that jumps": (
        "reset", "LOCK = None", LOCK.replace('"a": 13', '"a": 5'), "devkit: LOCK.a: pin 5 pulses at reset"),
    "no pull-down": (
        "pull_down", '"pull_down": True', '"pull_down": False', "devkit: CONTACTOR.pull_down: want True"),
    "a lock without a pull-down": (
        "pull_down", "LOCK = None", LOCK.replace("True", "None"), "devkit: LOCK.pull_down: want True"),
    "levels that rise": ("levels", "(1960, 6000)", "(2300, 6000)", "PILOT.levels: ADC mV must fall from level to"),
    "levels that stand still": (
        "levels", "(1960, 6000)", "(2215, 6000)", "ADC mV must fall from level to level, not [2470, 2215, 2215,"),
    "a level no pin stands": ("levels", "(2470, 12000)", "(3400, 12000)", "devkit: PILOT.levels: want 0..3300 mV"),
    "four levels": ("levels", ", (430, -12000)", "", "devkit: PILOT.levels: want the pilot at 12000, 9000,"),
    "levels that are no pairs": ("levels", "(430, -12000)", "430", "devkit: PILOT.levels: want five pairs"),
    "an open pilot beyond the ADC": (
        "range", "(2470, 12000), (2215, 9000)", "(3300, 12000), (3200, 9000)",
        "devkit: PILOT.levels: +10.8 V is 3260 mV, the ADC tells 3100 at most"),
    "a diode below the ADC": (
        "range", "(1960, 6000), (1705, 3000), (430, -12000)", "(500, 6000), (200, 3000), (0, -12000)",
        "devkit: PILOT.levels: -10 V is 26 mV, the ADC tells 150 at least"),
    "a current below the norm's": ("limits", '"ma": 16000', '"ma": 5000', "devkit: LIMITS.ma: want 6000..80000 mA"),
    "amperes for milliamperes": ("limits", '"ma": 16000', '"ma": 16', "devkit: LIMITS.ma: want 6000..80000 mA"),
    "two phases": ("limits", '"phases": 3', '"phases": 2', "devkit: LIMITS.phases: want 1 or 3, not 2"),
    "a contactor too slow": (
        "contactor", '"release_ms": 30', '"release_ms": 46',
        "devkit: CONTACTOR.release_ms: want 1..45 ms, what is left"),
    "a mirror without a level": (
        "contactor", '"mirror_closed": 0', '"mirror_closed": None', "CONTACTOR.mirror_closed: want 0 or 1"),
    "a second contactor beside the first": (
        "phases", "LOCK = None", PHASES.replace('"in_series": True', '"in_series": False') + "LOCK = None",
        "devkit: PHASES.in_series: want True: alone it must make no wire live, not False"),
    "a second contactor of one phase": (
        "phases", '"phases": 3}', '"phases": 1}\n' + PHASES, "devkit: LIMITS.phases: want 3, not 1"),
    "a second mirror without a level": (
        "phases", "LOCK = None", PHASES.replace("}", ', "mirror": 39}') + "LOCK = None",
        "devkit: PHASES.mirror_closed: want 0 or 1, not None"),
    "an earth without a level": (
        "earth", "LOCK = None", 'EARTH = {"pin": 13, "present": None}\nLOCK = None',
        "devkit: EARTH.present: want 0 or 1, not None"),
    "an earth that nobody can read": (
        "kind", "LOCK = None", 'EARTH = {"kind": "earth_hope", "pin": 13, "present": 1}\nLOCK = None',
        "devkit: EARTH.kind: no driver firmware/pilotwire/hal/earth_hope.py"),
    "a field forgotten": ("fields", '    "close_ms": 30,\n', "", "devkit: CONTACTOR.close_ms: missing"),
    "a field misspelt": ("fields", '"adc": 36', '"adc_pin": 36', "devkit: PILOT.adc_pin: no such field"),
    "a part forgotten": ("parts", "LOCK = None  # fixed cable\n", "", "devkit: LOCK: missing"),
    "a part misspelt": ("parts", "LOCK = None", "LOK = None", "devkit: LOK: no such part"),
    "no pilot": ("needed", "PILOT = {", "PILOT = None\n_ = {", "devkit: PILOT: no board can do without"),
    "a meter nobody knows": (
        "kind", '"sdm630"', '"sdm63"', "devkit: METER.kind: no driver firmware/pilotwire/hal/sdm63.py"),
    "the console's UART": ("meter", '"uart": 1', '"uart": 0', "devkit: METER.uart: want one of [1, 2], not 0"),
    "a meter at address 0": ("meter", '"address": 1', '"address": 0', "devkit: METER.address: want 1..247"),
    "a meter without pulses": (
        "meter", "METER = {", 'METER = {"kind": "s0", "pin": 4, "pulses_kwh": 0}\n_ = {',
        "devkit: METER.pulses_kwh: want 1..100000 pulses per kWh, not 0"),
    "a parity by letter": (
        "meter", '"address": 1', '"address": 1, "parity": "E"', "devkit: METER.parity: want None, 0 (even) or 1 (odd)"),
    "an odd baud": ("meter", '"baud": 9600', '"baud": 9601', "devkit: METER.baud: want one of (1200,"),
    "a bus on an input": ("output", '"sda": 21', '"sda": 35', "devkit: READER.sda: pin 35 is input only"),
    "a reader at no address": ("reader", '"address": 0x24', '"address": 0x78', "READER.address: want 8..119"),
    "a reader on the meter's UART": (
        "reader", 'READER = {"kind": "pn532", "sda": 21, "scl": 22, "address": 0x24}',
        'READER = {"kind": "pn532_uart", "uart": 1, "tx": 22, "rx": 21}',
        "devkit: READER.uart: want one of [2], the meter has its own, not 1"),
    "an order by name": (
        "reader", '"address": 0x24', '"address": 0x24, "reverse": "yes"', "devkit: READER.reverse: want [False, True]"),
    "a reader nobody knows": (
        "kind", '"pn532"', '"pn53"', "devkit: READER.kind: no driver firmware/pilotwire/hal/pn53.py"),
    "a lock that pulls for ever": (
        "lock", "LOCK = None", LOCK.replace('"pulse_ms": 300', '"pulse_ms": 9000'),
        "devkit: LOCK.pulse_ms: want 10..2000 ms, not 9000"),
    "a lock whose switch has no level": (
        "lock", "LOCK = None", LOCK.replace('"feedback": None', '"feedback": 35'),
        "devkit: LOCK.locked: want 0 or 1, not None"),
    "a solenoid that is on at rest": (
        "lock", "LOCK = None", LOCK.replace('"b": 4', '"b": None, "rest": 1'),
        "devkit: LOCK.rest: want 0, or 1 of a motor, not 1"),
    "a shorted cable of 220 Ohm": (
        "cable", "PROXIMITY = None", PROXIMITY.replace("50", "220", 1), "devkit: PROXIMITY.least_ohm: want 10..99"),
    "a trip without a level": (
        "trip", "RCM = None", RCM.replace('"active": 1', '"active": 2'), "devkit: RCM.active: want 0 or 1, not 2"),
    "a contact without a level": (
        "inputs", "LOCK = None", INPUTS.replace('"closed": 0', '"closed": "NC"') + "LOCK = None",
        "devkit: INPUTS.lines[1].closed: want 0 or 1, not 'NC'"),
    "a contact for nothing": (
        "inputs", "LOCK = None", INPUTS.replace('"door"', '"window"') + "LOCK = None",
        "devkit: INPUTS.lines[1].use: want one of enable, limit, estop, door, not 'window'"),
    "a contact forgotten": (
        "inputs", "LOCK = None", 'INPUTS = {"lines": ()}\nLOCK = None', "devkit: INPUTS.lines: want contacts, ("),
    "a limit above the board's": (
        "inputs", "LOCK = None", INPUTS.replace("6000", "32000") + "LOCK = None",
        "devkit: INPUTS.lines[0].ma: want 0..16000 mA, those of LIMITS, not 32000"),
    "a limit of nothing": (
        "inputs", "LOCK = None", INPUTS.replace(', "ma": 6000', "") + "LOCK = None",
        "devkit: INPUTS.lines[0]: want one of ma and w"),
    "a limit of two kinds": (
        "inputs", "LOCK = None", INPUTS.replace('"ma": 6000', '"ma": 6000, "w": 4200') + "LOCK = None",
        "devkit: INPUTS.lines[0]: want one of ma and w"),
    "a limit of more power than there is": (
        "inputs", "LOCK = None", INPUTS.replace('"ma": 6000', '"w": 42000') + "LOCK = None",
        "devkit: INPUTS.lines[0].w: want 0..22000 W, of all phases, not 42000"),
    "a contact at the coil": (
        "once", "LOCK = None", INPUTS.replace('"pin": 4', '"pin": 26') + "LOCK = None",
        "devkit: INPUTS.lines[1].pin: pin 26 is used twice, CONTACTOR.coil has it"),
    "a sensor that lets it burn": (
        "heat", "TEMPERATURE = None", 'TEMPERATURE = {"kind": "ds18b20", "pin": 4, "stop_c": 120}',
        "devkit: TEMPERATURE.stop_c: want 40..90 degrees Celsius, not 120"),
    "no lamp": ("lamps", '"count": 1', '"count": 0', "devkit: INDICATOR.count: want 1..30 lamps"),
    "a lamp on the pilot's timer": (
        "lamps", '{"kind": "neopixel_rgb", "pin": 18, "count": 1}',
        '{"kind": "pwm_rgb", "red": 18, "green": 19, "blue": 23, "hertz": 1000}',
        "devkit: INDICATOR.hertz: want another frequency than the pilot's"),
    "Ethernet without its pins": (
        "ethernet", "LOCK = None", ETHERNET + "LOCK = None", "devkit: CONTACTOR.coil: pin 26 is RMII's"),
    "Ethernet by a PHY nobody knows": (
        "ethernet", "LOCK = None", ETHERNET.replace("LAN8720", "LAN9250") + "LOCK = None",
        "devkit: ETHERNET.phy: want one of ("),
    "another chip": ("mcu", 'MCU = "esp32"', 'MCU = "esp8266"', "devkit: MCU: want one of esp32,"),
    "another folder's name": ("name", 'NAME = "devkit"', 'NAME = "kit"', "devkit: NAME: want its folder's name"),
    "nobody protects instead": (
        "external", LACKS, "", "devkit: EXTERNAL.BUZZER: absent: want (the device that protects instead,"),
    "a part without a driver and nobody instead": (
        "external", '"neopixel_rgb"', '"neopixel"', "devkit: EXTERNAL.INDICATOR: not driven yet: want (the device"),
    "a README that says something else": (
        "readme", '("none needed", "no sound', '("none", "no sound',
        "devkit: EXTERNAL.BUZZER: absent: README.md wants the line | `BUZZER` | none |"),
    "two coils on one pin": (
        "once", "LOCK = None", "LOCK = None", "devkit: OUTLET_2: CONTACTOR.coil: pin 26 is used twice, CONTACTOR.coil",
        SECOND.replace('"coil": 23, ', "")),
    "a second outlet on the first one's UART with another baud": (
        "second", "LOCK = None", "LOCK = None", "devkit: OUTLET_2: METER.baud: another one than the first meter's",
        SECOND.replace('"address"', '"baud": 19200, "address"')),
    "two meters with one address": (
        "second", "LOCK = None", "LOCK = None", "devkit: OUTLET_2: METER.address: both meters on the wire have the",
        SECOND.replace('{"address": 2}', "{}")),
    "two pulse meters on one counter": (
        "second", "METER = {", 'METER = {"kind": "s0", "pin": 4, "pulses_kwh": 1000}\n_ = {',
        "devkit: OUTLET_2: METER.counter: both meters have the same", SECOND.replace('"address": 2', '"pin": 13')),
    "a second coil that clicks": (
        "reset", "LOCK = None", "LOCK = None", "devkit: OUTLET_2: CONTACTOR.coil: pin 14 pulses at reset",
        SECOND.replace("23", "14")),
    "a second outlet without a contactor": (
        "needed", "LOCK = None", "LOCK = None", "devkit: OUTLET_2: CONTACTOR: no board can do without",
        'OUTLET_2 = {"PILOT": {"pwm": 19, "adc": 39}, "METER": {"address": 2}}'),
    "a second outlet that is none": (
        "second", "LOCK = None", "LOCK = None", "devkit: OUTLET_2: want its parts", "OUTLET_2 = 23"),
    "a part of the second outlet that nobody knows": (
        "parts", "LOCK = None", "LOCK = None", "devkit: OUTLET_2.LOK: no such part",
        SECOND.replace("{", '{"LOK": None, ', 1)),
    "a second outlet without a meter and nobody instead": (
        "external", "LOCK = None", "LOCK = None", "devkit: EXTERNAL.OUTLET_2.METER: absent: want",
        SECOND.replace('{"address": 2}', "None")),
    "a second outlet without a mirror and nobody instead": (
        "external", "LOCK = None", "LOCK = None", "devkit: EXTERNAL.OUTLET_2.MIRROR: absent: want",
        SECOND.replace('"mirror": 35', '"mirror": None')),
    "mains that are none": (
        "limits", '"phases": 3', '"phases": 3, "volts": 400', "devkit: LIMITS.volts: want 100..277 V, nominal"),
    "a station's current for one outlet": (
        "station", '"phases": 3', '"phases": 3, "station_ma": 16000', "devkit: LIMITS.station_ma: want 6000..0 mA"),
    "a station's current above what both carry": (
        "station", '"phases": 3', '"phases": 3, "station_ma": 40000', "LIMITS.station_ma: want 6000..32000 mA", SECOND),
    "an import": ("file", "LOCK = None", "import os\nLOCK = None", "data only: a board file imports nothing"),
    "not Python": ("file", "PILOT = {", "PILOT = = {", "invalid syntax"),
    "a call that fails": ("file", "LOCK = None", "LOCK = int('x')", "data only: ValueError"),
    "an orphan": ("file", "LOCK = None", 'PARENT = "nowhere"\nLOCK = None', "PARENT: there is no board 'nowhere'"),
    "a board that is its own parent": (
        "file", "LOCK = None", 'PARENT = "devkit"\nLOCK = None', "PARENT: 'devkit' comes round to itself"),
}  # fmt: skip

# What is missing: what is changed in the devkit's board.py so that it is
LACKING = {
    "RCM.test": ("RCM = None", RCM),
    "PHASES.mirror": ("LOCK = None", PHASES + "LOCK = None"),
    "LOCK.feedback": ("LOCK = None", LOCK),
    "LOCK.holdup": ("LOCK = None", LOCK),
    "PILOT.disconnect": ('    "PILOT.disconnect"', '    "disconnect"'),
    "INPUTS": ('    "INPUTS"', '    "CONTACTS"'),
    "INPUTS.estop": ("LOCK = None", INPUTS + "LOCK = None"),
    "INPUTS.enable": ("LOCK = None", INPUTS + "LOCK = None"),
    "ETHERNET": ('    "ETHERNET"', '    "CABLE"'),
    "OUTLET_2.PILOT.disconnect": (
        '    "adc": 36,', '    "adc": 36,\n    "disconnect": 2,',
        SECOND.replace('"adc": 39', '"adc": 39, "disconnect": None')),
    "OUTLET_2.LOCK": ("LOCK = None", LOCK, SECOND),
    "OUTLET_2.RCM.test": (
        "RCM = None", RCM.replace("None", "5"), SECOND.replace("{", '{"RCM": {"trip": 2, "test": None}, ', 1)),
}  # fmt: skip


@pytest.fixture
def devkit(tmp_path):
    """A copy of the devkit's folder that a test may spoil."""
    return shutil.copytree(ROOT / "boards/devkit", tmp_path / "devkit")


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_we_ship_is_in_order(board):
    errors, _ = check(ROOT / "boards" / board / "board.py")
    assert not errors


@pytest.mark.parametrize("board", [board for board in BOARDS if board != "blueprint"])
def test_a_readme_tells_the_installer_which_pins_which_levels_and_which_meter(board):
    checked = examine(ROOT / "boards" / board / "board.py")
    rows = [row.strip("|").split("|")[:2] for row in checked.readme.splitlines() if row.startswith("|")]
    named = {int(number) for row in rows for number in re.findall(r"\b\d+\b", " ".join(row))}
    assert {field: pin for pin, field in checked.used.items() if pin not in named} == {}
    assert [mv for mv, _ in checked.board.PILOT["levels"] if f"{mv} mV" not in checked.readme] == []
    assert (checked.board.METER or {"kind": "| `METER` |"})["kind"].lower() in checked.readme.lower()


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_board_gets_a_message_that_names_board_field_and_rule(devkit, mistake):
    rule, text, other, message, *more = BROKEN[mistake]
    source = (devkit / "board.py").read_text()
    assert text in source
    (devkit / "board.py").write_text(source.replace(text, other, 1) + "".join(more))
    errors, _ = check(devkit / "board.py")
    assert any(message in error for error in errors), errors
    if rule != "file":
        assert rule in examine(devkit / "board.py").broken


def test_every_rule_is_broken_by_some_mistake():
    assert {rule for rule, *_ in BROKEN.values()} == set(RULES)


@pytest.mark.parametrize("limit", ['"ma": 0', '"ma": 16000', '"w": 0', '"w": 4200'])
def test_a_limit_contact_has_a_current_or_a_power(devkit, limit):
    contacts = INPUTS.replace('"ma": 6000', limit)
    source = (devkit / "board.py").read_text()
    (devkit / "board.py").write_text(source.replace("LOCK = None", contacts + "LOCK = None"))
    assert "inputs" not in examine(devkit / "board.py").broken


@pytest.mark.parametrize("lacks", LACKING)
def test_what_a_part_has_not_is_told_too(devkit, lacks):
    text, other, *more = LACKING[lacks]
    source = (devkit / "board.py").read_text()
    assert text in source
    (devkit / "board.py").write_text(source.replace(text, other, 1) + "".join(more))
    errors, _ = check(devkit / "board.py")
    assert any(error.startswith(f"devkit: EXTERNAL.{lacks}: absent: want (the device that") for error in errors), errors


def test_the_page_on_boards_lists_the_rules():
    page = (ROOT / "docs/boards.md").read_text()
    for rule, wants in RULES.items():
        assert f"| {rule} | {wants} |" in page


def test_the_page_on_boards_names_every_board():
    page = (ROOT / "docs/boards.md").read_text()
    assert [name for name in BOARDS if f"`{name}`" not in page and f"`boards/{name}/`" not in page] == []


def test_the_blueprint_has_every_part():
    blueprint = load(ROOT / "boards/blueprint/board.py")
    assert [part for part in PARTS if not getattr(blueprint, part, None)] == ["ETHERNET"]  # it would take others' pins
    assert "# ETHERNET = {" in (ROOT / "boards/blueprint/board.py").read_text()


def test_a_child_has_what_it_does_not_change_from_its_parent(devkit):
    board = child(devkit, 'CONTACTOR = {"coil": 14}\nINDICATOR = {"kind": "leds", "charging": 18}\nREADER = None\n')
    child_of = load(board)
    assert (child_of.NAME, child_of.CONTACTOR["coil"], child_of.CONTACTOR["mirror"]) == ("kid", 14, 34)
    assert child_of.INDICATOR == {"kind": "leds", "charging": 18}  # another kind: nothing of the parent's
    assert child_of.READER is None and child_of.METER == load(devkit / "board.py").METER
    assert not hasattr(child_of, "PARENT")
    assert any(error.startswith("kid: CONTACTOR.coil: pin 14 pulses") for error in check(board)[0])


def test_a_second_outlet_has_what_it_does_not_change_from_the_first(devkit):
    board = child(devkit, SECOND)
    errors, _ = check(board)
    assert not errors
    second = load(board).OUTLET_2
    assert second["CONTACTOR"] == {**load(board).CONTACTOR, "coil": 23, "mirror": 35}
    assert second["METER"] == {**load(board).METER, "address": 2}
    assert second["PILOT"]["levels"] == load(board).PILOT["levels"]


def test_parents_that_come_round_in_a_circle_are_an_error(devkit):
    board = child(devkit, "")
    source = devkit / "board.py"
    source.write_text('PARENT = "kid"\n' + source.read_text())
    assert "comes round to itself" in check(board)[0][0]


def child(parent, lines):
    """A board beside its parent -> its file."""
    folder = parent.with_name("kid")
    folder.mkdir()
    (folder / "README.md").write_text((parent / "README.md").read_text())
    (folder / "board.py").write_text(f'PARENT = "{parent.name}"\nNAME = "kid"\n{lines}')
    return folder / "board.py"


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
