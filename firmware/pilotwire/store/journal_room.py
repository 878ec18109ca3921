"""Room for the journal: what is short is taken from the samples, and answers, registers and stops have a reserve.

Some blocks of flash are held by a file that is given up when nothing else helps. No transaction begins without it, so
what a running one needs finds room whatever else fills the flash.
"""

import os

from micropython import const

from pilotwire import loader
from pilotwire.store import files

_FORMAT = const(1)
# 12,000 bytes: three blocks
_PIECE = const(500)
_PIECES = const(24)


def write(journal, path, payload):
    """Writes a record for which there was no room. OSError: the old one still stands."""
    mark = path[len(journal.folder) + 7]
    while True:
        try:
            return files.write(path, _FORMAT, payload)
        except OSError as e:
            _forget(path)
            if not thin(journal) and not (mark in "tvz" and _give_up_reserve(journal)):
                raise e


def thin(journal):
    """Drops sample records of the transaction that has most of them, of no transaction first (M19): a quarter or more,
    never its first or last, and what remains is evenly spaced. -> how many."""
    reading = loader.lend("store.journal_read")
    many = {}
    for _, mark, number in reading.entries(journal):
        if mark == "m":
            many[number] = many.get(number, 0) + 1
    fat = [(len(number), many[number], number) for number in many if many[number] >= 3]
    if not fat:
        return 0
    _, most, fattest = max(fat)
    names = [name for name, mark, number in reading.entries(journal) if mark == "m" and number == fattest]
    close = []
    step = 1
    while len(close) * 4 < most:
        step *= 2
        close = _closer(names, step)
    for name in close:
        os.remove(journal.folder + "/" + name)
    if not journal.thinned:  # once a start: a long time without a link would fill the notices
        journal.tell("journal: full, meter values are thinned out (ocppq)")
    journal.thinned += len(close)
    reading.scan(journal)
    return len(close)


def reserve(journal):
    """Takes the reserve. Raises OSError."""
    path = _reserve(journal)
    while True:
        try:
            with open(path, "wb") as f:
                for _ in range(_PIECES):
                    f.write(bytes(_PIECE))
            journal.reserved = True
            return
        except OSError as e:
            if not thin(journal):
                raise e


def prepare(journal):
    """At boot: sees whether the reserve is there, or takes it."""
    try:
        journal.reserved = os.stat(_reserve(journal))[6] == _PIECE * _PIECES
    except OSError:
        pass
    if not journal.reserved:
        try:
            reserve(journal)
        except OSError as e:
            journal.tell("journal: no room on flash, no transaction can begin (%s)" % e)


def _forget(path):
    """Removes a file that is still empty: it would be counted."""
    try:
        if not os.stat(path)[6]:
            os.remove(path)
    except OSError:
        pass


def _give_up_reserve(journal):
    if not journal.reserved:
        return False
    os.remove(_reserve(journal))
    journal.reserved = False
    return True


def _reserve(journal):
    return journal.folder + ".room"


def _closer(names, step):
    """The names between first and last whose number is less than step behind the one kept before."""
    close = []
    kept = int(names[0][:6], 16)
    for name in names[1:-1]:
        seq = int(name[:6], 16)
        if seq - kept < step:
            close.append(name)
        else:
            kept = seq
    return close
