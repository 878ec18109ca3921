"""What a person does at a simulated wallbox while it is commissioned: lines that begin with `!`."""


def answer(desk, words):
    """-> what to print for a line of words."""
    name, *rest = words or ["help"]
    if name not in COMMANDS:
        return "".join(f"  !{name}{about}\n" for name, (_, about) in COMMANDS.items())
    try:
        COMMANDS[name][0](desk, *rest)
        return f"  ({' '.join(words)})\n"
    except (TypeError, KeyError):
        return f"  want !{name}{COMMANDS[name][1]}\n"
    except ValueError as e:
        return f"  {e}\n"


def _plug(desk):
    desk.do("plug")


def _ready(desk, word="on"):
    desk.do("ready", on=_FLAG[word])


def _unplug(desk):
    desk.do("unplug")


def _resistor(desk, state):
    desk.resist({"A": "A", "B": "B", "C": "C", "D": "D"}[state.upper()])


def _cable(desk, rating_a):
    desk.cable({"13": 13, "20": 20, "32": 32, "63": 63, "off": None}[rating_a])


def _card(desk):
    desk.do("card", uid="04A1B2C3D4E5F6", hold_s=2)


def _input(desk, use, word):
    desk.do("input", use=use, on=_FLAG[word])


def _button(desk):
    desk.do("button", ms=1000)


def _fault(desk, name, word="on"):
    desk.do("fault", name=name, on=_FLAG[word])


_FLAG = {"on": True, "off": False}
COMMANDS = {  # name: (function, what it takes and does)
    "plug": (_plug, ": the test adapter is plugged in, state B"),
    "ready": (_ready, " [off]: the adapter is turned to state C, or back to B"),
    "unplug": (_unplug, ": the adapter is unplugged"),
    "resistor": (_resistor, " A|B|C|D: for the calibration; A: none"),
    "cable": (_cable, " 13|20|32|63|off: a cable for so many A is put into the socket, without a car"),
    "card": (_card, ": a card is held to the reader for 2 s"),
    "input": (_input, " estop|enable|limit|door on|off: its contact closes, or opens"),
    "button": (_button, ": the button is pressed for a second"),
    "fault": (
        _fault,
        " NAME [off]: pe, pp_short, rcm_dead, weld, no_close, phases_weld, lock_wire, meter, reader, sensor ...",
    ),
}
