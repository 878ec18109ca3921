"""Single records of the journal: read, rewritten, removed. Lent."""

import os

from micropython import const

from pilotwire import loader
from pilotwire.store import files

_FORMAT = const(1)


def read(journal, name):
    """A record's payload; None when there is none. One that cannot be read becomes a dead letter."""
    path = journal.folder + "/" + name
    try:
        return loader.lend("store.records").read(path, _FORMAT)
    except OSError:
        return None
    except ValueError as e:
        loader.lend("store.journal_dead").aside(journal, name, str(e))


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
        names = ["%06x%s" % (number, mark) for mark in ("s" + journal.peer, "t", "v", "w")]
        names.append("%06xz%06x" % (seq, number))
        journal.starts -= 1
    else:
        journal.samples_kept -= 1
    for name in names:
        try:
            os.remove(journal.folder + "/" + name)
        except OSError:
            pass  # never there, or thinned
