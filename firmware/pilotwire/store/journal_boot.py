"""The journal after a start of the box: sweeps what a power cut left, finds what was running. Released after that."""

import os

from micropython import const

from pilotwire import loader

_FORMAT = const(1)
_FAR = const(0x800000)  # away from the numbers that could not be read


def load(journal):
    """As Journal.load()."""
    for folder in (journal.folder, journal.dead_folder):
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there, or nothing can be written, which begin() says
    reading = loader.lend("store.journal_read")
    try:
        dead = loader.lend("store.journal_dead")
        dead.count(journal)
        if journal.dead:
            journal.tell("journal: %d dead letters wait for their owner (ocppdl)" % journal.dead)
        running = _sweep(journal, reading, dead)
        dead.count(journal)
        reading.scan(journal)
        loader.lend("store.journal_room").prepare(journal)
        return [_transaction(journal, number, running[number]) for number in sorted(running)]
    except (OSError, ValueError) as e:
        journal.tell("journal: cannot be read (%s)" % e)
        journal.seq = _FAR
        return []


def _sweep(journal, reading, dead):
    """Only whole records of transactions with a start remain. -> {number: (its start's file, whether samples wait)} of
    those without a stop."""
    whole, broken = set(), []  # numbers; files of starts that cannot be read
    running, nothing, aside = {}, [], []
    for name, mark, number in reading.entries(journal):
        journal.seq = max(journal.seq, int(name[:6], 16) + 1)
        wrong = _wrong(journal, name)
        if wrong == "empty":
            nothing.append(name)
        elif mark == "s":
            if wrong:
                broken.append((name, wrong))
            else:
                whole.add(number)
                running[number] = name, False
        elif wrong or _has(broken, number):
            aside.append((name, wrong or "its start cannot be read"))
        elif number not in whole and len(number) == 6:
            nothing.append(name)
        elif mark == "m" and number in running:
            running[number] = running[number][0], True
        elif mark == "z":
            running.pop(number, None)
    for name in nothing:
        os.remove(journal.folder + "/" + name)
    for name, wrong in aside + broken:  # a start last: without it the others would be swept after a cut
        dead.aside(journal, name, wrong)
    return running


def _has(broken, number):
    return any(name[:6] == number for name, _ in broken)


def _wrong(journal, name):
    """What is wrong with a record, None when nothing is."""
    try:
        payload = loader.lend("store.records").read(journal.folder + "/" + name, _FORMAT)
        return "empty" if payload is None else None
    except (OSError, ValueError) as e:
        return str(e)


def _transaction(journal, number, found):
    read = loader.lend("store.journal_record").read
    start, waits = found
    return int(number, 16), read(journal, start), read(journal, number + "t"), read(journal, number + "v"), waits
