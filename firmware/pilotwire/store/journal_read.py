"""Reads the journal: what waits, and in which order. Lent while there is something to send that was not just written.

A listing of littlefs is sorted by name, which is the order of the sequence numbers.
"""

import os
from binascii import crc32

from micropython import const

from pilotwire import loader
from pilotwire.store import files

_FORMAT = const(1)
_AHEAD = const(8)  # names that are remembered
_KINDS = {"s": "start", "m": "samples", "z": "stop"}


def peer(url):
    """A back end's name in the journal, 8 hex digits: address and identity of a central system, without the login."""
    return "%08x" % crc32(url.partition("://")[2].rpartition("@")[2].encode())


def scan(journal):
    """Counts everything that is there, for the peer of now, and begins again at the oldest."""
    if journal.scanned != journal.peer:
        journal.first = None
    journal.scanned = journal.peer
    try:
        journal.pending, journal.foreign, journal.starts, journal.samples_kept = _list(journal, False)
    except OSError as e:
        journal.pending = 0
        journal.tell("journal: cannot be read (%s)" % e)


def advance(journal):
    """Reads the next entry to send: journal.first. Stays None this time when that one cannot be read."""
    try:
        if not journal.queue:
            _list(journal, True)
    except OSError:
        pass
    if not journal.queue:
        scan(journal)  # the count was wrong
    if journal.queue:
        name = journal.queue.pop(0)
        payload = read(journal, name)
        if payload is not None:
            mark = name[6]
            journal.first = int(name[:6], 16), _KINDS[mark], int(_number(name, mark), 16), payload


def read(journal, name):
    """A record's payload; None when there is none. One that cannot be read becomes a dead letter."""
    path = journal.folder + "/" + name
    try:
        return loader.lend("store.records").read(path, _FORMAT)
    except OSError:
        return None
    except ValueError as e:
        loader.lend("store.journal_dead").aside(journal, name, str(e))


def entries(journal):
    """(file name, its mark, the transaction's number as six hex digits) of every record, in order."""
    for entry in os.ilistdir(journal.folder):
        name = entry[0]
        mark = name[6:7]
        try:
            int(name[:6] + name[7:], 16)
        except ValueError:
            continue  # not ours
        if mark and mark in "stvmz":
            yield name, mark, _number(name, mark)


def restart(journal, number, start):
    """As Journal.restart(). OSError too when it is of another back end."""
    path = "%s/%06xs%s" % (journal.folder, number, journal.peer)
    os.stat(path)
    files.write(path, _FORMAT, start)
    if journal.first and journal.first[0] == number:
        journal.first = number, "start", number, start


def forget(journal):
    """Removes journal.first, with a stop its whole transaction: the start first, without it the rest is swept."""
    seq, kind, number, _ = journal.first
    names = ["%06xm%06x" % (seq, number)]
    if kind == "stop":
        names = ["%06x%s" % (number, mark) for mark in ("s" + journal.peer, "t", "v")] + ["%06xz%06x" % (seq, number)]
        journal.starts -= 1
    else:
        journal.samples_kept -= 1
    for name in names:
        try:
            os.remove(journal.folder + "/" + name)
        except OSError:
            pass  # never there, or thinned


def _list(journal, short):
    """Fills journal.queue with the first names. short: no more than that is wanted.

    -> (pending, foreign, starts, samples) of all.
    """
    queue, others = [], set()
    pending = foreign = starts = samples = 0
    sending = journal.first[0] if journal.first else -1
    for name, mark, number in entries(journal):
        samples += mark == "m"
        if mark == "s" and name[7:] != journal.peer:
            others.add(number)
        if number in others:
            foreign += mark in _KINDS
        elif mark == "t":
            pending -= 1
            if queue and queue[-1][:6] == number:
                queue.pop()
        elif mark in _KINDS:
            pending += 1
            starts += mark == "s"
            if len(queue) <= _AHEAD and int(name[:6], 16) != sending:
                queue.append(name)
        if short and len(queue) > _AHEAD:  # one more than wanted: its answer may come behind a start
            break
    journal.queue = queue[:_AHEAD]
    return pending, foreign, starts, samples


def _number(name, mark):
    return name[7:] if mark in "mz" else name[:6]
