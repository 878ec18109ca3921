"""The journal: what a bill is made of stays on flash until the central system has answered it.

One small file per record in one folder (files.py). A transaction's number is the sequence number of its start; numbers
are six hex digits, so a listing, which littlefs gives sorted, is in the order in which things happened:

    00001as1a2b3c4d   start 1a, and the back end it belongs to; it makes the transaction: what has none is swept
    00001at           its answer; an empty one: the start was refused for good
    00001av           the meter's last register, overwritten
    00001aw           what its stop shall tell beside that, where it is wanted
    00001cm00001a     samples of transaction 1a
    00002fz00001a     its stop

Here is what charging needs. Reading, thinning, dead letters and what a start of the box needs are lent (journal_*.py).
"""

from micropython import const

from pilotwire import loader
from pilotwire.store import files

_FORMAT = const(1)
_MOST = const(50)  # transactions
_SAMPLES = const(32)  # sample records of all transactions
_FITS = const(117)  # bytes of payload in a file of 128


class Journal:
    """tell: function that takes a sentence for the owner. folder, dead_folder: paths on littlefs, made by load()."""

    def __init__(self, tell, folder="/tx", dead_folder="/dead"):
        self.tell = tell
        self.folder = folder
        self.dead_folder = dead_folder
        self.peer = ""  # the back end, 8 hex digits (journal_read.peer); whoever changes the URL sets it
        self.pending = 0  # entries that are not answered
        self.foreign = 0  # those of other back ends among the files: kept, never given
        self.dead = 0  # dead letters on flash
        self.lost = 0  # dead letters that made room for newer ones, since boot
        self.thinned = 0  # sample records dropped for room, since boot
        self.reserved = False  # the flash that answers, registers and stops may fall back on is there
        # by journal_read.scan():
        self.scanned = None  # for this peer
        self.starts = self.samples_kept = 0
        self.seq = 0  # the next one's
        self.first = None  # what head() gives, once it is known
        self.queue = []  # file names of some that come next
        self._last = None  # (seq, number) of the samples that may still be joined, and these
        self._joined = b""

    def load(self):
        """At boot: sweeps what a power cut left and counts. Never raises.

        -> the open transactions: [(number, start, answer or None, register or None, whether samples wait)]
        """
        return loader.lend("store.journal_boot").load(self)

    def begin(self, start):
        """A transaction begins: -> its number; its start (bytes, as all payloads, best <= 117 of them) is durable.

        Raises OSError: nothing was begun.
        """
        if self.starts >= _MOST:
            raise OSError("full")
        if not self.reserved:
            loader.lend("store.journal_room").reserve(self)
        self._append("start", "s" + self.peer, self.seq, start)
        self.starts += 1
        return self.seq - 1

    def restart(self, number, start):
        """Another text for a start that was never sent. OSError: the old one stands."""
        loader.lend("store.journal_record").restart(self, number, start)

    def answered(self, number, answer):
        """The start was answered: it is not given again. OSError: it will be."""
        self._put("%06xt" % number, answer)
        self._done(number)

    def register(self, number, payload, mark="v"):
        """The last register. OSError: the one before stands. mark "w": what its stop shall tell (ocpp/stop_data.py)."""
        self._put("%06x%s" % (number, mark), payload)

    def samples(self, number, payload):
        """More samples, behind all others: they join the last record while nothing else came behind it and they fit.
        OSError: they are not kept."""
        seq = self.seq - 1
        if self._last == (seq, number) and len(self._joined) + len(payload) <= _FITS:
            payload = self._joined + payload
            self._put("%06xm%06x" % (seq, number), payload)
        else:
            if self.samples_kept >= _SAMPLES:
                loader.lend("store.journal_room").thin(self)
            seq = self._append("samples", "m%06x" % number, number, payload)
            self.samples_kept += 1
        self._last = None if self.first and self.first[0] == seq else (seq, number)
        self._joined = payload

    def stop(self, number, payload):
        """The transaction is over; durable. OSError: not yet, try again."""
        self._append("stop", "z%06x" % number, number, payload)

    def head(self):
        """The oldest entry that is not answered: (seq, "start" "samples" "stop", number, payload), or None."""
        if self.scanned != self.peer:
            loader.lend("store.journal_read").scan(self)
        if self.pending and not self.first:
            loader.lend("store.journal_read").advance(self)
            self._last = None  # what is being sent stays as it is
        return self.first

    def start(self, number):
        """A start's bytes, None when there is none. So does answer()."""
        return loader.lend("store.journal_record").read(self, "%06xs%s" % (number, self.peer))

    def answer(self, number, mark="t"):
        return loader.lend("store.journal_record").read(self, "%06x%s" % (number, mark))

    def sent(self, seq):
        """head()'s samples or stop were answered: gone, with a stop the whole transaction. A late answer is none."""
        if self.first and self.first[0] == seq:
            loader.lend("store.journal_record").forget(self)
            self._done(seq)

    def bury(self, seq, why):
        """head() was refused for good: a dead letter. A start counts as answered with b"". OSError: it stays."""
        loader.lend("store.journal_dead").bury(self, seq, why)

    def _append(self, kind, mark, number, payload):
        seq = self.seq
        self.seq = seq + 1
        self._put("%06x%s" % (seq, mark), payload)
        if not self.pending and self.scanned == self.peer:
            self.first = (seq, kind, number, payload)
        self.pending += 1
        return seq

    def _put(self, name, payload):
        path = self.folder + "/" + name
        try:
            files.write(path, _FORMAT, payload)
        except OSError:
            loader.lend("store.journal_room").write(self, path, payload)

    def _done(self, seq):
        self._last = None
        if self.first and self.first[0] == seq:
            self.first = None
            self.pending -= 1
