"""docs/statuses.md: the states of a connector (OCPP 1.6, 4.9), drawn from the table of core/ocpp_status.py.

What can happen to a connector changes some of what is true of it; from which state to which that leads, the table says.
"""

import ast
from itertools import product
from pathlib import Path

SOURCE = "firmware/pilotwire/core/ocpp_status.py"
_TREE = ast.parse((Path(__file__).resolve().parents[1] / SOURCE).read_text())


def _assigned():
    """-> {name: its value} of the module's constants, const() being nothing here."""
    found = {"const": lambda value: value}
    for node in _TREE.body:
        if isinstance(node, ast.Assign):
            found[node.targets[0].id] = eval(compile(ast.Expression(node.value), SOURCE, "eval"), found)
    return found


_NAMES = _assigned()
ROWS = list(zip(*[iter(_NAMES["STATES"])] * 3, strict=True))
FACTS = {name: value for name, value in _NAMES.items() if type(value) is int}
_SAID = {
    "_FAULT": "it cannot charge",
    "_OUT": "out of service",
    "_RUNS": "a transaction runs",
    "_ENDS": "one that has ended is not booked yet",
    "_OVER": "one has ended on this plug",
    "_ID": "an authorised id waits",
    "_PLUGGED": "a car is plugged in",
    "_ASKED": "the central system has to accept the start first",
    "_OFFERED": "current is offered",
    "_TAKEN": "the car asks",
}
_ORDER = (
    *("Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Unavailable", "Faulted"),
)
_WHILE_IT_RUNS = "_ASKED _OFFERED _TAKEN"
EVENTS = (
    # what happens; where this is true, and that is not; makes true; makes untrue
    ("a car is plugged in", "", "_PLUGGED", "_PLUGGED", ""),
    ("unplugged", "_PLUGGED", "_RUNS", "", "_PLUGGED _OVER _ID"),
    ("unplugged, which ends the transaction", "_PLUGGED _RUNS", "", "_ENDS", "_PLUGGED _RUNS " + _WHILE_IT_RUNS),
    ("unplugged, and the transaction goes on", "_PLUGGED _RUNS", "_ASKED", "", "_PLUGGED _TAKEN"),
    ("an id is authorised", "", "_RUNS _ID _OUT _FAULT", "_ID", ""),
    ("the id is taken back, or no car came in time", "_ID", "_RUNS", "", "_ID"),
    ("the transaction begins", "_ID _PLUGGED", "_RUNS _ENDS _FAULT _OUT", "_RUNS _OFFERED", "_ID _OVER"),
    ("it begins, and waits for its answer", "_ID _PLUGGED", "_RUNS _ENDS _FAULT _OUT", "_RUNS _ASKED", "_ID _OVER"),
    ("the start is answered", "_ASKED", "", "_OFFERED", "_ASKED"),
    ("the start is answered, nothing is offered", "_ASKED", "", "", "_ASKED"),
    ("current is offered", "_RUNS", "_OFFERED _ASKED", "_OFFERED", ""),
    ("current is not offered any more", "_OFFERED", "", "", "_OFFERED _TAKEN"),
    ("the car asks", "_OFFERED _PLUGGED", "_TAKEN", "_TAKEN", ""),
    ("the car asks no more", "_TAKEN", "", "", "_TAKEN"),
    ("the transaction ends", "_RUNS _PLUGGED", "", "_ENDS _OVER", "_RUNS " + _WHILE_IT_RUNS),
    ("it is booked", "_ENDS", "", "", "_ENDS"),
    ("ChangeAvailability: Inoperative", "", "_OUT", "_OUT", ""),
    ("ChangeAvailability: Operative", "_OUT", "", "", "_OUT"),
    ("a fault", "", "_FAULT", "_FAULT", ""),
    ("the fault is gone", "_FAULT", "", "", "_FAULT"),
)
_NEVER = (  # what is true together nowhere
    *("_RUNS _ENDS", "_RUNS _OVER", "_RUNS _ID", "_ASKED _OFFERED", "_OUT _ID"),
)
_ONLY_WITH = (  # the first only where the second is
    *("_ASKED _RUNS", "_OFFERED _RUNS", "_TAKEN _OFFERED", "_TAKEN _PLUGGED", "_OVER _PLUGGED", "_ASKED _PLUGGED"),
)


def _bits(names):
    return sum(FACTS[name] for name in names.split())


def state(facts):
    return next(name for matters, true, name in ROWS if facts & matters == true)


def can_be(facts):
    """Whether all of that can be true at once."""
    for names in _NEVER:
        if facts & _bits(names) == _bits(names):
            return False
    return all(not facts & FACTS[a] or facts & FACTS[b] for a, b in (pair.split() for pair in _ONLY_WITH))


def edges():
    """-> {(state, the next one): [what happens]}, without those that lead nowhere."""
    found = {}
    for facts in filter(can_be, map(sum, product(*((0, bit) for bit in FACTS.values())))):
        for said, true, untrue, sets, clears in EVENTS:
            if facts & _bits(true) == _bits(true) and not facts & _bits(untrue):
                after = facts & ~_bits(clears) | _bits(sets)
                way = state(facts), state(after)
                if can_be(after) and way[0] != way[1] and said not in found.setdefault(way, []):
                    found[way].append(said)
    return {way: said for way, said in found.items() if said}


def page():
    ways = sorted(edges().items(), key=lambda item: [_ORDER.index(name) for name in item[0]])
    lines = [
        f"<!-- Written by `make docs` from {SOURCE}. Do not edit. -->",
        "",
        "# The states of a connector",
        "",
        "The state of OCPP 1.6 (4.9) follows from what is true of the connector; the first row that fits counts. There",
        "is no memory in it, so a restart finds the same state. `Reserved` comes with reservations.",
        "",
        "| true | not true | state |",
        "| --- | --- | --- |",
    ]
    for matters, true, name in ROWS:
        yes, no = ([_SAID[fact] for fact, bit in FACTS.items() if bits & bit] for bits in (true, matters & ~true))
        lines.append(f"| {'; '.join(yes)} | {'; '.join(no)} | {name} |")
    lines += ["", "How one follows the other; from and to `Faulted` and `Unavailable` see the table.", ""]
    lines += ["```mermaid", "stateDiagram-v2", "    [*] --> Available"]
    for (a, b), said in ways:
        if not {a, b} & {"Faulted", "Unavailable"}:
            lines.append(f"    {a} --> {b}: {said[0]}" + (" ..." if len(said) > 1 else ""))
    lines += ["```", "", "| from | to | what happens |", "| --- | --- | --- |"]
    lines += [f"| {a} | {b} | {'; '.join(said)} |" for (a, b), said in ways]
    return "\n".join(lines) + "\n"
