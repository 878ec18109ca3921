"""Power is cut at every single program and erase of whole lives of transactions, on two connectors and a real littlefs.

After each cut a box starts: what it finds and what it then gives is what stood before or after the one operation that
was cut. So nothing is lost, no stop comes without its start, and nothing that was answered is given again.
"""

import gc
import os

from check import eq
from nor import TORN, Mounted, Nor, fill, formatted, make_room

from pilotwire.store import records
from pilotwire.store.journal import Journal

_PEER = "1a2b3c4d"


class Cut(Exception):
    """The power went in the operation in the air."""


def opened(told):
    journal = Journal(told.append, "/nor/tx", "/nor/dead")
    journal.peer = _PEER
    running = journal.load()
    return journal, running


class Book:
    """What must be on flash: the same methods as the journal's, in RAM."""

    def __init__(self, other=None):
        self.running = dict(other.running) if other else {}  # number: (start, answer, register)
        self.waiting = list(other.waiting) if other else []  # (kind, number, payload)
        self.letters = list(other.letters) if other else []  # payloads
        self.joins = other.joins if other else False  # whether samples may join the last ones

    def begin(self, number, start):
        self.running[number] = start, None, None
        self.waiting.append(("start", number, start))

    def answered(self, number, answer):
        self.sent(number)
        if number in self.running:
            start, _, register = self.running[number]
            self.running[number] = start, answer, register

    def register(self, number, payload, mark="v"):
        start, answer, register = self.running[number]
        self.running[number] = start, answer, payload if mark == "v" else register

    def restart(self, number, start):
        _, answer, register = self.running[number]
        self.running[number] = start, answer, register
        i = [row[:2] for row in self.waiting].index(("start", number))
        self.waiting[i] = "start", number, start

    def samples(self, number, payload):
        if self.joins and self.waiting[-1][:2] == ("samples", number):
            kept = self.waiting[-1][2]
            if len(kept + payload) <= 117:
                self.waiting[-1] = "samples", number, kept + payload
                return
        self.waiting.append(("samples", number, payload))
        self.joins = len(self.waiting) > 1  # the only one may be on its way

    def stop(self, number, payload):
        self.waiting.append(("stop", number, payload))
        del self.running[number]

    def sent(self, seq):
        self.waiting.pop(0)
        self.joins = False

    def bury(self, seq, why):
        kind, number, payload = self.waiting[0]
        self.letters.append(payload)
        self.answered(number, b"") if kind == "start" else self.sent(seq)

    def seen(self):
        waits = [number for kind, number, _ in self.waiting if kind == "samples"]
        return sorted((n,) + row + (n in waits,) for n, row in self.running.items()), self.waiting


class Player:
    """Does everything twice: in the journal, and in the books before (confirmed) and after (perhaps)."""

    def __init__(self, nor, book):
        self.nor = nor
        self.told = []
        self.before = self.after = book
        self.journal, _ = opened(self.told)

    def do(self, method, *args):
        """The journal's method; in the book begin() is told its number."""
        self.after = Book(self.before)
        number = self.journal.seq
        getattr(self.after, method)(*((number,) + args if method == "begin" else args))
        try:
            got = getattr(self.journal, method)(*args)
        except OSError:
            raise Cut
        if self.nor.dead:  # sent() does not raise
            raise Cut
        self.before = self.after
        return got

    def answer(self, answer=b"77 Accepted"):
        """What comes next is answered."""
        seq, kind, number, payload = self.journal.head()
        eq((kind, number, payload), self.before.waiting[0])
        self.do("answered", number, answer) if kind == "start" else self.do("sent", seq)

    def answer_all(self):
        while self.journal.pending:
            self.answer()


def online(p):
    """One session while the central system answers."""
    n = p.do("begin", b"start " * 12)
    p.answer()
    for i in range(4):
        p.do("register", n, b"register %d " % i * 4)
    p.do("samples", n, b"the samples of the last minute")
    p.do("stop", n, b"stop " * 12)
    p.answer_all()


def offline(p):
    """Two sessions side by side, first without a clock and without a central system."""
    n = p.do("begin", b"no clock")
    p.do("restart", n, b"start " * 15)
    p.do("register", n, b"for its stop " * 8, "w")
    m = p.do("begin", b"the other's start " * 5)
    for i in range(3):
        p.do("samples", n, b"samples %d " % i * 7)
        p.do("register", m, b"register %d " % i * 7)
        p.do("samples", m, b"others %d " % i * 7)
    for i in range(6):
        p.do("samples", m, b"sample %d of one minute" % i)
    p.do("stop", n, b"stop " * 15)
    for _ in range(5):
        p.answer()
    p.do("samples", m, b"one more")
    p.do("stop", m, b"the other's stop " * 5)
    p.answer_all()


def refused(p):
    """Everything is refused for good."""
    n = p.do("begin", b"start " * 12)
    p.do("samples", n, b"samples " * 12)
    p.do("stop", n, b"stop " * 12)
    while p.journal.pending:
        p.do("bury", p.journal.head()[0], "CALLERROR InternalError")


def without_room(p):
    """The flash is full behind the begin of number 0: what it still needs takes the reserve."""
    for i in range(40):
        p.do("register", 0, b"register %2d " % i * 9)
    p.answer(b"77 Accepted " * 9)
    p.do("stop", 0, b"stop " * 23)
    p.answer()


def seen(journal, running):
    """What a box finds, and what it gives when everything is answered; as Book.seen()."""
    given = []
    while journal.pending:
        head = journal.head()
        given.append(head[1:])
        journal.answered(head[2], b"later") if head[1] == "start" else journal.sent(head[0])
    return running, given


def record(path):
    """A dead letter's payload, None when the cut left only the beginning of one."""
    try:
        return records.read(path, 1)
    except ValueError:
        return None


def check(image, p, cut_at):
    with Mounted(Nor(image=image)):
        told = []
        journal, running = opened(told)
        eq((cut_at, [text for text in told if "wait for their owner" not in text]), (cut_at, []))
        waiting = journal.pending
        again, running_again = opened(told)  # a second start finds the same
        eq((running_again, again.pending), (running, waiting))
        found = seen(journal, running)
        if found not in (p.before.seen(), p.after.seen()):
            raise AssertionError("cut %r: %r\nnot %r\nnor %r" % (cut_at, found, p.before.seen(), p.after.seen()))
        letters = p.before.letters if found == p.before.seen() else p.after.letters
        there = [record("/nor/dead/" + name) for name in os.listdir("/nor/dead")]
        eq((cut_at, [payload for payload in letters if payload not in there]), (cut_at, []))
        can_be_used(journal, running)


def can_be_used(journal, running):
    """What was running is stopped, everything is answered, another one begins."""
    for number, _, _, _, _ in running:
        journal.stop(number, b"PowerLoss")
    eq([kind for kind, _, _ in seen(journal, [])[1]], ["stop"] * len(running))
    eq((os.listdir("/nor/tx"), journal.pending, journal.starts, journal.samples_kept), ([], 0, 0, 0))
    make_room("/nor")
    n = journal.begin(b"start")
    eq(journal.head(), (n, "start", n, b"start"))


def cut_everywhere(image, life, torn, book=None, check=check):
    """-> (cut points tried, cuts that fell into an erase). Every one of them is checked."""
    cut_at = erases = 0
    while True:
        cut_at += 1
        nor = Nor(image=image)
        with Mounted(nor):
            p = Player(nor, Book(book))
            nor.programs = nor.erases = 0
            nor.cut_at, nor.torn = cut_at, torn
            try:
                life(p)
            except Cut:
                pass
        eq(nor.misuses, 0)
        if not nor.dead:
            return cut_at - 1, erases
        erases += nor.cut_in_erase
        check(nor.image, p, cut_at)
        gc.collect()


def worn(lives):
    """The bytes of a flash on which so many sessions were journaled."""
    nor = formatted(24)
    with Mounted(nor):
        for _ in range(lives):
            online(Player(nor, Book()))
    return nor.image


def cut_life(life, image, book=None, check=check):
    points = erases = 0
    for torn in TORN:
        p, e = cut_everywhere(image, life, torn, book, check)
        points, erases = points + p, erases + e
    return points, erases


def test_X34_a_session_survives_a_cut_at_every_program_and_erase():
    points = erases = 0
    for lives in range(6):
        p, e = cut_life(online, worn(lives))
        points, erases = points + p, erases + e
    print("online: %d cuts, %d of them in an erase" % (points, erases))
    assert points > 400 and erases > 3, (points, erases)


def test_X34_two_offline_sessions_survive_a_cut_at_every_program_and_erase():
    points, erases = cut_life(offline, worn(1))
    print("offline: %d cuts, %d of them in an erase" % (points, erases))
    assert points > 200 and erases > 3, (points, erases)


def test_X28_dead_letters_survive_a_cut_at_every_program_and_erase():
    points = erases = 0
    for lives in range(5):
        p, e = cut_life(refused, worn(lives))
        points, erases = points + p, erases + e
    print("refused: %d cuts, %d of them in an erase" % (points, erases))
    assert points > 400 and erases > 3, (points, erases)


def test_X33_what_a_running_transaction_needs_on_a_full_flash_survives_every_cut():
    nor = formatted(24)
    with Mounted(nor) as folder:
        p = Player(nor, Book())
        p.do("begin", b"start " * 18)
        fill(folder)
    points, erases = cut_life(without_room, nor.image, p.before)
    print("full flash: %d cuts, %d of them in an erase" % (points, erases))
    assert points > 100 and erases > 3, (points, erases)


def test_X35_thinning_survives_every_cut():
    def thinned(p):
        for i in range(30, 40):
            p.do("samples", 0, b"%60d" % i)

    def in_order(image, p, cut_at):
        with Mounted(Nor(image=image)):
            told = []
            journal, running = opened(told)
            kept = [int(payload) for _, _, payload in seen(journal, running)[1]]
            last = [int(rows[-1][2]) for rows in (p.before.waiting, p.after.waiting)]
            eq((told, kept[0], kept), ([], 0, sorted(kept)))
            assert kept[-1] in last and 16 <= len(kept) <= 33, (cut_at, kept, last)
            can_be_used(journal, running)

    nor = formatted(24)
    with Mounted(nor):
        p = Player(nor, Book())
        p.do("begin", b"start")
        p.answer()
        for i in range(30):
            p.do("samples", 0, b"%60d" % i)
    points, _ = cut_life(thinned, nor.image, p.before, in_order)
    print("thinning: %d cuts" % points)
    assert points > 100, points


def test_the_first_start_of_a_new_box_survives_every_cut():
    image = formatted(24).image
    for torn in TORN:
        cut_at = 0
        dead = True
        while dead:
            cut_at += 1
            nor = Nor(image=image)
            nor.cut_at, nor.torn = cut_at, torn
            with Mounted(nor):
                opened([])
            dead = nor.dead
            with Mounted(Nor(image=nor.image)):
                told = []
                journal, running = opened(told)
                eq((running, told, journal.reserved), ([], [], True))
                can_be_used(journal, running)
        assert cut_at > 5


def test_a_cut_while_the_last_one_is_cleaned_up_loses_nothing_either():
    """Power is cut in two sessions, and again at every program of the start after that."""

    def twice(image, p, cut_at):
        again_at = 0
        dead = True
        while dead:
            again_at += 1
            nor = Nor(image=image)
            nor.cut_at, nor.torn = again_at, TORN[1]
            with Mounted(nor):
                opened([])
            dead = nor.dead
            check(nor.image, p, (cut_at, again_at))

    points, _ = cut_everywhere(worn(1), offline, TORN[1], None, twice)
    assert points > 50, points
