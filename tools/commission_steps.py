"""The steps of a commissioning, in order: each asks, measures and judges. tools/commission.py plays them.

A step is a function of a Job. It adds what it found to the protocol; Skipped and Failed end it. Those that want
nothing plugged in are in commission_plug.py.
"""

from mpremote.transport import TransportError

from tools import calibrate, commission_plug
from tools.calibrate_levels import Refused
from tools.commission_job import SKIP, Failed, Skipped, fingerprint
from tools.commission_protocol import NOT_DONE

ROTATIONS = ("RST", "RTS", "SRT", "STR", "TRS", "TSR", "NotApplicable", "Unknown")
_LEAST_A = 6
_VOLTS = 207, 253  # 230 V +-10 %, EN 50160
_HERTZ = 47, 52
_IDLE_MA = 500  # more than that does not flow through an open contactor
_DEGREES = -20, 60  # of a box that nobody has charged at
_PERSON_MS = 30_000
_COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}
_LEDS = {"charging": (1, 0, 0), "error": (0, 1, 0), "wifi": (0, 0, 1)}
_TONE_HERTZ = 2000


def devices(job):
    """What must protect instead of what the board lacks: each named by who has seen it."""
    if not job.of_repository:
        raise Failed(f"This repository has no board {job.board['NAME']}, so nobody knows what it lacks.")
    own, ours = fingerprint(job.board), fingerprint(job.of_repository)
    wrong = "The box was flashed with another board file than this repository has: flash it anew."
    job.add("Board data", own, ours + " of this repository", own == ours, wrong)
    for part, (device, lacks) in sorted(job.of_repository.get("EXTERNAL", {}).items()):
        if device.startswith("none needed"):
            job.add(part, device)
        else:
            _confirm(job, part, device, lacks)


def _confirm(job, part, device, lacks):
    job.person.say(f"   {part}: {lacks}. Mandatory instead: {device}.")
    while True:
        try:
            said = job.ask(f"Type {part} when it is there and was tested, no, or {SKIP}:")
        except Skipped:
            job.protocol.add(part, device, "", NOT_DONE)
            return
        there = said.upper() == part.upper()
        if there or said.lower() == "no":
            wrong = f"Nobody may charge before what protects instead of {part} is there."
            job.add(part, "there and tested" if there else "is not there", device, there, wrong)
            return


def installer_limit(job):
    """What cable, breaker and supply carry. It is asked for twice: no network door can raise it afterwards."""
    most_a = job.seen["LIMITS"]["ma"] // 1000
    job.person.say(f"   Now {job.limit_ma // 1000} A; the board carries {most_a} A.")
    while True:
        said = [job.ask(f"{text} ({_LEAST_A}..{most_a} A):") for text in ("Installer limit", "Once more")]
        if said[0] == said[1] and said[0].isdigit() and _LEAST_A <= int(said[0]) <= most_a:
            break
        job.person.say("   They differ, or cannot be.")
    job.limit_ma = job.tell("save", "installer_max_ma", int(said[0]) * 1000)
    kept = job.limit_ma == int(said[0]) * 1000
    job.add("Installer limit", f"{job.limit_ma} mA", f"{said[0]} A as said", kept, "The box has kept another limit.")


def mains(job):
    """Voltages by the meter, or by an instrument where it has none, and the phases' order, which no meter can tell."""
    phases = job.seen["LIMITS"]["phases"]
    for phase, mv in enumerate(_voltages(job, phases), 1):
        wrong = f"L{phase} is not 230 V +-10 %: look at its terminals, the meter's wiring and the supply."
        job.within(f"Voltage L{phase}", round(mv / 1000), *_VOLTS, "V", wrong)
    usual = "RST" if phases == 3 else "NotApplicable"
    while (said := job.ask(f"Phases at L1, L2, L3 ({', '.join(ROTATIONS)}) [{usual}]:") or usual) not in ROTATIONS:
        pass
    joined = calibrate._joined(job.facts["settings"]["phase_rotation"], job.outlet, said)
    kept = job.tell("save", "phase_rotation", joined) == joined
    job.add("Phase rotation", said, "ConnectorPhaseRotation", kept, "The box has kept another order.")


def _voltages(job, phases):
    """-> mV of each phase."""
    good, said = job.chip.ask("meter", job.outlet) if job.part("METER") else (False, "")
    if good and any(said["voltages_mv"]):
        return said["voltages_mv"][:phases]
    while True:
        said = job.ask(f"The meter tells no voltages. Measure {phases} against N, in V, parted by blanks:").split()
        if len(said) == phases and all(word.isdigit() for word in said):
            return [1000 * int(word) for word in said]


def meter(job):
    """Its registers, with the contactor open."""
    spec = job.part("METER")
    if not spec:
        job.add("Meter", "none: energy is estimated")
        return
    wrong = "The meter does not answer: look at its wires, its address and its baud rate."
    said = job.tell("meter", job.outlet, wrong=wrong)
    job.add("Meter", f"{spec['kind']} answers", "", True)
    wrong = "The meter tells no energy: is it the kind that the board file names?"
    job.add("Register", f"{said['energy_wh']} Wh", "", said["energy_wh"] is not None, wrong)
    if said["frequency_mhz"]:
        wrong = "That is no frequency of a mains: is it the kind of meter that the board file names?"
        job.within("Frequency", round(said["frequency_mhz"] / 1000), *_HERTZ, "Hz", wrong)
    most_ma = max(said["currents_ma"])
    wrong = "Current flows though the contactor is open: the meter measures something else, too."
    job.add("Current, contactor open", f"{most_ma} mA", f"at most {_IDLE_MA} mA", most_ma <= _IDLE_MA, wrong)


def calibration(job):
    """The pilot's levels of this unit, by tools/calibrate.py."""
    exact, saved = job.facts["exact"], job.facts["settings"]["pilot_levels"].split(";")
    own = saved[job.outlet - 1] if len(saved) >= job.outlet else ""
    job.add("ADC reference", "burnt in" if exact else "none")
    if not job.yes("Measure the pilot's levels now? It wants the resistors of docs/calibration.md."):
        wrong = "A chip without a reference does not charge before its levels are measured."
        job.add("Pilot levels", own + " mV" if own else "those of the board file", "", bool(own) or exact, wrong)
        return
    try:
        found = calibrate.adjust(job.chip.calibrator(), job.person, job.outlet)
    except Refused as e:
        raise Failed(str(e)) from e
    finally:
        job.chip.begin()
    job.add("Pilot levels", " ".join(map(str, found)) + " mV", "as in docs/calibration.md", True)


def lights(job):
    """The indicator's colours and the buzzer's tone, as somebody sees and hears them."""
    spec = job.part("INDICATOR")
    if not spec:
        job.add("Indicator", job.instead("INDICATOR"))
    else:
        _colours(job, _LEDS if spec["kind"] == "leds" else _COLOURS)
    if not job.part("BUZZER"):
        job.add("Buzzer", job.instead("BUZZER"))
        return
    job.tell("sound", job.outlet, _TONE_HERTZ)
    job.seen_by("Buzzer", "Did it sound?", "The buzzer does not sound: look at its wire and its supply.", "heard")


def _colours(job, colours):
    for name, levels in colours.items():
        job.tell("show", job.outlet, *levels)
        question = f"Is the light {name}?" if colours is _COLOURS else f"Is the lamp {name} lit, and no other?"
        wrong = f"The light is not {name}: look at its wires, its supply, and its kind in the board file."
        job.seen_by(f"Light {name}", question, wrong)
    job.tell("show", job.outlet, 0, 0, 0)


def inputs(job):
    """Emergency stop, door, enable, limits, and the button: each moved once."""
    lines = (job.part("INPUTS") or {"lines": ()})["lines"]
    names = [f"{line['use']} (pin {line['pin']})" for line in lines]
    if job.part("BUTTON"):
        names.append("button")
    if not names:
        job.add("Inputs", "none")
        return
    seen = {name: set() for name in names}

    def live():
        opened, pressed = job.tell("touch", job.outlet)
        states = ["open" if is_open else "closed" for is_open in opened]
        states += [] if pressed is None else ["pressed" if pressed else "released"]
        for name, state in zip(names, states, strict=True):
            seen[name].add(state)
        return ", ".join(f"{name.partition(' (')[0]} {state}" for name, state in zip(names, states, strict=True))

    if job.person.wait(f"   Open and close each contact, press and let go the button, or say {SKIP}.", live) == SKIP:
        raise Skipped
    for name, states in seen.items():
        ways = ("pressed", "released") if name == "button" else ("closed", "open")
        wrong = "It was not seen both ways: look at its wires, or move it again."
        job.add(name, ", ".join(sorted(states)), ", ".join(ways), states == set(ways), wrong)


def card(job):
    """Any card will do; its number is not kept."""
    if not job.part("READER"):
        job.add("Card reader", job.instead("READER"))
        return
    job.ready("Within 30 s of Enter hold a card to the reader.")
    uid = job.tell("card", _PERSON_MS, wrong="The reader does not answer: look at its wires and its supply.")
    wrong = "The reader answers, and has seen no card: look at its antenna, or take a card of 13.56 MHz."
    job.add("Card reader", f"card of {len(uid) // 2} bytes" if uid else "no card seen", "a card", bool(uid), wrong)


def temperature(job):
    spec = job.part("TEMPERATURE")
    if not spec:
        job.add("Temperature", job.instead("TEMPERATURE"))
        return
    dumb = "The sensor says nothing, or what cannot be: look at its wires."
    tenths_c = job.tell("heat", job.outlet, wrong=dumb)
    if tenths_c is None:
        raise Failed(dumb)
    wrong = "That is no temperature of a box at rest: look at the sensor, its place and its kind in the board file."
    job.within("Temperature", tenths_c / 10, _DEGREES[0], min(_DEGREES[1], spec["stop_c"]), "degrees C", wrong)


def network_name(job):
    """How it is called in the network, and by people."""
    job.add("Name in the network", job.facts["hostname"])
    now = job.facts["settings"]["fna"]
    name = job.ask(f"Name of this wallbox, 4 to 64 bytes [{now}]:") or now
    job.add("Name", job.tell("save", "fna", name), "", True)


STEPS = (
    ("External devices", devices),
    ("Installer limit", installer_limit),
    ("Mains and phase rotation", mains),
    ("Meter", meter),
    ("Protective earth", commission_plug.earth),
    ("Residual current monitor", commission_plug.rcm),
    ("Calibration of the pilot", calibration),
    ("Proximity contact", commission_plug.proximity),
    ("Phase relay", commission_plug.phases),
    ("Contactor and feedback", commission_plug.feedback),
    ("Lock", commission_plug.lock),
    ("Light and buzzer", lights),
    ("Inputs and button", inputs),
    ("Card reader", card),
    ("Temperature", temperature),
    ("Name", network_name),
)


def play(job, title, step):
    """One step, into the protocol. Raises TransportError: the chip is gone."""
    job.protocol.step(title)
    job.person.say(f"{len(job.protocol.steps)}. {title}")
    try:
        step(job)
    except Skipped:
        job.protocol.add(title, "", "", NOT_DONE)
    except Failed as e:
        job.add(title, "", "", False, str(e))
    except TransportError as e:
        if not job.chip.lives():
            raise
        job.add(title, "", "", False, f"The chip failed in this step: {str(e).strip().splitlines()[-1]}.")


def leave_out(job, titles):
    """The steps that are not reached any more."""
    for title in titles:
        job.protocol.step(title)
        job.protocol.add(title, "", "", NOT_DONE)
