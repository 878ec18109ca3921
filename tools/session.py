"""One charging session, step by step, each step checked: what `make run` shows and what ONCE=1 proves."""

import contextlib
import time

from tools.wallbox import WallboxError

_PATIENCE_S = 20  # of the PC's time, for each step
_SAMPLE_S = 15  # between two MeterValues
_WAITS_FOR_A_CARD = {"car": 3, "modelStatus": 2}
_READ_MS = 2500  # of simulated time: a card is read within it, or comes too soon after the last one
CARD = "04A1B2C3D4E5F6"


def play(box, csms, seconds, tell):
    """A car comes, a card starts it, it charges for `seconds` of simulated time, the card ends it, the car goes
    -> Wh that the central system booked. A board without a reader lets anyone charge; without a meter the estimate is
    billed.

    tell(who, what): a line for the story. Raises WallboxError: which link of the chain failed.
    """
    clear(box)
    card = has_reader(box)
    metered = box.ask("state")["meter_wh"] is not None
    if not metered:
        box.set(ocppem=True)
    connect(box, csms, acs=int(card))
    booked = len(csms.sessions)
    box.do("plug")
    box.do("ready")
    if card:
        wait(box, lambda: box.status("car", "modelStatus") == _WAITS_FOR_A_CARD, "the wallbox does not ask for a card")
        tell("wallbox", box.status("why"))
        tap(box)
    await_closed(box)
    charge(box, seconds)
    end(box, card)
    model_wh = box.ask("state")["energy_wh"]
    tell("energy", f"{model_wh:.1f} Wh went into the car")
    unplug(box)
    return check(box, csms, booked, model_wh, 2 if metered else 10)


def world_clock(box):
    """-> a function for CentralSystem.follow(): unix s of the simulated world, as last seen while it is off."""
    last_s = time.time()

    def utc_s():
        nonlocal last_s
        with contextlib.suppress(WallboxError, OSError):
            last_s = box.ask("state")["utc_s"]
        return last_s

    return utc_s


def clear(box):
    """Undo what an earlier run has left: the world outlives the wallbox."""
    state = box.ask("state")
    for name in state["faults"]:
        box.do("fault", name=name, on=False)
    if state["plugged"] or state["cable"] is not None:
        unplug(box)
    if state["wifi"] != "on":
        box.do("wifi", on=True)


def unplug(box):
    """The car is unplugged; where the plug is locked, at the car first. Raises WallboxError: it is not let go."""
    if box.ask("state")["locked"]:
        if box.ask("state")["plugged"]:
            box.do("unplug", side="car")
        wait(box, lambda: not box.ask("state")["locked"], "the lock does not let the plug go")
    box.do("unplug")


def has_reader(box):
    """Has its board a card reader?"""
    try:
        box.do("card", uid=CARD, hold_s=0)
    except WallboxError:
        return False
    return True


def connect(box, csms, acs=0):
    """Switch OCPP on, over the keys, as any client of the local network does. acs 1: a card is needed."""
    csms.follow(world_clock(box))
    box.set(ocppi=_SAMPLE_S, ocppu=csms.url, ocppe=True, acs=acs, frc=0)
    wait(
        box, lambda: csms.connected and csms.calls("BootNotification"), "no BootNotification came to the central system"
    )
    wait(box, lambda: box.status("ocppa"), "the wallbox does not take its boot as accepted")


def tap(box, uid=CARD):
    """Hold a card to the reader, once more when it came too soon after the last one. Raises WallboxError."""
    before = box.status("lrr")
    for _ in range(3):
        box.do("card", uid=uid)
        until_ms = box.ask("state")["at_ms"] + _READ_MS
        while box.ask("state")["at_ms"] < until_ms:
            if box.status("lrr") != before:
                return
            time.sleep(0.02)
    raise WallboxError(f"card {uid} was not read")


def await_closed(box):
    try:
        box.wait_for(lambda: box.ask("state")["contactor"], _PATIENCE_S)
    except WallboxError:
        raise WallboxError(f"the contactor did not close: {box.status('why')}") from None


def charge(box, seconds):
    """Let simulated time pass with the contactor closed."""
    state = box.ask("state")
    until_ms = state["at_ms"] + seconds * 1000
    while state["at_ms"] < until_ms:
        time.sleep(0.05)
        state = box.ask("state")
        if not state["contactor"]:
            raise WallboxError(f"the contactor opened while the car charged: {box.status('why')}")
        if state["resets"]:
            raise WallboxError("the chip restarted while the car charged")


def end(box, card):
    """By the card that began it, or by the car. Raises WallboxError when the contactor stays closed."""
    if card:
        tap(box)
    else:
        box.do("ready", on=False)
    what = "the card was held to the reader again" if card else "the car stopped asking"
    wait(box, lambda: not box.ask("state")["contactor"], "the contactor did not open when " + what)


def check(box, csms, booked, model_wh, off_wh=2):
    """-> Wh of the session that came after `booked` others; it must be what went into the car, off_wh and 1 % apart."""
    wait(box, lambda: len(csms.sessions) > booked, "no StartTransaction came to the central system")
    wait(box, lambda: csms.sessions[-1].energy_wh is not None, "no StopTransaction came to the central system")
    wait(box, lambda: not csms.busy, "the central system has not ended its answer")  # nor told the story of it
    energy_wh = csms.sessions[-1].energy_wh
    if energy_wh <= 0:
        raise WallboxError("the central system booked no energy")
    if abs(energy_wh - model_wh) > off_wh + model_wh / 100:
        raise WallboxError(f"booked {energy_wh} Wh, but {model_wh:.1f} Wh went into the car")
    if not csms.sessions[-1].samples:
        raise WallboxError("no MeterValues came to the central system")
    if csms.violations:
        raise WallboxError("OCPP messages broke schema or rules:\n" + "\n".join(csms.violations))
    return energy_wh


def wait(box, condition, failure):
    try:
        return box.wait_for(condition, _PATIENCE_S)
    except WallboxError:
        why = box.status("ocpple")
        raise WallboxError(failure + (f"; the wallbox says: {why}" if why else "")) from None
