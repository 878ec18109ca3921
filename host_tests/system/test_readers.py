"""Each kind of card reader: its driver on the simulated chip reads its simulated counterpart, bytes and pulses."""

import pytest
from reader_play import SPECS, ReaderBench

from tools.sim.world.wiegand import sealed

TALKING = tuple(kind for kind in SPECS if kind not in ("wiegand", "ds1990a"))
UIDS = ("04A1B2C3", "04A1B2C3D4E5F6", "00112233445566778899", "00000000", "FF" * 7, "FF" * 10)


@pytest.fixture(autouse=True)
def _built(built):
    """The tree that is flashed is up to date."""


@pytest.mark.parametrize("kind", TALKING)
def test_uids_of_4_7_and_10_bytes_are_read_and_a_card_that_stays_is_told_again(kind):
    with ReaderBench(kind) as bench:
        assert bench.spell() == (set(), set())
        for uid in UIDS:
            bench.hold(uid)
            bench.until(lambda got, uid=uid: got.uid == uid)
            assert bench.spell() == ({uid}, set())
        bench.hold(UIDS[0], 0)
        bench.spell()
        assert bench.spell() == (set(), set())


@pytest.mark.parametrize("kind", TALKING)
def test_a_card_is_told_at_least_twice_a_second(kind):
    with ReaderBench(kind) as bench:
        bench.hold(UIDS[2])
        bench.card()
        gaps, gap = [], 0
        for _ in range(60):
            gap = 0 if bench.reading().uid else gap + 1
            gaps.append(gap)
        assert max(gaps) <= 4  # of 120 ms


@pytest.mark.parametrize("kind", TALKING)
def test_a_reader_that_is_gone_raises_and_reads_again_when_it_is_back(kind):
    with ReaderBench(kind) as bench:
        bench.hold(UIDS[1])
        assert bench.card() == UIDS[1]
        bench.fault(True)
        bench.until(lambda got: got.error)
        bench.spell()
        uids, errors = bench.spell()
        assert not uids and errors
        at_ms = {bench.reading().at_ms for _ in range(20)}
        assert len(at_ms) == 1
        bench.fault(False)
        assert bench.card() == UIDS[1]
        assert bench.spell() == ({UIDS[1]}, set())


@pytest.mark.parametrize("kind", TALKING)
def test_a_card_that_passes_by_is_read_whole_or_not_at_all(kind):
    with ReaderBench(kind) as bench:
        seen = set()
        for ms in range(5, 400, 60):
            bench.hold(UIDS[2], ms / 1000)
            uids, errors = bench.spell()
            assert not errors
            seen |= uids
        assert seen == {UIDS[2]}


@pytest.mark.parametrize(("first", "second"), [("04A1B2C3", "04A1B2C7"), ("00000000", "FFFFFFFF"), (UIDS[1], UIDS[2])])
def test_of_two_cards_before_an_MFRC522_one_is_read(first, second):
    with ReaderBench("mfrc522") as bench:
        bench.do(lambda: bench.reader.others.append(bytes.fromhex(second)))
        bench.hold(first)
        assert bench.card() in (first, second)
        uids, errors = bench.spell()
        assert len(uids) == 1 and not errors


def test_an_MFRC522_hears_noise_as_no_card():
    with ReaderBench("mfrc522") as bench:
        for spoil in (
            lambda bits: [1 - bits[0], *bits[1:]],
            lambda bits: bits[:-9],
            lambda bits: bits + bits,
            lambda bits: bits[:20] + [1 - bits[20], *bits[21:]] if len(bits) > 20 else bits,
        ):
            bench.do(lambda spoil=spoil: setattr(bench.reader, "spoil", spoil))
            bench.hold(UIDS[1])
            bench.spell()
            assert bench.spell() == (set(), set())
        bench.do(lambda: setattr(bench.reader, "spoil", lambda bits: bits))
        assert bench.card() == UIDS[1]


@pytest.mark.parametrize("bits", [26, 34])
def test_a_wiegand_reader_gives_a_card_once(bits):
    with ReaderBench("wiegand") as bench:
        bench.reading()
        bench.do(lambda: setattr(bench.reader, "bits", bits))
        for uid in UIDS:
            bench.hold(uid)
            assert bench.card() == uid[: 2 * (bits // 8)]
            assert bench.spell() == (set(), set())


def test_a_wiegand_reader_that_gives_too_much_or_too_little_or_the_wrong_parity_is_refused():
    good = sealed(0x04A1B2C3, 34)
    with ReaderBench("wiegand") as bench:
        bench.reading()
        for bits in (good[:-1], good[:5], good + [1], [1 - good[0], *good[1:]], [*good[:-1], 1 - good[-1]], [0] * 26):
            bench.do(lambda bits=bits: bench.reader.give(bits))
            uids, errors = bench.spell()
            assert not uids and errors
            bench.do(lambda: bench.reader.give(good))
            assert bench.card() == "04A1B2C3"


def test_a_wiegand_reader_that_is_gone_is_silent_and_no_error():
    with ReaderBench("wiegand") as bench:
        bench.fault(True)
        bench.hold(UIDS[0])
        assert bench.spell() == (set(), set())
        bench.fault(False)
        bench.hold(UIDS[0])
        assert bench.card() == UIDS[0]


@pytest.mark.parametrize("old", [False, True])
def test_a_reader_on_a_1_wire_bus_tells_a_card_as_long_as_it_is_there(old):
    with ReaderBench("ds1990a") as bench:
        assert bench.spell() == (set(), set())
        bench.do(lambda: setattr(bench.reader, "old", old))
        for uid, told in (("A1B2C3D4", "A1B2C3D4"), (UIDS[1], UIDS[1][:12] if old else UIDS[1])):
            bench.hold(uid)
            bench.until(lambda got, told=told: got.uid == told)
            assert bench.spell() == ({told}, set())
        bench.hold(UIDS[1], 0)
        bench.spell()
        assert bench.spell() == (set(), set())


def test_a_reader_on_a_1_wire_bus_that_says_nonsense_is_refused_and_reads_again():
    with ReaderBench("ds1990a") as bench:
        bench.hold(UIDS[1])
        assert bench.card() == UIDS[1]
        for name, value in (("trouble", "garbage"), ("trouble", "silent"), ("grounded", True)):
            bench.do(lambda name=name, value=value: setattr(bench.reader, name, value))
            bench.until(lambda got: got.error)
            uids, errors = bench.spell()
            assert not uids and errors
            bench.do(lambda name=name: setattr(bench.reader, name, None))
            assert bench.card() == UIDS[1]
        bench.fault(True)
        bench.until(lambda got: not got.uid)
        assert bench.spell() == (set(), set())
