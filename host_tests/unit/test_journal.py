"""What a bill is made of stays on flash until it is answered, in order, over restarts, back ends and a full flash."""

import os

from check import eq, raises
from nor import Mounted, fill, formatted, make_room

from pilotwire.store import files, records
from pilotwire.store.journal import Journal

A, B = "aaaaaaaa", "bbbbbbbb"


class Apart(Journal):
    """Pads samples, so that each has a record of its own; drain() takes the blanks away."""

    def samples(self, number, payload):
        super().samples(number, payload + b" " * (60 - len(payload)))


def journal(folder="/nor", peer=A, kind=Apart):
    """As after a start of the box. .told: what the owner was told, .running: what load() found."""
    told = []
    j = kind(told.append, folder + "/tx", folder + "/dead")
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
            given.append((kind, number, payload.rstrip()))
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


def test_X26_two_connectors_keep_one_order():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"first")
        j.samples(n, b"n1")
        m = j.begin(b"second")
        j.samples(m, b"m1")
        j.samples(n, b"n2")
        j.stop(m, b"m over")
        j.samples(n, b"n3")
        want = [("start", n, b"first"), ("samples", n, b"n1"), ("start", m, b"second"), ("samples", m, b"m1")]
        want += [("samples", n, b"n2"), ("stop", m, b"m over"), ("samples", n, b"n3")]
        eq(drain(j), want)
        j.stop(n, b"n over")
        eq(drain(j), [("stop", n, b"n over")])
        eq(left(j), [])


def test_X34_a_restart_at_any_time_gives_the_same_again():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        j.register(n, b"1000")
        for _ in range(2):
            j = journal()
            eq(j.running, [(n, b"start", None, b"1000", False)])
            eq(j.head(), (n, "start", n, b"start"))
        j.answered(n, b"77")
        j.samples(n, b"a")
        j.register(n, b"1100")
        j.register(n, b"told with its stop", "w")
        j = journal()
        eq(j.running, [(n, b"start", b"77", b"1100", True)])
        eq((j.start(n), j.answer(n), j.answer(n, "w")), (b"start", b"77", b"told with its stop"))
        j.stop(n, b"stop")
        j = journal()
        eq(j.running, [])
        eq(drain(j), [("samples", n, b"a"), ("stop", n, b"stop")])
        j = journal()
        eq((drain(j), left(j), j.told), ([], [], []))


def test_a_backlog_longer_than_what_is_remembered_comes_in_order():
    with Mounted(formatted(64)):
        j = journal()
        want = []
        for i in range(12):
            n = j.begin(b"start %d" % i)
            j.samples(n, b"samples %d" % i)
            j.stop(n, b"stop %d" % i)
            want += [("start", n, b"start %d" % i), ("samples", n, b"samples %d" % i), ("stop", n, b"stop %d" % i)]
        j = journal()
        eq((j.pending, j.starts, j.samples_kept), (36, 12, 12))
        eq(drain(j), want)
        eq((left(j), j.starts, j.samples_kept), ([], 0, 0))


def test_new_entries_go_behind_a_backlog():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        for i in range(20):
            j.samples(n, b"%d" % i)
        eq(j.head()[3], b"start")
        j.answered(n, b"77")
        for i in range(20):
            seq, _, _, payload = j.head()
            eq(payload.rstrip(), b"%d" % i)
            j.samples(n, b"%d" % (20 + i))
            j.sent(seq)
        eq([payload for _, _, payload in drain(j)], [b"%d" % i for i in range(20, 40)])


def test_a_number_comes_back_only_when_nothing_of_it_is_left():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        j.samples(n, b"a")
        eq(journal().begin(b"another"), n + 2)
        j = journal()
        j.bury(j.head()[0], "no")
        for number, _, _, _, _ in journal().running:
            j.stop(number, b"over")
        drain(j)
        j = journal()
        eq((left(j), j.dead), ([], 1))
        assert j.begin(b"third") > n


def test_a_start_may_be_rewritten_until_it_is_sent():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"no clock yet")
        eq(j.head()[3], b"no clock yet")
        j.restart(n, b"10:00")
        eq((j.head()[3], j.start(n), j.pending), (b"10:00", b"10:00", 1))
        j = journal()
        eq((j.running, j.head()[3]), ([(n, b"10:00", None, None, False)], b"10:00"))
        j.peer = B
        raises(OSError, j.restart, n, b"another's")
        eq(len(left(j)), 1)


def test_a_late_answer_takes_nothing_away():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        j.answered(n, b"77")
        j.samples(n, b"a")
        seq = j.head()[0]
        j.sent(seq + 1)
        j.sent(n)
        j.bury(seq + 1, "no")
        eq((j.head()[0], j.dead), (seq, 0))
        j.sent(seq)
        j.sent(seq)
        eq(j.pending, 0)


def test_X34_entries_belong_to_their_back_end():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"to A")
        j.samples(n, b"a")
        j.head()
        j.peer = B
        eq((j.head(), j.pending, j.foreign), (None, 0, 2))
        m = j.begin(b"to B")
        j.stop(n, b"A over")
        eq(drain(j), [("start", m, b"to B")])
        eq((j.pending, j.foreign), (0, 3))
        j.stop(m, b"B over")
        eq(drain(journal(peer=B)), [("stop", m, b"B over")])
        j.peer = A
        eq(drain(j), [("start", n, b"to A"), ("samples", n, b"a"), ("stop", n, b"A over")])
        eq((left(j), j.foreign), ([], 0))


def test_an_interrupted_transaction_of_another_back_end_is_found_too():
    with Mounted(formatted(32)):
        n = journal().begin(b"to A")
        j = journal(peer=B)
        eq((j.running, j.head(), j.foreign), ([(n, b"to A", None, None, False)], None, 1))


def test_the_name_of_a_back_end_knows_no_login():
    from pilotwire.store.journal_read import peer

    eq(peer("ws://me:secret@host:80/ocpp/box1"), peer("wss://host:80/ocpp/box1"))
    assert len({peer("ws://host/a"), peer("ws://host/b"), peer("ws://other/a"), peer("")}) == 4
    eq(len(peer("")), 8)


def test_X35_fifty_transactions_wait_and_no_more():
    with Mounted(formatted(96)):
        j = journal()
        for i in range(50):
            n = j.begin(b"start %d" % i)
            j.register(n, b"%d" % i)
            j.stop(n, b"stop %d" % i)
        eq(str(raises(OSError, j.begin, b"one more")), "full")
        j = journal()
        raises(OSError, j.begin, b"one more")
        eq((j.pending, j.starts), (100, 50))
        j.answered(j.head()[2], b"1")
        raises(OSError, j.begin, b"one more")
        while j.starts == 50:
            head = j.head()
            j.answered(head[2], b"1") if head[1] == "start" else j.sent(head[0])
        n = j.begin(b"one more")
        eq(drain(j)[-1], ("start", n, b"one more"))
        eq([name[6] for name in left(j)], ["s", "t"])


def test_X35_samples_are_thinned_evenly_and_the_first_and_last_stay():
    with Mounted(formatted(64)):
        j = journal()
        n = j.begin(b"start")
        j.answered(n, b"77")
        for i in range(480):  # a record a minute, 8 h offline
            j.samples(n, b"%d" % i)
            assert j.samples_kept <= 32 and j.pending == j.samples_kept, (i, j.samples_kept, j.pending)
        j.stop(n, b"stop")
        given = drain(j)
        eq(given.pop(), ("stop", n, b"stop"))
        minutes = [int(payload) for _, _, payload in given]
        eq((minutes[0], minutes[-1], minutes), (0, 479, sorted(minutes)))
        gaps = [b - a for a, b in zip(minutes[:-1], minutes[1:])]
        print("%d of 480 kept, %d..%d minutes apart" % (len(minutes), min(gaps), max(gaps)))
        assert len(minutes) > 16 and max(gaps) <= 2 * 480 // len(minutes), gaps
        eq(j.thinned, 480 - len(minutes))
        eq(left(j), [])


def test_thinning_takes_from_the_transaction_that_has_most():
    with Mounted(formatted(64)):
        j = journal()
        few = j.begin(b"few")
        j.samples(few, b"1")
        many = j.begin(b"many")
        j.samples(few, b"2")
        j.samples(few, b"3")
        for i in range(40):
            j.samples(many, b"m%d" % i)
        eq(j.head()[3], b"few")
        given = drain(j)
        eq([payload for kind, number, payload in given if number == few], [b"few", b"1", b"2", b"3"])
        eq((given[-1][2], len(given) - 5 + j.thinned), (b"m39", 40))


def between(peer, s=0x69000000):
    """The number of what belongs to no transaction (between.py), of connector 1."""
    return (1 << 32 | int(peer, 16)) << 32 | s


def test_M06_M19_samples_of_no_transaction_are_kept_in_order_over_a_restart():
    with Mounted(formatted(32)):
        j = journal()
        j.samples(between(A), b"one")
        n = j.begin(b"start")
        j.stop(n, b"stop")
        j.samples(between(A), b"two")
        j = journal()
        eq(j.running, [])
        eq(
            drain(j),
            [
                ("samples", between(A), b"one"),
                ("start", n, b"start"),
                ("stop", n, b"stop"),
                ("samples", between(A), b"two"),
            ],
        )
        eq(left(j), [])


def test_X34_samples_of_no_transaction_belong_to_their_back_end():
    with Mounted(formatted(32)):
        j = journal()
        j.samples(between(A), b"for a")
        j = journal(peer=B)
        eq((j.head(), j.pending, j.foreign), (None, 0, 1))
        j.samples(between(B), b"for b")
        eq(drain(j), [("samples", between(B), b"for b")])
        j = journal()
        eq(drain(j), [("samples", between(A), b"for a")])


def test_M19_M20_samples_of_no_transaction_are_thinned_first():
    with Mounted(formatted(64)):
        j = journal()
        n = j.begin(b"start")
        for i in range(20):
            j.samples(n, b"t%02d" % i)
        for i in range(20):
            j.samples(between(A), b"b%02d" % i)
        given = [payload for kind, _, payload in drain(j) if kind == "samples"]
        eq([p for p in given if p[:1] == b"t"], [b"t%02d" % i for i in range(20)])
        loose = [p for p in given if p[:1] == b"b"]
        assert len(loose) < 20 and loose[0] == b"b00" and loose[-1] == b"b19", loose
        assert j.thinned > 0
        eq(len([text for text in j.told if "thinned" in text]), 1)


def test_the_record_that_is_being_sent_is_not_given_twice_after_thinning():
    with Mounted(formatted(64)):
        j = journal()
        n = j.begin(b"start")
        j.answered(n, b"77")
        for i in range(32):
            j.samples(n, b"%d" % i)
        seq = j.head()[0]
        j.samples(n, b"32")  # thins
        assert j.thinned
        eq((j.head()[0], j.head()[3].rstrip()), (seq, b"0"))
        j.sent(seq)
        rest = drain(j)
        assert rest[0][2] != b"0"
        eq(len(rest) + 1 + j.thinned, 33)


def test_samples_join_the_last_record_while_they_fit():
    with Mounted(formatted(32)):
        j = journal(kind=Journal)
        n = j.begin(b"start")
        for i in range(9):
            j.samples(n, b"%024d" % i)
            j.register(n, b"1000")
        eq((j.pending, j.samples_kept), (4, 3))
        j = journal(kind=Journal)
        want = [b"".join(b"%024d" % i for i in part) for part in (range(4), range(4, 8), (8,))]
        eq(drain(j), [("start", n, b"start")] + [("samples", n, payload) for payload in want])


def test_samples_join_nothing_that_is_given_or_answered_or_older_than_something_else():
    with Mounted(formatted(32)):
        j = journal(kind=Journal)
        n, m = j.begin(b"n"), j.begin(b"m")
        j.samples(n, b"a")
        j.samples(m, b"b")
        j.samples(n, b"c")
        eq(drain(j)[2:], [("samples", n, b"a"), ("samples", m, b"b"), ("samples", n, b"c")])
        j.samples(n, b"d")
        j.samples(n, b"e")
        eq(drain(j), [("samples", n, b"d"), ("samples", n, b"e")])
        j.samples(n, b"f")
        j = journal(kind=Journal)
        j.samples(n, b"g")
        eq(j.head()[3], b"f")
        j.sent(j.head()[0])
        eq(j.head()[3], b"g")
        j.samples(n, b"h")
        eq(j.head()[3], b"g")
        eq(drain(j), [("samples", n, b"g"), ("samples", n, b"h")])


def corrupt(j, name):
    with open(j.folder + "/" + name, "r+b") as f:
        f.seek(20)
        f.write(b"!")


def named(j, mark):
    return [name for name in left(j) if name[6] == mark][0]


def long_one(j):
    """A transaction whose every record is on flash. -> its number"""
    n = j.begin(b"start " * 5)
    j.answered(n, b"answer " * 5)
    j.register(n, b"register " * 5)
    j.samples(n, b"samples " * 5)
    j.samples(n, b"samples too " * 3)
    j.stop(n, b"stop " * 5)
    return n


def test_a_damaged_record_is_kept_aside_and_told_and_the_others_go_on():
    for mark, running, kinds in (
        ("t", 0, ["start", "samples", "samples", "stop"]),
        ("v", 0, ["samples", "samples", "stop"]),
        ("m", 0, ["samples", "stop"]),
        ("z", 1, ["samples", "samples"]),
        ("s", 0, []),
    ):
        with Mounted(formatted(32)):
            j = journal()
            n = long_one(j)
            other = j.begin(b"another")
            name = named(j, mark)
            corrupt(j, name)
            j = journal()
            eq(len(j.running), running + 1)
            eq([kind for kind, number, _ in drain(j) if number == n], kinds)
            eq((j.dead, len(j.told)), (4, 6) if mark == "s" else (1, 1))
            assert name in os.listdir(j.dead_folder) and name not in left(j), left(j)
            assert "damaged" in j.told[-1] and name in j.told[-1], j.told
            assert all(t.count("set aside") == 1 for t in j.told), j.told
            j.stop(other, b"over")
            eq(drain(j), [("stop", other, b"over")])
            eq(journal().told, ["journal: %d dead letters wait for their owner (ocppdl)" % j.dead])


def test_damage_that_comes_later_does_not_block_the_queue():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        j.answered(n, b"77")
        for i in range(3):
            j.samples(n, b"a long payload %d" % i)
        corrupt(j, [name for name in left(j) if name[6] == "m"][1])
        eq([payload[-1:] for _, _, payload in drain(j)], [b"0", b"2"])
        eq((j.dead, len(j.told), j.pending), (1, 1, 0))


def test_a_record_of_a_newer_firmware_is_kept_aside_and_told():
    with Mounted(formatted(32)):
        j = journal()
        n = long_one(j)
        files.write(j.folder + "/" + named(j, "z"), 2, b"newer")
        j = journal()
        eq([row[0] for row in j.running], [n])
        assert "newer firmware" in j.told[0], j.told
        eq(j.dead, 1)


def test_load_survives_what_does_not_belong_there():
    with Mounted(formatted(32)):
        j = journal()
        for name in ("x", "readme.txt", "zzzzzzs", "000001", "0000zzm00", "000003m000001"):
            with open(j.folder + "/" + name, "w") as f:
                f.write("junk")
        os.mkdir(j.folder + "/000002s" + A)
        j = journal()
        n = j.begin(b"start")
        eq(drain(j), [("start", n, b"start")])
        eq(journal().running[0][1], b"start")


def test_X28_a_refused_start_becomes_a_dead_letter_and_its_transaction_goes_on():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        j.stop(n, b"stop")
        j.bury(j.head()[0], "CALLERROR InternalError")
        eq((j.answer(n), j.dead, j.pending), (b"", 1, 1))
        assert "InternalError" in j.told[0], j.told
        j = journal()
        eq((j.dead, drain(j)), (1, [("stop", n, b"stop")]))
        name = "%06xs%s" % (n, A)
        eq(sorted(os.listdir(j.dead_folder)), [name, name + ".why"])


def test_X28_a_refused_stop_takes_its_start_along():
    with Mounted(formatted(32)):
        j = journal()
        n = j.begin(b"start")
        j.answered(n, b"77")
        j.samples(n, b"a")
        j.sent(j.head()[0])
        j.stop(n, b"stop")
        seq = j.head()[0]
        j.bury(seq, "no")
        eq((j.pending, j.dead, left(j), j.starts), (0, 1, [], 0))
        path = "%s/%06xz%06x" % (j.dead_folder, seq, n)
        for end, payload in (("", b"stop"), (".start", b"start"), (".answer", b"77"), (".why", b"no")):
            eq(records.read(path + end, 1), payload)
        eq(journal().dead, 1)


def test_X28_dead_letters_are_bounded_and_never_overwritten_silently():
    with Mounted(formatted(64)):
        j = journal()
        n = j.begin(b"start")
        j.bury(j.head()[0], "no")
        for i in range(33):
            j.samples(n, b"%d" % i)
            j.bury(j.head()[0], "no %d" % i)
        eq((j.dead, j.lost, j.pending, j.samples_kept), (32, 2, 0, 0))
        assert len([t for t in j.told if "made room" in t]) == 2
        j.stop(n, b"stop")
        j.bury(j.head()[0], "no")
        letters = os.listdir(j.dead_folder)
        assert "%06xs%s" % (n, A) in letters, "samples make room before a start"
        assert "000003m000000" not in letters and "000004m000000" in letters, letters
        eq((journal().dead, j.lost, left(j)), (32, 3, []))


def test_a_letter_that_finds_no_room_stays_in_the_queue():
    with Mounted(formatted(20)) as folder:
        j = journal()
        n = j.begin(b"start " * 15)
        j.answered(n, b"77")
        j.stop(n, b"stop " * 15)
        fill(folder)
        for _ in range(60):  # until the folder's own block is full too
            try:
                j.bury(j.head()[0], "no")
                break
            except OSError:
                eq((j.head()[1], j.pending), ("stop", 1))
        make_room(folder)
        if j.pending:
            j.bury(j.head()[0], "no")
        eq((j.pending, j.dead, left(j)), (0, 1, []))


def test_X35_a_full_flash_stops_no_transaction_that_has_begun():
    with Mounted(formatted(32)) as folder:
        j = journal()
        n, m = j.begin(b"start " * 18), j.begin(b"start2 " * 15)
        fill(folder)
        payload = b"r" * 117
        j.answered(n, payload)
        kept = 0
        for i in range(1440):  # a register a minute for a day; samples, which are thinned, are the slow half
            j.register(n, b"%4d" % i + payload[4:])
            j.register(m, b"%4d" % i + payload[4:])
            if i % 5:
                continue
            try:
                j.samples(n, b"%4d" % i + payload[4:])
                kept += 1
            except OSError:
                pass
        j.answered(m, payload)
        j.stop(n, payload)
        j.stop(m, payload)
        print("%d samples taken, %d thinned" % (kept, j.thinned))
        j = journal()
        eq((j.running, j.told[1:]), ([], []))
        assert not j.reserved or not j.told, j.told
        given = drain(j)
        eq([kind for kind, _, _ in given if kind != "samples"], ["stop", "stop"])
        eq(left(j), [])


def test_X35_no_transaction_begins_on_a_full_flash():
    with Mounted(formatted(32)) as folder:
        j = journal()
        fill(folder)
        begun = []
        try:
            while True:
                n = j.begin(b"start " * 18)
                j.register(n, b"r" * 117)
                j.answered(n, b"77")
                j.stop(n, b"stop " * 20)
                begun.append(n)
        except OSError:
            pass
        names = left(j)
        j = journal()
        eq((len(j.running), j.starts, left(j)), (0, len(begun), names))
        raises(OSError, j.begin, b"start " * 18)
        eq([kind for kind, _, _ in drain(j)], ["stop"] * len(begun))
        make_room(folder)
        j.begin(b"start")
        eq(j.reserved, True)


def test_samples_make_room_for_a_stop_when_the_reserve_is_gone():
    with Mounted(formatted(32)) as folder:
        j = journal()
        n = j.begin(b"start")
        j.reserved = False
        os.remove(j.folder + ".room")
        for i in range(40):
            j.samples(n, b"%60d" % i)
        fill(folder)
        i = 0
        while not j.thinned:
            j.samples(n, b"%60d" % i)
            i += 1
        j.stop(n, b"stop " * 20)
        eq(drain(j)[-1], ("stop", n, (b"stop " * 20).rstrip()))


def test_a_flash_that_cannot_be_written_raises_nowhere_at_boot():
    nor = formatted(32)
    with Mounted(nor):
        nor.dead = True
        j = journal()
        eq((j.running, j.head()), ([], None))
        assert j.told
        raises(OSError, j.begin, b"start")


def test_a_listing_of_littlefs_is_sorted():
    with Mounted(formatted(64)) as folder:
        for i in range(200):
            with open("%s/%06x" % (folder, i * 7919 % 100_003), "w") as f:
                f.write("x" * 60)
        names = [entry[0] for entry in os.ilistdir(folder)]
        eq(names, sorted(names))
