"""One charging session, step by step, each step checked: what `make run` shows and what ONCE=1 proves."""

import contextlib
import time

from tools.wallbox import WallboxError

_PATIENCE_S = 20  # of the PC's time, for each step
_SAMPLE_S = 15  # between two MeterValues


def play(box, csms, seconds, tell):
    """A car comes, charges for `seconds` of simulated time, and goes -> Wh that the central system booked.

    tell(who, what): a line for the story. Raises WallboxError: which link of the chain failed.
    """
    clear(box)
    connect(box, csms)
    booked = len(csms.sessions)
    box.do("plug")
    box.do("ready")
    await_closed(box)
    charge(box, seconds)
    box.do("ready", on=False)
    wait(box, lambda: not box.ask("state")["contactor"], "the contactor did not open when the car stopped asking")
    model_wh = box.ask("state")["energy_wh"]
    tell("energy", f"{model_wh:.1f} Wh went into the car")
    box.do("unplug")
    return check(box, csms, booked, model_wh)


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
    if state["plugged"]:
        box.do("unplug")
    if state["wifi"] != "on":
        box.do("wifi", on=True)


def connect(box, csms):
    """Switch OCPP on, over the keys, as any client of the local network does."""
    csms.follow(world_clock(box))
    box.set(ocppi=_SAMPLE_S, ocppu=csms.url, ocppe=True, acs=0, frc=0)
    wait(
        box, lambda: csms.connected and csms.calls("BootNotification"), "no BootNotification came to the central system"
    )
    wait(box, lambda: box.status("ocppa"), "the wallbox does not take its boot as accepted")


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


def check(box, csms, booked, model_wh):
    """-> Wh of the session that came after `booked` others; it must be what went into the car."""
    wait(box, lambda: len(csms.sessions) > booked, "no StartTransaction came to the central system")
    wait(box, lambda: csms.sessions[-1].energy_wh is not None, "no StopTransaction came to the central system")
    energy_wh = csms.sessions[-1].energy_wh
    if energy_wh <= 0:
        raise WallboxError("the central system booked no energy")
    if abs(energy_wh - model_wh) > 2 + model_wh / 100:
        raise WallboxError(f"booked {energy_wh} Wh, but {model_wh:.1f} Wh went into the car")
    if not csms.sessions[-1].samples:
        raise WallboxError("no MeterValues came to the central system")
    if csms.violations:
        raise WallboxError("OCPP messages broke the schema:\n" + "\n".join(csms.violations))
    return energy_wh


def wait(box, condition, failure):
    try:
        return box.wait_for(condition, _PATIENCE_S)
    except WallboxError:
        why = box.status("ocpple")
        raise WallboxError(failure + (f"; the wallbox says: {why}" if why else "")) from None
