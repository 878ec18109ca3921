"""The log is leveled and bounded, and says what it let go."""

from check import eq

from pilotwire.log import Log


def _log(**options):
    printed = []
    return Log(lambda: 12345, out=printed.append, **options), printed


def test_a_line_says_when_and_how_serious():
    log, printed = _log()
    log.warn("meter is silent")
    eq(printed, ["12.345 warn meter is silent"])
    eq(log.lines(), ("12.345 warn meter is silent",))


def test_what_is_below_the_level_is_neither_printed_nor_kept():
    log, printed = _log(level="warn")
    log.debug("x")
    log.info("y")
    log.error("z")
    eq(printed, ["12.345 error z"])


def test_the_ring_keeps_the_newest_and_counts_the_rest():
    log, _ = _log(keep=3)
    for n in range(5):
        log.info(str(n))
    eq([line[-1] for line in log.lines()], ["2", "3", "4"])
    eq(log.dropped, 2)


def test_a_long_text_is_cut():
    log, printed = _log()
    log.info("x" * 1000)
    assert len(printed[0]) < 230
