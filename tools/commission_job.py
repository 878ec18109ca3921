"""What a step of a commissioning works with: the chip, the person, and the protocol it adds to."""

import hashlib
import json

from tools import board_file, board_parts, boards, build
from tools.commission_protocol import FAILED, NOT_DONE, NOTED, OK

SKIP = "skip"


class Skipped(Exception):
    """The person does not want this step."""


class Failed(Exception):
    """The step cannot be ended in order; the text says what is wrong, in one sentence."""


class Job:
    """chip, person: as Chip and Console of commission.py; facts: what the chip told of itself."""

    def __init__(self, chip, person, outlet, facts):
        self.chip = chip
        self.person = person
        self.outlet = outlet
        self.facts = facts
        self.board = facts["board"]
        self.seen = board_file.outlets(self.board)[outlet - 1]  # the board as this outlet sees it
        self.of_repository = of_repository(self.board["NAME"])
        self.protocol = None
        self.limit_ma = facts["settings"]["installer_max_ma"]

    def part(self, name):
        """The part's description, None: the board has none."""
        of_both = name in ("INPUTS", "READER", "BUTTON", "EARTH")
        return self.seen.get(name) or (self.board.get(name) if of_both else None)

    def instead(self, part):
        """What takes the place of a part that the board lacks."""
        part = board_parts.CALLED.get(part, part)
        external = (self.of_repository or {}).get("EXTERNAL", {})
        own = f"OUTLET_{self.outlet}.{part}"
        device, _ = external.get(own) or external.get(part, ("none", ""))
        return f"the board has none; {device}" if device.startswith("none needed") else f"the board has none: {device}"

    def ask(self, text):
        """-> what is answered. Raises Skipped."""
        said = self.person.ask(f"{text} ").strip()
        if said.lower() == SKIP:
            raise Skipped
        return said

    def yes(self, text):
        """-> whether it is so; asks until it is said."""
        while True:
            said = self.ask(f"{text} (yes, no or {SKIP})").lower()
            if said in ("y", "yes", "n", "no"):
                return said[0] == "y"

    def ready(self, text):
        """Waits for Enter. Raises Skipped."""
        self.ask(f"{text} Then press Enter, or say {SKIP}.")

    def tell(self, job, *args, live=None, wrong=None):
        """-> what the chip says. Raises Failed with `wrong`, or else with the chip's reason."""
        good, said = self.chip.ask(job, *args, live=live)
        if not good:
            raise Failed(wrong or said)
        return said

    def add(self, what, value="", limit="", good=None, wrong=""):
        """A line of the protocol, and of the screen. good: whether it is in order, None: it is only noted; wrong: the
        sentence to say when it is not."""
        verdict = NOTED if good is None else OK if good else FAILED
        wrong = wrong if verdict == FAILED else ""
        self.protocol.add(what, str(value), str(limit), verdict, wrong)
        self.person.say(f"   {what}: {value} {f'({limit}) ' if limit else ''}{verdict}".rstrip())
        if wrong:
            self.person.say(f"      {wrong}")

    def stopped(self, title, why):
        """The step of this title came to no end."""
        self.protocol.add(title, "", "", NOT_DONE, why)

    def within(self, what, value, low, high, unit, wrong):
        self.add(what, f"{value} {unit}", f"{low}..{high} {unit}", low <= value <= high, wrong)

    def timed(self, what, ms, most_ms, wrong):
        """ms: None: it did not come at all."""
        said = "no" if ms is None else f"after {ms} ms"
        self.add(what, said, f"within {most_ms} ms", ms is not None and ms <= most_ms, wrong)

    def seen_by(self, what, question, wrong, word="seen"):
        """Somebody sees, or hears, that it is so."""
        good = self.yes(question)
        self.add(what, word if good else f"not {word}", word, good, wrong)


def of_repository(name):
    """The board file of that name as this repository has it, None: it has none."""
    path = boards.ROOT / "boards" / name / "board.py"
    return board_file.read(path) if path.exists() else None


def fingerprint(board):
    """A hash of what a board file says, in the words that the box has of it."""
    said = {name: spec for name, spec in build.told(board).items() if spec is not None}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]
