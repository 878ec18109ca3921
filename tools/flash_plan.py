"""What is to be done on a chip so that a slot holds a tree: decided here, without any chip.

Files are {path in the tree: (size, SHA-256 in hex)}. A slot has records of its own beside the tree (RECORDS); the root
has what is not in a slot.
"""

import hashlib
from dataclasses import dataclass, field

RECORDS = ("complete", "good", "tries")
_ROOT = ("boot.py", "main.py", "safe")
_BLOCK = 4096
_INLINE = 128  # so much of a file lies in its folder's block
_SPARE = 24  # blocks that stay free: data, and what is copied while it is written


class Refused(Exception):
    """Nothing was changed, and why."""


@dataclass
class Plan:
    """What becomes of one slot. Paths are inside it."""

    slot: str
    send: list = field(default_factory=list)
    copy: list = field(default_factory=list)  # from the other slot
    keep: list = field(default_factory=list)
    remove: list = field(default_factory=list)
    folders: list = field(default_factory=list)


def sums(tree):
    """Of a folder of the PC."""
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    return {
        str(path.relative_to(tree)): (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
    }


def split(tree):
    """Files of a tree -> (those of the root, those of a slot)."""
    root = {path: what for path, what in tree.items() if path.split("/")[0] in _ROOT}
    return root, {path: what for path, what in tree.items() if path not in root}


def other(slot):
    return "b" if slot == "a" else "a"


def target(cwd, slots):
    """The slot that is written: never the one that runs. In safe mode, the one with less to lose.

    slots: {"a": (record, whether it is good), "b": ...}.
    """
    for slot in "ab":
        if cwd == "/app_" + slot:
            return other(slot)
    return min("ab", key=lambda slot: (slots[slot][1], sequence(slots[slot][0])))


def sequence(record):
    """The number in a slot's record `SEQ VERSION BOARD`; 0: it is not complete."""
    word = record.split(" ")[0]
    return int(word) if word.isdigit() else 0


def board(slots):
    """The board whose application is newest on the chip, "" on a new one."""
    newest = max((record for record, _ in slots.values()), key=sequence)
    return newest.split(" ", 2)[2].strip() if sequence(newest) and newest.count(" ") > 1 else ""


def plan(slot, wanted, there):
    """wanted: files of the tree, there: {slot: files that are in it}."""
    made = Plan(slot)
    own, others = there[slot], {what: path for path, what in reversed(there[other(slot)].items())}
    for path, what in wanted.items():
        if own.get(path) == what:
            made.keep.append(path)
        elif what in others:
            made.copy.append((others[what], path))
        else:
            made.send.append(path)
    made.remove = [path for path in own if path not in wanted and path not in RECORDS]
    made.folders = sorted({path.rpartition("/")[0] for path in wanted})
    return made


def blocks(sizes):
    """How many blocks of the flash these files fill."""
    return sum(-(-size // _BLOCK) for size in sizes if size > _INLINE)


def check_room(made, wanted, own, free):
    """Raises Refused: the slot would not fit into so many free blocks."""
    fresh = [path for _, path in made.copy] + made.send
    new = blocks(wanted[path][0] for path in fresh) + 2 * len(made.folders)
    gone = blocks(own[path][0] for path in (*made.remove, *fresh) if path in own)
    if new - gone + _SPARE > free:
        raise Refused(f"the flash has {free} free blocks, the application needs {new - gone + _SPARE}")
