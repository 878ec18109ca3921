"""The protocol of a commissioning: what was done, found and judged, as a page to keep and as the line that the wallbox
keeps."""

import itertools
import textwrap
from dataclasses import dataclass

OK, FAILED, NOT_DONE, NOTED = "ok", "FAILED", "not done", ""
_SHORT_BYTES = 100  # of the setting `commissioned`
_COLUMNS = 34, 32, 22, 8


@dataclass(frozen=True)
class Entry:
    """A line: what was looked at, what was found, what it has to be, the verdict, and what is wrong, a sentence."""

    what: str
    value: str = ""
    limit: str = ""
    verdict: str = NOTED
    wrong: str = ""


class Protocol:
    """facts: (name, value) of the head, in order; who: the electrician; when: datetime."""

    def __init__(self, who, when, facts):
        self.who = who
        self.when = when
        self.facts = facts
        self.steps = []  # (title, [Entry])

    def step(self, title):
        self.steps.append((title, []))

    def add(self, *fields, **more):
        self.steps[-1][1].append(Entry(*fields, **more))

    @property
    def verdict(self):
        verdicts = [entry.verdict for _, entries in self.steps for entry in entries]
        if FAILED in verdicts:
            return "not in order"
        open_steps = verdicts.count(NOT_DONE)
        return f"not complete, {open_steps} not done" if open_steps else "in order"

    def short(self, limit_ma, outlet=None):
        """Date, who, installer limit, verdict; outlet: where there are two."""
        of_which = f"outlet {outlet}: " if outlet else ""
        rest = f", {of_which}{limit_ma // 1000} A, {self.verdict}"
        date = f"{self.when:%Y-%m-%d} "
        room = _SHORT_BYTES - len((date + rest).encode())
        return date + self.who.encode()[:room].decode(errors="ignore") + rest

    def text(self):
        lines = ["Commissioning protocol", "======================", ""]
        facts = [("Date", f"{self.when:%Y-%m-%d %H:%M}"), ("Carried out by", self.who), *self.facts]
        lines += [f"{name:<18}{value}" for name, value in facts]
        for number, (title, entries) in enumerate(self.steps, 1):
            lines += ["", f"{number}. {title}"]
            lines += [line for entry in entries for line in _lines(entry)]
        lines += ["", f"Verdict: {self.verdict.upper()}", "", "Signature: ______________________________", ""]
        return "\n".join(line.rstrip() for line in lines)


def _lines(entry):
    """A row; what is too long for its column goes on below, and so does what is wrong."""
    texts = entry.what, entry.value, entry.limit, entry.verdict
    columns = [textwrap.wrap(text, width) for text, width in zip(texts, _COLUMNS, strict=True)]
    for cells in itertools.zip_longest(*columns, fillvalue=""):
        yield "   " + " ".join(f"{cell:<{width}}" for cell, width in zip(cells, _COLUMNS, strict=True))
    for line in textwrap.wrap(entry.wrong, sum(_COLUMNS)):
        yield "      " + line
