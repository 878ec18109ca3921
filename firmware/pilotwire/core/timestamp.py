"""Date and time as text -> unix seconds (RFC 3339). Apart from calendar.py: what is told is needed often, what is
heard is rare.
"""

from pilotwire.core.calendar import days


def parse(text):
    """-> (unix seconds, ms) of a date and time as RFC 3339 writes it: "2025-01-31T12:00:00", then maybe a fraction,
    then maybe "Z" or "+01:00"; without a zone it is UTC. Raises ValueError for anything else, and before 1970.
    """
    if len(text) < 19 or text[4] + text[7] + text[10] + text[13] + text[16] != "--T::":
        raise ValueError("time: want YYYY-MM-DDTHH:MM:SS")
    ms, zone = _fraction(text[19:])
    s = _date_s(text) + _time_s(text) - _zone_s(zone)
    if s < 0:
        raise ValueError("time: before 1970")
    return s, ms


def _date_s(text):
    year, month, day = _number(text[:4]), _number(text[5:7]), _number(text[8:10])
    if not (year >= 1970 and 1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
        raise ValueError("time: no such date since 1970")
    return days(year, month, day) * 86400


def _time_s(text):
    hour, minute, second = _number(text[11:13]), _number(text[14:16]), _number(text[17:19])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("time: no such time of day")
    return hour * 3600 + minute * 60 + second


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
