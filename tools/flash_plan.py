"""What is to be done on a chip so that a slot holds a tree: decided here, without any chip.

A file is written as its parts: bytes that are sent, and Place: bytes that the other slot has and the chip copies. The
modules of a folder are packed into one file (slot_tree.py), so a part is a module, or a file that is no such pack.
"""

import hashlib
from collections import namedtuple
from dataclasses import dataclass, field

RECORDS = ("complete", "good", "tries")  # of a slot, beside its files
_BLOCK = 4096
_INLINE = 128  # so much of a file lies in its folder's block
_SPARE = 24  # blocks that stay free: data, and what is copied while it is written

Place = namedtuple("Place", "path at size")


class Refused(Exception):
    """Nothing was changed, and why."""


@dataclass
class Plan:
    """What becomes of one slot. Paths are inside it."""

    slot: str
    write: dict = field(default_factory=dict)  # path: its parts
    keep: list = field(default_factory=list)
    remove: list = field(default_factory=list)

    @property
    def sent(self):
        """How many files something is sent of, and how many bytes."""
        sizes = [sum(len(part) for part in parts if isinstance(part, bytes)) for parts in self.write.values()]
        return sum(size > 0 for size in sizes), sum(sizes)

    @property
    def folders(self):
        return sorted({path.rpartition("/")[0] for path in self.write})


def digest(data):
    return hashlib.sha256(data).hexdigest()


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


def plan(slot, wanted, own, others):
    """wanted: {path: bytes}. own: {path: SHA-256} of the slot. others: {SHA-256: Place in the other one}."""
    made = Plan(slot)
    for path, data in wanted.items():
        if own.get(path) == digest(data):
            made.keep.append(path)
        elif digest(data) in others:
            made.write[path] = [others[digest(data)]]
        else:
            made.write[path] = [others.get(digest(part), part) for part in parts(path, data)]
    made.remove = [path for path in own if path not in wanted and path not in RECORDS]
    return made


def parts(path, data):
    """-> the head of a pack and its modules; of any other file all that it has."""
    if not path.endswith(".pak"):
        return [data]
    count = int.from_bytes(data[:2], "big")
    heads = (data[2 + 10 * i :][:10] for i in range(count))
    places = sorted((int.from_bytes(head[4:7], "big"), int.from_bytes(head[7:], "big")) for head in heads)
    return [data[: 2 + 10 * count], *(data[at : at + size] for at, size in places)]


def check_room(made, wanted, own_sizes, free):
    """Raises Refused: the slot would not fit into so many free blocks."""
    new = blocks(len(wanted[path]) for path in made.write) + 2 * len(made.folders)
    gone = blocks(own_sizes[path] for path in (*made.remove, *made.write) if path in own_sizes)
    if new - gone + _SPARE > free:
        raise Refused(f"the flash has {free} free blocks, the application needs {new - gone + _SPARE}")


def blocks(sizes):
    """How many blocks of the flash these files fill."""
    return sum(-(-size // _BLOCK) for size in sizes if size > _INLINE)
