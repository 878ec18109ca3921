"""The two application slots, and the records in them: small files, which littlefs replaces as one.

    complete   `SEQ VERSION BOARD`, written last by who installs; a slot without it is never started
    tries      starts so far, while it is not good
    good       there once the application was healthy for minutes

boot.py has this file too, in /safe, which no update replaces (docs/slots.md). Starts without health are counted in RTC
memory as well, of a good slot there alone: no flash wears, and a power cut forgets them.
"""

import os
import sys

import machine
from micropython import const

SLOTS = "/app_a", "/app_b"
MOST_TRIES = const(3)
MOST_FALLS = const(5)  # starts in a row, of any slot, none of which came to health
_RECORDS = "complete", "good", "tries"  # in the order in which who installs takes them away
_MARK = b"PW"  # what is ours in RTC memory; behind it a byte for each slot


def read(slot, name):
    """A record's text, "" where there is none."""
    try:
        with open(slot + "/" + name) as file:
            return file.read(128)
    except (OSError, ValueError):  # ValueError: not UTF-8
        return ""


def write(slot, name, text):
    """Raises OSError; the old record still stands then."""
    with open(slot + "/" + name, "w") as file:
        file.write(text)


def sequence(slot):
    """The number of its installation; 0: it is not complete."""
    return _number(read(slot, "complete").split(" ", 1)[0])


def bad(slot):
    """Started too often without coming to health."""
    if _falls()[SLOTS.index(slot)] >= MOST_FALLS:
        return True
    return not read(slot, "good") and _number(read(slot, "tries")) >= MOST_TRIES


def order():
    """The slots that may be started, the newest first."""
    found = sorted([(sequence(slot), slot) for slot in SLOTS], reverse=True)
    return [slot for number, slot in found if number and not bad(slot)]


def enter(home):
    """-> (the slot to start, its board). home: the folder to start in when neither can be, where a board is found from
    there (frozen in, or a developer's tree). (None, the board that safe mode has, or None): safe mode.
    """
    for slot in order() + [home]:
        board = _board(slot, home)
        if board:
            return slot, board
    return None, _board("safe", home)


def count(slot):
    """One more start. Raises OSError."""
    if slot in SLOTS:
        falls = _falls()
        falls[SLOTS.index(slot)] = min(falls[SLOTS.index(slot)] + 1, 255)
        machine.RTC().memory(_MARK + falls)
        if not read(slot, "good"):
            write(slot, "tries", str(_number(read(slot, "tries")) + 1))


def calm(slot):
    """Its starts so far were no falls: it is healthy, or somebody wants the restart that comes."""
    if slot in SLOTS:
        falls = _falls()
        falls[SLOTS.index(slot)] = 0
        machine.RTC().memory(_MARK + falls)


def mark_good(slot):
    """Raises OSError."""
    if not read(slot, "good"):
        write(slot, "good", "1")
    calm(slot)


def again():
    """Both slots may be tried once more. Raises OSError."""
    machine.RTC().memory(b"")
    for slot in SLOTS:
        _remove(slot, "tries")


def other(slot):
    """The slot that an update goes to while this one runs; while safe mode runs, the older."""
    if slot not in SLOTS:
        return min([(sequence(each), each) for each in SLOTS])[1]
    return SLOTS[slot == SLOTS[0]]


def begin(slot):
    """Before anything in the slot is changed: from here on nobody starts it. Raises OSError."""
    for name in _RECORDS:
        _remove(slot, name)


def finish(slot, version, board):
    """All of it is there and verified: from here on it is the newest. Raises OSError."""
    calm(slot)
    write(slot, "complete", "%d %s %s" % (max([sequence(each) for each in SLOTS]) + 1, version, board))


def _falls():
    memory = machine.RTC().memory()
    return bytearray(memory[2:] if memory[:2] == _MARK and len(memory) == 4 else 2)


def _number(text):
    try:
        return int(text)
    except ValueError:
        return 0


def _remove(slot, name):
    try:
        os.stat(slot + "/" + name)
    except OSError:
        return
    os.remove(slot + "/" + name)


def _board(folder, home):
    """The board module of a folder, None where it does not import."""
    try:
        os.chdir(folder)
        import board

        return board
    except Exception:
        sys.modules.pop("board", None)  # a torn one
        return None
    finally:
        os.chdir(home)
