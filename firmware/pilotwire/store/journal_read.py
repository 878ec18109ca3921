"""Lists the journal: what waits, and in which order. Lent while there is something to send that was not just written.

A listing of littlefs is sorted by name, which is the order of the sequence numbers.
"""

import os
from binascii import crc32

from micropython import const

from pilotwire import loader

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
        payload = loader.lend("store.journal_record").read(journal, name)
        if payload is not None:
            mark = name[6]
            journal.first = int(name[:6], 16), _KINDS[mark], int(_number(name, mark), 16), payload


def entries(journal):
    """(file name, its mark, the transaction's number as six hex digits) of every record, in order."""
    for entry in os.ilistdir(journal.folder):
        name = entry[0]
        mark = name[6:7]
        try:
            int(name[:6] + name[7:], 16)
        except ValueError:
            continue  # not ours
        if mark and mark in "stvwmz":
            yield name, mark, _number(name, mark)


def _list(journal, short):
    """Fills journal.queue with the first names. short: no more than that is wanted.

    -> (pending, foreign, starts, samples) of all.
    """
    queue, others = [], set()
    pending = foreign = starts = samples = 0
    sending = journal.first[0] if journal.first else -1
    for name, mark, number in entries(journal):
        samples += mark == "m"
        if mark == "s" and name[7:] != journal.peer or len(number) > 6 and number[1:9] != journal.peer:
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
