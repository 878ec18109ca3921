"""Dead letters: records that the central system refused for good, or that cannot be read, wait here for a person.

A letter is all files whose names begin with its sequence number: the record under the name it had, with a stop also
its transaction's start and answer, and why. At most 32; then the oldest one makes room, counted and told, samples
before what makes a bill.
"""

import os

from micropython import const

from pilotwire.store import files

_FORMAT = const(1)
_MOST = const(32)
_WHY = const(60)  # characters


def bury(journal, seq, why):
    """As Journal.bury(). After a power cut it is done again: then it writes the same."""
    if not journal.first or journal.first[0] != seq:
        return
    _, kind, number, payload = journal.first
    _make_room(journal, seq)
    path = journal.dead_folder + "/" + "%06x" % seq
    if kind == "start":
        path += "s" + journal.peer
    else:
        path += "%s%06x" % ("m" if kind == "samples" else "z", number)
    files.write(path, _FORMAT, payload)
    if kind == "stop":
        files.write(path + ".start", _FORMAT, journal.start(number) or b"")
        files.write(path + ".answer", _FORMAT, journal.answer(number) or b"")
    files.write(path + ".why", _FORMAT, why[:_WHY].encode())
    count(journal)
    journal.tell("journal: a %s was refused for good and is kept: %s" % (kind, why))
    if kind == "start":
        journal.answered(number, b"")
    else:
        journal.sent(seq)


def aside(journal, name, why):
    """Moves a record that cannot be used."""
    _make_room(journal, int(name[:6], 16))
    path = journal.dead_folder + "/" + name
    try:
        os.rename(journal.folder + "/" + name, path)
        files.write(path + ".why", _FORMAT, why[:_WHY].encode())
    except OSError:
        pass  # it stays where it is and is met again
    count(journal)
    journal.tell("journal: record %s is set aside: %s" % (name, why))


def count(journal):
    """Counts the letters; sequence numbers go on behind theirs, so that none is overwritten."""
    letters = _letters(journal)
    journal.dead = len(letters)
    for seq in letters:
        journal.seq = max(journal.seq, int(seq, 16) + 1)


def paths(journal, seq):
    """The files of a letter, its record last: until then it is one. seq: six hex digits."""
    names = [entry[0] for entry in os.ilistdir(journal.dead_folder) if entry[0].startswith(seq)]
    return [journal.dead_folder + "/" + name for name in sorted(names, reverse=True)]


def _letters(journal):
    """{sequence number: mark of its record}"""
    return {entry[0][:6]: entry[0][6] for entry in os.ilistdir(journal.dead_folder)}


def _make_room(journal, seq):
    letters = _letters(journal)
    if len(letters) < _MOST or "%06x" % seq in letters:
        return
    for path in paths(journal, min([s for s in letters if letters[s] == "m"] or letters)):
        os.remove(path)
    journal.lost += 1
    journal.tell("journal: more than %d dead letters, the oldest made room" % _MOST)
