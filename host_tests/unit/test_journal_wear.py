"""What a transaction costs in flash, on a real littlefs with NOR rules; host_tests/bench/journal.py prints it."""

from check import eq
from nor import Mounted, formatted

from pilotwire.store.journal import Journal

_MINUTES = 480  # 8 h


def session(journal, online, closed):
    """One transaction with a record a minute, of the sizes that billing makes. closed: function that is told True when
    the contactor closes, False when it has opened."""
    n = journal.begin(b"s" * 110)
    closed(True)
    if online:
        journal.answered(journal.head()[2], b"a" * 40)
    for _ in range(_MINUTES):
        if online:
            journal.register(n, b"r" * 20)  # the samples were answered
        else:
            journal.samples(n, b"m" * 24)  # one sample
    closed(False)
    journal.stop(n, b"z" * 70)
    while journal.pending:
        seq, kind, number, _ = journal.head()
        journal.answered(number, b"a" * 40) if kind == "start" else journal.sent(seq)


def cost(online, sessions):
    """-> (erases, bytes programmed, erases with the contactor closed) of so many transactions."""
    nor = formatted(128)
    erases_closed = [0, 0]

    def closed(yes):
        erases_closed[0] += -nor.erases if yes else nor.erases

    with Mounted(nor):
        journal = Journal(print, "/nor/tx", "/nor/dead")
        journal.peer = "1a2b3c4d"
        journal.load()
        nor.erases = nor.bytes = 0
        for _ in range(sessions):
            session(journal, online, closed)
        eq(nor.misuses, 0)
    return nor.erases, nor.bytes, erases_closed[0]


def test_a_minute_of_charging_costs_hardly_an_erase():
    for online, most in ((True, 14), (False, 34)):
        erases, programmed, erases_closed = cost(online, 1)
        print("online" if online else "offline", erases, programmed, erases_closed)
        assert erases_closed <= erases <= most, (online, erases, erases_closed)
