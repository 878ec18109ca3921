"""The contactor's wear: counted over power cuts, written with the contactor open, told when its life is reached."""

import os

from box import Log, Plain
from check import eq

from pilotwire.store import files, wear

wear.PATH = "/tmp/pilotwire_wear%d"


def fresh(boots=7):
    try:
        os.remove(wear.PATH % 1)
    except OSError:
        pass
    return started(boots)


def started(boots):
    """An outlet after a start of the wallbox."""
    notices = []
    box = Plain(boots=boots, log=Log(), settings=Plain(notice=notices.append), notices=notices)
    box.outlet = Plain(number=1, box=box, connector=Plain(closings=0, loaded=0, is_open=True))
    box.outlets = [box.outlet]
    return box.outlet


def closes(outlet, closings=1, loaded=0):
    outlet.connector.closings += closings
    outlet.connector.loaded += loaded


def told(outlet):
    found = wear.wear(outlet.box)
    return found["closings"], found["loaded"]


def test_it_is_counted_over_starts():
    outlet = fresh()
    eq(told(outlet), (0, 0))
    closes(outlet, 3, 1)
    eq(told(outlet), (3, 1))
    for _ in range(3):
        wear.keep(outlet)
    closes(outlet)
    wear.keep(outlet)
    eq(told(outlet), (4, 1))
    outlet = started(8)
    eq(told(outlet), (4, 1))
    closes(outlet, 2, 1)
    eq(told(outlet), (6, 2))
    wear.keep(outlet)
    eq(told(started(9)), (6, 2))


def test_what_was_not_written_when_the_power_went_is_lost_and_no_more():
    outlet = fresh()
    closes(outlet, 5)
    wear.keep(outlet)
    closes(outlet, 2)
    eq(told(started(8)), (5, 0))


def test_nothing_is_written_while_a_contactor_is_closed_or_when_nothing_has_changed():
    outlet = fresh()
    other = Plain(connector=Plain(is_open=False))
    outlet.box.outlets.append(other)
    closes(outlet)
    wear.keep(outlet)
    eq(told(started(8)), (0, 0))
    other.connector.is_open = True
    wear.keep(outlet)
    eq(told(started(8)), (1, 0))
    os.remove(wear.PATH % 1)
    outlet = started(9)
    wear.keep(outlet)
    eq(told(started(10)), (0, 0))
    try:
        os.stat(wear.PATH % 1)
        raise AssertionError("a record of nothing")
    except OSError:
        pass


def test_a_damaged_record_begins_anew():
    outlet = fresh()
    for record in (b"", b"1 00000000 9 9", b"garbage", files.record(1, b"1 2 3"), files.record(1, b"a b c d e")):
        with open(wear.PATH % 1, "wb") as f:
            f.write(record)
        eq(told(outlet), (0, 0))
    closes(outlet)
    wear.keep(outlet)
    eq(told(started(8)), (1, 0))


def test_a_full_flash_is_told_and_no_harm():
    outlet = fresh()
    closes(outlet)
    path, wear.PATH = wear.PATH, "/no/such/folder%d"
    try:
        wear.keep(outlet)
    finally:
        wear.PATH = path
    assert "wear" in outlet.box.log.lines[-1]
    eq(told(outlet), (1, 0))


def test_the_end_of_its_life_is_a_notice():
    for closings, loaded, notices in ((99_998, 9_998, 0), (99_999, 0, 1), (20_000, 9_999, 1)):
        outlet = fresh()
        files.write(wear.PATH % 1, 1, b"%d %d 1 0 0" % (closings, loaded))
        closes(outlet, 1, 1)
        wear.keep(outlet)
        eq(len(outlet.box.notices), notices)
