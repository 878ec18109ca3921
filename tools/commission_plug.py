"""The steps of a commissioning that want nothing plugged in: what watches the earth and the current, what tells the
cable, and what moves.
"""

from tools.commission_job import Failed, Skipped

_TRIP_MS, _CLEAR_MS = 500, 2500  # core/rcm.py
_LATE_MS = 150  # what a feedback may be late beyond its contactor's own time, core/connector.py and hal/phases.py
_NO_CAR_MV = 10_000  # less on the pilot: something is plugged in; an ADC without a reference may be 10 % off
_RATINGS_A = "13", "20", "32", "63"  # core/proximity.py
_THERE_MS = 3_000
_PERSON_MS = 30_000
_ADAPTER_MS = 60_000


def _nothing_plugged(job):
    """Waits until the socket, or the plug, is free. Raises Failed: the contactor is closed."""
    while True:
        facts = job.tell("about", job.outlet)
        if job.outlet in facts["closed"]:
            raise Failed("The feedback says closed: a welded contactor, or a broken wire of its mirror contact.")
        if facts["pilot_mv"] >= _NO_CAR_MV:
            return
        job.ready("Something is plugged in: unplug it.")


def _tested(job, part, what):
    """-> the part's description, when nothing is plugged in. None: the board lacks it, the protocol says what is there
    instead."""
    spec = job.part(part)
    if spec:
        _nothing_plugged(job)
    else:
        job.add(what, job.instead(part))
    return spec


def earth(job):
    """The monitor sees the earth, and sees that it is lost: its own wire is taken off, that of the outlet is not."""
    if not _tested(job, "EARTH", "Protective earth"):
        return
    wrong = "No earth is seen: measure it, and look at the monitor's supply, its wires and their order."
    if not _seen_as(job, "Earth", True, _THERE_MS, wrong):
        return
    job.ready("Within 30 s of Enter take the monitor's own wire off PE, no other. Its loose end may be live.")
    wrong = "The monitor says so although its wire is off: look at its output and the wire from there to the chip."
    _seen_as(job, "Earth missing", False, _PERSON_MS, wrong)
    job.ready("Within 30 s of Enter put it back.")
    _seen_as(job, "Earth again", True, _PERSON_MS, "The earth does not come back: look at the wire that was off.")


def _seen_as(job, what, there, wait_ms, wrong):
    """-> whether the monitor says in time that earth is there, or missing."""
    good = job.tell("earth", there, wait_ms) is not None
    job.add(what, "seen" if good else "not seen", "seen", good, wrong)
    return good


def rcm(job):
    """By its test line, or by the button of a tester; the contactor is open and nothing is plugged in."""
    spec = _tested(job, "RCM", "Residual current monitor")
    if not spec:
        return
    stays = "The trip stays after the test: look at its wire, the monitor's supply, and whether a current leaks."
    if spec["test"] is not None:
        job.ready("The monitor is tested by its test line.")
        said = job.tell("rcm", job.outlet, _PERSON_MS)
        wrong = "The monitor does not trip by its test line: look at its supply, the test wire and the trip wire."
        job.timed("Trip", said["trip_ms"], _TRIP_MS, wrong)
        if said["trip_ms"] is not None:
            job.timed("Trip gone after the test", said["clear_ms"], _CLEAR_MS, stays)
        wrong = "The box does not charge before the self-test has passed."
        job.add("Self-test", "passed" if said["passed"] else "failed", "", said["passed"], wrong)
        return
    job.ready("It has no test line: within 30 s of Enter press the button of the tester.")
    said = job.tell("rcm", job.outlet, _PERSON_MS)
    tripped = said["trip_ms"] is not None
    wrong = "No trip was seen: look at the tester, the monitor's supply and the trip wire."
    job.add("Trip by the tester", "seen" if tripped else "not seen", "seen", tripped, wrong)
    if tripped:
        gone = said["clear_ms"] is not None
        job.add("Trip gone after the test", "yes" if gone else "no", "yes", gone, stays)


def proximity(job):
    """A cable, or a resistor, that somebody knows, and then none."""
    spec = _tested(job, "PROXIMITY", "Proximity contact")
    if not spec:
        return
    job.person.say("   Put a cable of known rating into the socket, without a car, or its resistor between PP and PE.")
    job.person.say("   A fixed cable stays as it is.")
    while (said := job.ask(f"Its rating in A ({', '.join(_RATINGS_A)}):")) not in _RATINGS_A:
        pass
    ohm, amps = job.tell("proximity", job.outlet)
    read = _as_cable(spec, ohm, amps)
    wrong = f"The contact reads {read}: look at the wires of PP and PE, the pull-up, and `PROXIMITY` of the board file."
    job.add("Cable", read, f"{said} A as said", str(amps) == said, wrong)
    if not job.yes("Take it out again. Is the socket empty? No: the cable is a fixed one."):
        job.add("Without a cable", "fixed cable")
        return
    ohm, amps = job.tell("proximity", job.outlet)
    read = _as_cable(spec, ohm, amps)
    wrong = "Something is read in an empty socket: look whether PP touches PE, and at the pull-up."
    job.add("Without a cable", read, "no cable", read == "no cable", wrong)


def _as_cable(spec, ohm, amps):
    if amps:
        return f"{amps} A, {ohm} Ohm"
    return "no cable" if ohm is None or ohm > spec["most_ohm"] else f"a short, {ohm} Ohm"


def phases(job):
    """The second contactor moves behind the open first one, and its mirror contact follows both ways."""
    spec = _tested(job, "PHASES", "Phase relay")
    if not spec:
        return
    by_eye = " It has no mirror contact: see its armature, or measure." if spec.get("mirror") is None else ""
    job.ready("The second contactor moves, the first one stays open." + by_eye)
    wrong = "It is not {}: look at its coil, its driver and its mirror contact, and whether it is welded."
    limit_ms = spec["release_ms"] + _LATE_MS
    try:
        _moves(job, "phases", ((False, "Open"), (True, "Closed"), (False, "Open again")), limit_ms, wrong)
    except (Failed, Skipped):
        job.chip.ask("phases", job.outlet, False)
        raise


def feedback(job):
    """The feedback with nothing plugged in. Then the contactor closes from state C2 alone, as always: a test adapter
    asks for current, and the safety path closes."""
    spec = job.seen["CONTACTOR"]
    _nothing_plugged(job)
    if spec["mirror"] is not None:
        job.add("Open is read as open", "yes", "yes", True)
    job.person.say("   The plug gets mains voltage: nothing but a test adapter may be plugged in, no car.")
    job.ready("Have the adapter at hand. Within 60 s of Enter plug it in, state B, then C; when it has closed, B.")
    try:
        said = job.tell("contactor", job.outlet, _ADAPTER_MS, live=job.person.say)
    finally:
        job.chip.begin()
    if said["why"]:
        raise Failed(said["why"])
    if spec["mirror"] is None:
        wrong = "The contactor did not do what its coil was told: look at coil and driver."
        job.seen_by("Closes and opens", "The board has no feedback. Did the contactor close and open?", wrong, "heard")
        return
    wrong = "The feedback says it too late: is `close_ms` or `release_ms` of the board file that of this contactor?"
    job.timed("Closed", said["close_ms"], spec["close_ms"] + _LATE_MS, wrong)
    job.timed("Open again", said["open_ms"], spec["release_ms"] + _LATE_MS, wrong)


def lock(job):
    """Locks and opens, without a car."""
    spec = _tested(job, "LOCK", "Lock")
    if not spec:
        return
    job.ready("The lock moves: fingers out of the socket.")
    wrong = "The bolt is not {}: look at the lock, its supply, and the wire of its switch."
    _moves(job, "lock", ((True, "Locked"), (False, "Unlocked")), spec["pulse_ms"] + spec["settle_ms"], wrong)


def _moves(job, what, ways, most_ms, wrong):
    """A part is moved each way, and its feedback, or a person without one, says that it has. ways: (to where, name)."""
    for where, name in ways:
        has, ms = job.tell(what, job.outlet, where)
        if has:
            job.timed(name, ms, most_ms, wrong.format(name.lower()))
        else:
            job.seen_by(name, f"It has no feedback. Is it {name.lower()}?", wrong.format(name.lower()))
