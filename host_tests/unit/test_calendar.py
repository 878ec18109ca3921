from check import eq, raises

from pilotwire.core import calendar, timestamp


def s(text):
    return timestamp.parse(text)[0]


def test_known_moments_read_both_ways():
    for utc_s, text in (
        (0, "1970-01-01T00:00:00.000"),
        (951782400, "2000-02-29T00:00:00.000"),
        (1709251199, "2024-02-29T23:59:59.000"),
        (2147483648, "2038-01-19T03:14:08.000"),
        (4102444800, "2100-01-01T00:00:00.000"),
        (4107542399, "2100-02-28T23:59:59.000"),
        (4107542400, "2100-03-01T00:00:00.000"),
    ):
        eq(calendar.text(utc_s), text)
        eq(timestamp.parse(text), (utc_s, 0))


def test_every_day_from_1970_to_2100_comes_back_as_it_went():
    utc_s = 86399
    previous = ""
    for _ in range(131 * 365 + 32):
        text = calendar.text(utc_s)
        assert text > previous, text
        eq(timestamp.parse(text), (utc_s, 0))
        previous = text
        utc_s += 86400
    eq(previous, "2100-12-31T23:59:59.000")


def test_milliseconds_and_longer_fractions():
    eq(calendar.text(0, 7), "1970-01-01T00:00:00.007")
    for text, ms in ((".5", 500), (".25", 250), (".123", 123), (".123987654", 123)):
        eq(timestamp.parse("2025-01-31T12:00:00" + text), (1738324800, ms))
        eq(timestamp.parse("2025-01-31T12:00:00" + text + "Z"), (1738324800, ms))


def test_a_zone_is_taken_off():
    eq(s("2025-01-31T12:00:00Z"), 1738324800)
    eq(s("2025-01-31T13:00:00+01:00"), 1738324800)
    eq(s("2025-01-31T06:30:00.000-05:30"), 1738324800)


def test_what_is_no_time_is_refused():
    for text in (
        "",
        "2025-01-31",
        "2025-01-31 12:00:00",
        "2025-1-31T12:00:00",
        "2025-13-01T12:00:00",
        "2025-00-01T12:00:00",
        "2025-02-29T12:00:00",
        "2100-02-29T12:00:00",
        "2025-04-31T12:00:00",
        "2025-01-00T12:00:00",
        "2025-01-31T24:00:00",
        "2025-01-31T12:60:00",
        "2025-01-31T12:00:60",
        "2025-01-31T12:00:00.",
        "2025-01-31T12:00:00.5X",
        "2025-01-31T12:00:00+1",
        "2025-01-31T12:00:00+aa:00",
        "2025-01-31T12:00:0-",
        "1969-12-31T23:59:59",
        "1970-01-01T00:00:00+01:00",
        "+025-01-31T12:00:00",
    ):
        raises(ValueError, timestamp.parse, text)


def test_european_summer_time_lasts_from_march_to_october_at_1_utc():
    for begin, end in (
        ("2024-03-31", "2024-10-27"),
        ("2025-03-30", "2025-10-26"),
        ("2026-03-29", "2026-10-25"),
        ("2027-03-28", "2027-10-31"),
    ):
        first, last = s(begin + "T01:00:00"), s(end + "T01:00:00")
        eq(calendar.offset_min(first - 1, 60, 1), 60)
        eq(calendar.offset_min(first, 60, 1), 120)
        eq(calendar.offset_min(last - 1, 60, 1), 120)
        eq(calendar.offset_min(last, 60, 1), 60)


def test_without_a_rule_the_offset_is_the_zones():
    eq(calendar.offset_min(s("2025-07-01T00:00:00"), 60, 0), 60)
    eq(calendar.offset_min(s("2025-07-01T00:00:00"), -300, 0), -300)
    eq(calendar.offset_min(s("2025-07-01T00:00:00"), 0, 1), 60)
