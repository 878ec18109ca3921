"""The prompt of `make run`: a line typed is a request to the simulated world."""

import json
import sys
import threading

from tools import session
from tools.csms import Refused
from tools.wallbox import WallboxError

_PROMPT = "> "


def serve(box, timeline, csms):
    """Until "quit", the end of the input or Ctrl-C -> 0. Without a terminal: until a signal comes."""
    if not sys.stdin.isatty():
        print("no terminal, no prompt: the wallbox goes on until this program is ended", flush=True)
        return wait_for_its_end(box)
    try:
        import readline  # noqa: F401 - input() then has a history
    except ImportError:
        pass
    print("more cars: " + ", ".join(COMMANDS | CENTRAL) + ", help")
    while box.process.poll() is None:
        timeline.prompt = _PROMPT
        try:
            words = input(_PROMPT).split()
        except EOFError:
            print()
            return 0
        finally:
            timeline.prompt = ""
        if words == ["quit"]:
            return 0
        if words:
            print(answer(box, words, csms), end="")
    print("the simulated wallbox has ended")
    return box.process.returncode


def wait_for_its_end(box):
    """-> the simulator's status; signals end us before."""
    ended = threading.Event()
    while box.process.poll() is None:
        ended.wait(0.5)
    return box.process.returncode


def answer(box, words, csms):
    """-> what to print for a line of words."""
    name, *rest = words
    if name not in COMMANDS and name not in CENTRAL:
        return help_text(box)
    try:
        if name in CENTRAL:
            return CENTRAL[name][0](csms, *rest)
        return COMMANDS[name][0](box, *rest) or ""
    except (TypeError, ValueError):
        return f"want {name}{(COMMANDS | CENTRAL)[name][1]}\n"
    except (WallboxError, Refused, OSError) as e:
        return f"{e}\n"


def help_text(box, *_):
    return "".join(f"  {name}{about}\n" for name, (_, about) in (COMMANDS | CENTRAL).items())


def plug(box, amps="16", phases="3"):
    box.do("plug", amps=float(amps), phases=int(phases))


def ready(box, word="on"):
    box.do("ready", on=_flag(word))


def unplug(box):
    session.unplug(box)


def card(box, uid="04A1B2C3D4E5F6"):
    box.do("card", uid=uid)


def fault(box, name, word="on"):
    box.do("fault", name=name, on=_flag(word))


def status(box):
    return "".join(f"  {key:<16} {json.dumps(value)}\n" for key, value in box.status().items())


def set_(box, key, value):
    try:
        value = json.loads(value)
    except ValueError:
        pass  # a text without quotes
    box.set(**{key: value})


def why(box):
    return f"  {box.status('why')}\n"


def start(csms, tag=session.CARD, connector="1"):
    """A remote start: the central system, not a card, says who pays."""
    answer = csms.call("RemoteStartTransaction", idTag=tag, connectorId=int(connector))
    return f"  RemoteStartTransaction of {tag}: {answer['status']}\n"


def stop(csms, number=None):
    """A remote stop, of the newest transaction that runs."""
    if number is None:
        running = [s.id for s in csms.sessions if s.meter_stop is None]
        if not running:
            return "  no transaction runs\n"
        number = running[-1]
    answer = csms.call("RemoteStopTransaction", transactionId=int(number))
    return f"  RemoteStopTransaction {number}: {answer['status']}\n"


def quit_(box):
    """serve() ends before this is called."""


def _flag(word):
    return {"on": True, "off": False}[word.lower()]


COMMANDS = {  # name: (function, what it takes and does)
    "plug": (plug, " [AMPS [PHASES]]: a car is plugged in"),
    "ready": (ready, " [off]: it asks for current, or stops asking"),
    "unplug": (unplug, ": the car is unplugged"),
    "card": (card, " [UID]: a card is held to the reader"),
    "fault": (fault, " NAME [off]: diode, pilot_short, weld, no_close, meter, adc_frozen ..."),
    "status": (status, ": every key"),
    "set": (set_, " KEY VALUE: set a key"),
    "why": (why, ": why it charges or does not"),
    "quit": (quit_, ": end it all"),
}
CENTRAL = {  # what the central system asks for
    "start": (start, " [TAG [CONNECTOR]]: the central system starts a transaction"),
    "stop": (stop, " [NUMBER]: it stops the one that runs"),
}
