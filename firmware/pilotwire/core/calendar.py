"""Unix seconds <-> date and time as text, and the hour of summer time. Whole numbers, no time zone but those given."""

_DAY_S = 86400


def text(utc_s, ms=0):
    """ "YYYY-MM-DDTHH:MM:SS.mmm" of the unix time utc_s (0..) and its milliseconds."""
    year, month, day = _date(utc_s // _DAY_S)
    s = utc_s % _DAY_S
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03d" % (year, month, day, s // 3600, s // 60 % 60, s % 60, ms)


def parse(text):
    """-> (unix seconds, ms) of a date and time as RFC 3339 writes it: "2025-01-31T12:00:00", then maybe a fraction,
    then maybe "Z" or "+01:00"; without a zone it is UTC. Raises ValueError for anything else, and before 1970.
    """
    if len(text) < 19 or text[4] + text[7] + text[10] + text[13] + text[16] != "--T::":
        raise ValueError("time: want YYYY-MM-DDTHH:MM:SS")
    year, month, day = _number(text[:4]), _number(text[5:7]), _number(text[8:10])
    hour, minute, second = _number(text[11:13]), _number(text[14:16]), _number(text[17:19])
    if not (year >= 1970 and 1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
        raise ValueError("time: no such date since 1970")
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("time: no such time of day")
    ms, zone = _fraction(text[19:])
    s = _days(year, month, day) * _DAY_S + hour * 3600 + minute * 60 + second - _zone_s(zone)
    if s < 0:
        raise ValueError("time: before 1970")
    return s, ms


def offset_min(utc_s, tof, tds):
    """Minutes that local time is ahead of UTC. tof: the zone's minutes in winter; tds: 0 no summer time, 1 Europe's."""
    return tof + 60 if tds == 1 and _summer(utc_s) else tof


def _summer(utc_s):
    """Europe: last Sunday of March, 1:00 UTC, to last Sunday of October, 1:00 UTC (directive 2000/84/EC)."""
    year, _, _ = _date(utc_s // _DAY_S)
    return _last_sunday_s(year, 3) <= utc_s < _last_sunday_s(year, 10)


def _last_sunday_s(year, month):
    days = _days(year, month, 31)
    return (days - (days + 4) % 7) * _DAY_S + 3600  # 1970-01-01 was a Thursday


def _days(year, month, day):
    """Days since 1970-01-01. The year is counted from March, so the leap day comes last."""
    if month < 3:
        year, month = year - 1, month + 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469


def _date(days):
    """-> (year, month, day): the inverse of _days."""
    days += 719468  # since 0000-03-01
    era, days = divmod(days, 146097)  # 400 years
    year = (days - days // 1460 + days // 36524 - days // 146096) // 365
    days -= 365 * year + year // 4 - year // 100
    month = (5 * days + 2) // 153  # 0 is March
    day = days - (153 * month + 2) // 5 + 1
    return era * 400 + year + (month > 9), month + (3 if month < 10 else -9), day


def _days_in(year, month):
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _number(digits):
    if not digits.isdigit():
        raise ValueError("time: want digits")
    return int(digits)


def _fraction(rest):
    """ ".25Z" -> (250, "Z")."""
    if not rest.startswith("."):
        return 0, rest
    end = 1
    while rest[end : end + 1].isdigit():
        end += 1
    if end == 1:
        raise ValueError("time: want digits")
    return _number((rest[1:end] + "00")[:3]), rest[end:]


def _zone_s(zone):
    if zone in ("", "Z"):
        return 0
    if len(zone) != 6 or zone[0] not in "+-" or zone[3] != ":":
        raise ValueError("time: want Z or +HH:MM")
    s = _number(zone[1:3]) * 3600 + _number(zone[4:]) * 60
    return s if zone[0] == "+" else -s
