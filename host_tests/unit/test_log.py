"""The log is leveled, and its lines are bounded."""

from check import eq

from pilotwire.log import Log


def _log(**options):
    printed = []
    return Log(lambda: 12345, out=printed.append, **options), printed


def test_a_line_says_when_and_how_serious():
    log, printed = _log()
    log.warn("meter is silent")
    eq(printed, ["12.345 warn meter is silent"])


def test_what_is_below_the_level_is_not_printed():
    log, printed = _log(level="warn")
    log.debug("x")
    log.info("y")
    log.error("z")
    eq(printed, ["12.345 error z"])


def test_a_long_text_is_cut():
    log, printed = _log()
    log.info("x" * 1000)
    assert len(printed[0]) < 230
