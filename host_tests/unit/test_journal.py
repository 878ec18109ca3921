"""What a bill is made of stays on flash until it is answered, in order, over restarts, back ends and a full flash."""

import os

from check import eq
from nor import Mounted, formatted

from pilotwire.store.journal import Journal

A, B = "aaaaaaaa", "bbbbbbbb"


def journal(folder="/nor", peer=A):
    """As after a start of the box. .told: what the owner was told, .running: what load() found."""
    told = []
    j = Journal(told.append, folder + "/tx", folder + "/dead")
    j.peer = peer
    j.told = told
    j.running = j.load()
    return j


def drain(j, answer=b"ok"):
    """Answers everything. -> [(kind, number, payload)] in the order in which it was given."""
    given = []
    while j.pending:
        head = j.head()
        if head:
            seq, kind, number, payload = head
            given.append((kind, number, payload))
            j.answered(number, answer) if kind == "start" else j.sent(seq)
    eq(j.head(), None)
    return given


def left(j):
    return sorted(os.listdir(j.folder))


def test_a_new_journal_is_empty():
    with Mounted(formatted(32)):
        j = journal()
        eq((j.running, j.head(), j.pending, j.dead, j.told), ([], None, 0, 0, []))


def test_a_transaction_comes_out_in_order_and_leaves_nothing():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        j.register(n, b"1000")
        eq(j.head(), (n, "start", n, b"start"))
        eq(j.head(), j.head())
        j.answered(n, b"77 Accepted")
        eq((j.head(), j.pending), (None, 0))
        eq((j.start(n), j.answer(n)), (b"start", b"77 Accepted"))
        j.samples(n, b"a")
        j.samples(n, b"b")
        j.stop(n, b"stop")
        eq(j.pending, 3)
        eq(drain(j), [("samples", n, b"a"), ("samples", n, b"b"), ("stop", n, b"stop")])
        eq((left(j), j.starts, j.samples_kept), ([], 0, 0))
        eq((j.start(n), j.answer(n)), (None, None))
