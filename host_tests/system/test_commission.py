"""Commissioning: the protocol's text, and the whole way over a serial line to the simulated chip in its world."""

import datetime
import subprocess
import sys

import pytest
from mpremote.transport_serial import SerialTransport

from tools import board_file, build, commission, commission_steps, flash_image
from tools.boards import ROOT
from tools.commission_desk import Desk
from tools.commission_job import Job
from tools.commission_protocol import FAILED, NOT_DONE, OK, Protocol
from tools.sim.world import requests
from tools.sim.world.electrics import plateaus

WHEN = datetime.datetime(2026, 7, 1, 10, 30)


# --- the protocol


def protocol(*verdicts, who="Erika Muster"):
    made = Protocol(who, WHEN, [("Board", "devkit, data 0123456789ab"), ("Serial number", "872385"), ("Outlet", "1")])
    made.step("Meter")
    for verdict in verdicts:
        made.add("Frequency", "50 Hz", "47..52 Hz", verdict)
    return made


@pytest.mark.parametrize(
    ("verdicts", "want"),
    [
        ((OK, OK, ""), "in order"),
        ((OK, NOT_DONE, NOT_DONE), "not complete, 2 not done"),
        ((OK, FAILED, NOT_DONE), "not in order"),
    ],
)
def test_the_verdict_is_the_worst_of_all_steps(verdicts, want):
    made = protocol(*verdicts)
    assert made.verdict == want
    assert f"Verdict: {want.upper()}" in made.text()


def test_the_protocol_says_who_when_what_and_the_limits():
    made = protocol(OK)
    made.add("RCM", "RCD type B, or type A (30 mA) with a 6 mA DC detector that opens the supply", "", FAILED)
    text = made.text()
    for words in ("2026-07-01 10:30", "Erika Muster", "devkit, data 0123456789ab", "872385", "1. Meter", "Signature"):
        assert words in text
    row = next(line for line in text.splitlines() if "Frequency" in line)
    assert [word in row for word in ("50 Hz", "47..52 Hz", OK)] == [True] * 3
    assert max(map(len, text.splitlines())) <= 105
    assert commission.name_of(made) == "commissioning-devkit-872385-2026-07-01.txt"


@pytest.mark.parametrize("who", ["Erika Muster", "Ä" * 200])
def test_the_record_of_the_box_fits_into_its_setting(who):
    said = protocol(OK, who=who).short(10_000)
    assert len(said.encode()) <= 100
    assert said.startswith("2026-07-01 " + who[:5])
    assert said.endswith(", 10 A, in order")
    assert protocol(NOT_DONE).short(6000, 2).endswith(", outlet 2: 6 A, not complete, 1 not done")


# --- over a serial line


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Of a box that was just flashed: its application is a slot, with packed modules, that was never healthy yet."""
    made = tmp_path_factory.mktemp("chip")
    build.build("blueprint")
    flash_image.put(made / "flash.bin", "blueprint")
    return made


@pytest.fixture
def desk(folder):
    with Desk("blueprint", folder) as made:
        yield made
    print("\n".join(made.log))


class Hands:
    """Answers what is asked, and does what is wanted. said: answers by words of the question, before the usual ones."""

    def __init__(self, desk, **said):
        self.heard = []
        self.keep = None
        self._said = said
        self._desk = desk
        desk.world.listeners.append(self._see)

    def do(self, name, **fields):
        requests.answer(self._desk.world, {"do": name, **fields})

    def say(self, text):
        self.heard.append(text)

    def ask(self, text):
        self.heard.append(text)
        self.keep()
        self._desk.world.outlet(1).forced_mv = None
        for word, answer in [*self._said.items(), *USUAL.items()]:
            if word in text:
                return answer(self) if callable(answer) else answer
        raise AssertionError(f"nobody knows what to say to {text!r}")

    def wait(self, text, live):
        self.heard.append(text)
        if text[:2] in ("A:", "B:", "C:", "D:"):
            self._resist(text[0])
            live()
            return ""
        for use in ("estop", "enable", "limit", "door"):
            for on in (False, True):
                live()
                self.do("input", use=use, on=on)
        self.do("button", ms=200)
        self.heard += [live() for _ in range(4)]  # each takes 100 ms
        return ""

    def _resist(self, state):
        self._desk.world.outlet(1).forced_mv = plateaus(state)

    def adapter(self):
        """Plugged in, B, then C; B again when the contactor has closed."""
        self._desk.after(2000, lambda: self.do("plug"))
        self._desk.after(5000, lambda: self.do("ready", on=True))
        return ""

    def _see(self, event):
        if event["event"] == "contactor" and event["closed"]:
            self._desk.after(2000, lambda: self.do("ready", on=False))

    def unplug(self):
        if self._desk.world.outlet(1).car:
            self.do("unplug")
        return ""

    def wire_off(self):
        """The monitor's wire is off PE."""
        self._desk.after(2000, lambda: self._desk.world.fault(1, "pe", True))
        return ""

    def wire_on(self):
        self._desk.after(2000, lambda: self._desk.world.fault(1, "pe", False))
        return ""

    def put_cable(self, rating_a=20):
        """A cable is in the socket."""
        self._desk.world.outlet(1).cable_a = rating_a
        return "20"

    def take_cable(self):
        self._desk.world.outlet(1).cable_a = None
        return "yes"

    def hold_card(self):
        self._desk.after(1000, lambda: self.do("card", uid="04A1B2C3D4E5F6", hold_s=2))
        return ""


USUAL = {
    "Your name": "Erika Muster",
    "when it is there": lambda hands: hands.heard[-1].split()[1],
    "Installer limit": "10",
    "Once more": "10",
    "Phases at": "TRS",
    "wire off PE": Hands.wire_off,
    "put it back": Hands.wire_on,
    "test line": "",
    "levels now": "no",
    "Its rating": Hands.put_cable,
    "socket empty": Hands.take_cable,
    "second contactor": "",
    "adapter at hand": Hands.adapter,
    "unplug it": Hands.unplug,
    "fingers": "",
    "Is the light": "yes",
    "Did it sound": "yes",
    "hold a card": Hands.hold_card,
    "Name of this": "Garage",
}


SKIPPABLE = [
    "OVERCURRENT",
    "Installer limit",
    "Mains and phase rotation",
    "Protective earth",
    "Residual current monitor",
    "Calibration of the pilot",
    "Proximity contact",
    "Phase relay",
    "Contactor and feedback",
    "Lock",
    "Light and buzzer",
    "Inputs and button",
    "Card reader",
    "Name",
]


def skipped(*but):
    """Answers of one who skips all steps but these."""
    return {word: "skip" for word in USUAL if word not in ("Your name", *but)}


def play(desk, **said):
    """-> (protocol, Hands)."""
    hands = Hands(desk, **said)
    hands.transport = SerialTransport(desk.port, timeout=10)
    chip = commission.Chip(hands.transport)
    return commission.commission(chip, hands, 1, WHEN), hands


def verdicts(made):
    return {f"{title}: {entry.what}": entry.verdict for title, entries in made.steps for entry in entries}


def test_a_wallbox_in_order_is_commissioned(desk):
    coil = []
    desk.world.listeners.append(lambda event: coil.append(event["closed"]) if event["event"] == "contactor" else None)
    made, hands = play(desk, **{"levels now": "yes"})
    found = verdicts(made)
    assert made.verdict == "in order", found
    assert coil == [True, False], "closed by the adapter alone"
    relay = desk.world.outlet(1).relay
    assert (relay.contactor.wear["closings"], relay.contactor.closed, relay.damage) == (2, False, 0)
    for line in ("Installer limit: Installer limit", "Mains and phase rotation: Voltage L3", "Meter: Frequency"):
        assert found[line] == OK
    for line in ("Protective earth: Earth missing", "Protective earth: Earth again", "Proximity contact: Cable"):
        assert found[line] == OK
    for line in ("Proximity contact: Without a cable", "Phase relay: Closed", "Phase relay: Open again"):
        assert found[line] == OK
    for line in ("Residual current monitor: Self-test", "Contactor and feedback: Closed", "Lock: Unlocked"):
        assert found[line] == OK
    for line in ("Light and buzzer: Buzzer", "Inputs and button: estop (pin 38)", "Inputs and button: button"):
        assert found[line] == OK
    for line in ("Card reader: Card reader", "Temperature: Temperature", "Calibration of the pilot: Pilot levels"):
        assert found[line] == OK
    assert set(found.values()) <= {OK, ""}
    told = commission.Chip(hands.transport)
    told.begin()
    settings = told.ask("about", 1)[1]["settings"]
    assert settings["commissioned"] == "2026-07-01 Erika Muster, 10 A, in order"
    assert (settings["installer_max_ma"], settings["phase_rotation"], settings["fna"]) == (10_000, "TRS", "Garage")
    assert len(settings["pilot_levels"].split()) == 5


def test_what_fails_is_told_with_its_step_and_the_next_one_goes_on(desk):
    for fault in ("rcm_dead", "lock_wire", "no_close", "reader", "sensor"):
        requests.answer(desk.world, {"do": "fault", "name": fault})
    requests.answer(desk.world, {"do": "fault", "name": "undervoltage"})
    said = {"OVERCURRENT": "no", "Is the light": "no", "Did it sound": "no"}
    made, hands = play(desk, **said)
    found = verdicts(made)
    failed = {line for line, verdict in found.items() if verdict == FAILED}
    assert failed == {
        "External devices: OVERCURRENT",
        "Mains and phase rotation: Voltage L1",
        "Mains and phase rotation: Voltage L2",
        "Mains and phase rotation: Voltage L3",
        "Residual current monitor: Trip",
        "Residual current monitor: Self-test",
        "Contactor and feedback: Contactor and feedback",
        "Lock: Locked",
        "Light and buzzer: Light red",
        "Light and buzzer: Light green",
        "Light and buzzer: Light blue",
        "Light and buzzer: Buzzer",
        "Card reader: Card reader",
        "Temperature: Temperature",
    }
    assert made.verdict == "not in order"
    assert not desk.world.outlet(1).contactor.coil
    assert not desk.world.outlet(1).lock.locked, "the adapter is let go although the switch of the lock is dumb"
    for _, entries in made.steps:
        for entry in entries:
            assert (entry.verdict == FAILED) == entry.wrong.endswith((".", "?")), entry
    assert "has seen no card" not in made.text()
    assert "The reader does not answer" in made.text()


def test_a_limit_is_asked_until_it_can_be_and_was_said_twice(desk):
    answers = iter(["10", "12", "17", "17", "5", "5", "ten", "ten", "13", "13"])
    said = {word: lambda hands: next(answers) for word in ("Installer limit", "Once more")}
    made, hands = play(desk, **{**skipped(), **said})
    assert verdicts(made)["Installer limit: Installer limit"] == OK
    assert "13 A" in made.short(13_000)
    assert next(answers, None) is None


def test_a_slot_is_not_given_up_because_the_wizard_has_started_it_often(desk):
    transport = SerialTransport(desk.port, timeout=10)
    for _ in range(6):
        commission.Chip(transport).begin()
    assert transport.exec("print(slot)").decode().strip() == "/app_a"


def test_a_weld_is_told_and_the_next_commissioning_is_refused(tmp_path):
    with Desk("blueprint", tmp_path) as desk:  # of its own: a weld outlives power
        desk.world.fault(1, "weld", True)
        made, hands = play(desk, **skipped("adapter at hand", "fingers"))
        (entry,) = [entry for entry in dict(made.steps)["Contactor and feedback"] if entry.verdict == FAILED]
        assert "stuck closed" in entry.wrong
        assert desk.world.outlet(1).contactor.closed
        assert desk.world.outlet(1).lock.locked, "what may be live is not let go"
        assert "says closed" in dict(made.steps)["Lock"][0].wrong
        assert "stuck closed" in made.text()
        hands.transport.close()
        with pytest.raises(commission.Refused, match="feedback of outlet 1 says closed"):
            play(desk)


def test_who_has_not_plugged_the_adapter_in_hears_why_it_does_not_close(desk):
    made, hands = play(desk, **{**skipped(), "adapter at hand": ""})
    entries = dict(made.steps)["Contactor and feedback"]
    assert [(entry.verdict, entry.wrong) for entry in entries] == [(OK, ""), (FAILED, "No car is plugged in.")]


def test_a_car_is_unplugged_before_anything_moves(desk):
    requests.answer(desk.world, {"do": "plug"})
    asked = []
    unplug = {"unplug it": lambda hands: asked.append(hands.unplug()) or "", "test line": ""}
    made, hands = play(desk, **{**skipped("fingers"), **unplug})
    assert len(asked) == 1
    assert verdicts(made)["Residual current monitor: Self-test"] == OK
    assert verdicts(made)["Lock: Unlocked"] == OK


def failed(made, title):
    """-> {what failed in that step: what was found}."""
    return {entry.what: entry.value for entry in dict(made.steps)[title] if entry.verdict == FAILED}


OF_SOCKET = "wire off PE", "put it back", "Its rating", "socket empty", "second contactor"


def test_no_earth_a_shorted_proximity_contact_and_a_relay_that_does_not_close(desk):
    for fault in ("pe", "pp_short", "phases_no_close"):
        desk.world.fault(1, fault, True)
    made, hands = play(desk, **skipped(*OF_SOCKET))
    assert failed(made, "Protective earth") == {"Earth": "not seen"}
    assert not any("wire off PE" in text for text in hands.heard)
    assert failed(made, "Proximity contact") == {"Cable": "a short, 0 Ohm", "Without a cable": "a short, 0 Ohm"}
    assert failed(made, "Phase relay") == {"Closed": "no"}


def test_a_monitor_that_is_stuck_a_cable_that_is_not_read_and_a_relay_that_does_not_open(tmp_path):
    with Desk("blueprint", tmp_path) as desk:  # of its own: a weld outlives power
        desk.world.fault(1, "phases_weld", True)
        coil = []
        desk.world.listeners.append(lambda event: coil.append(event) if event["event"] == "coil" else None)
        made, _ = play(desk, **{**skipped(*OF_SOCKET), "wire off PE": "", "Its rating": "20"})
        assert failed(made, "Protective earth") == {"Earth missing": "not seen"}
        assert failed(made, "Proximity contact") == {"Cable": "no cable"}
        assert failed(made, "Phase relay") == {"Open again": "no"}
        assert not any(event["on"] for event in coil), "the first contactor is not closed"


def test_a_cable_of_another_class_than_was_said_and_a_fixed_one(desk):
    said = {"Its rating": lambda hands: hands.put_cable(32), "socket empty": "no"}
    made, _ = play(desk, **{**skipped(), **said})
    assert failed(made, "Proximity contact")["Cable"].startswith("32 A, 2")
    assert dict(made.steps)["Proximity contact"][1].value == "fixed cable"


class Told:
    """A chip that says of each job what is given; and a person who says so to each question."""

    def __init__(self, said="", **jobs):
        self.asked = []
        self.heard = []
        self._said = said
        self._jobs = {"about": {"closed": [], "pilot_mv": 12_000}, **jobs}

    def ask(self, what, *args, live=None):
        if what in self._jobs:
            self.asked.append((what, *args))
            return True, self._jobs[what]
        self.heard.append(what)
        return self._said

    def say(self, text):
        self.heard.append(text)


def step_of(told, name, title, outlet=1):
    """-> the protocol's lines of a step on a board as the repository has it."""
    facts = {"board": board_file.read(ROOT / "boards" / name / "board.py"), "settings": {"installer_max_ma": 16_000}}
    made = Job(told, told, outlet, facts)
    made.protocol = protocol()
    commission_steps.play(made, title, dict(commission_steps.STEPS)[title])
    return made.protocol.steps[-1][1]


@pytest.mark.parametrize("title", ["Protective earth", "Proximity contact", "Phase relay"])
@pytest.mark.parametrize("outlet", [1, 2])
def test_of_a_part_that_the_board_lacks_it_says_what_is_there_instead(title, outlet):
    told = Told()
    (entry,) = step_of(told, "devkit_two_outlets", title, outlet)
    assert told.asked == []
    assert (entry.what, entry.verdict) == (title, "")
    assert entry.value.startswith("the board has none")
    assert not entry.value.endswith("none"), "it says what is there instead"


@pytest.mark.parametrize(("said", "verdict"), [("yes", OK), ("no", FAILED)])
def test_a_relay_without_a_mirror_contact_is_seen_by_a_person(said, verdict):
    told = Told(said, phases=[False, None])
    entries = step_of(told, "smartevse_v30", "Phase relay")
    assert [entry.verdict for entry in entries] == [verdict] * 3
    assert [args[2] for args in told.asked if args[0] == "phases"] == [False, True, False]
    assert any("see its armature" in text for text in told.heard)


def test_a_relay_is_opened_when_its_step_is_skipped():
    told = Told(phases=[False, None])
    told.ask = lambda what, *args, **more: "skip" if "Is it closed" in what else Told.ask(told, what, *args, **more)
    told._said = "yes"
    entries = step_of(told, "smartevse_v30", "Phase relay")
    assert entries[-1].verdict == NOT_DONE
    assert told.asked[-1] == ("phases", 1, False)


# --- the command


def run(*words, answers="", timeout_s=60):
    command = [sys.executable, "-m", "tools.commission", *words]
    return subprocess.run(
        command, cwd=ROOT, input=answers, capture_output=True, text=True, timeout=timeout_s, check=False
    )


def test_the_command_writes_what_was_skipped_as_not_done(desk, tmp_path):
    out = tmp_path / "protocol.txt"
    done = run("--port", desk.port, "--out", str(out), answers="Erika Muster\n" + 30 * "skip\n")
    assert (done.returncode, done.stderr) == (1, "")
    text = out.read_text()
    assert "Erika Muster" in text
    rows = [line.split("  ")[1].strip() for line in text.splitlines() if line.endswith(NOT_DONE)]
    assert rows == SKIPPABLE
    assert f"Verdict: NOT COMPLETE, {len(SKIPPABLE)} NOT DONE" in text
    assert str(out) in done.stdout
    shown = run("--port", desk.port, "--show")
    assert "Erika Muster" in shown.stdout
    assert "not complete" in shown.stdout


def test_answers_that_end_keep_what_was_done(tmp_path):
    out = tmp_path / "protocol.txt"
    answers = "!plug\n!nonsense\nErika\nno\n"
    done = run("--simulated", "devkit", "--out", str(out), answers=answers)
    assert (done.returncode, done.stderr) == (1, "")
    assert "(plug)" in done.stdout
    assert "!resistor A|B|C|D" in done.stdout
    text = out.read_text()
    assert "OVERCURRENT" in text
    assert "It was stopped here." in text
    assert text.count(NOT_DONE) == 16


def test_without_a_name_there_is_no_protocol(tmp_path):
    out = tmp_path / "protocol.txt"
    done = run("--simulated", "devkit", "--out", str(out))
    assert done.returncode == 1
    assert "no protocol was written" in done.stderr
    assert not out.exists()
